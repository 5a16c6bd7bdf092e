"""annotate, --list, --withdraw; what `show` tells of notes; undo takes back no note and says so."""

import re

import pytest

from opencommissioning.catalogue.period import shift
from opencommissioning.cli.main import main


def run(area, capsys, *arguments: str) -> str:
    main(["--area", str(area.folder), *arguments])
    return " ".join(capsys.readouterr().out.split())


def refused(area, capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--area", str(area.folder), *arguments])
    assert ended.value.code != 0
    return " ".join(capsys.readouterr().err.split())


@pytest.fixture
def code(small):
    from opencommissioning.area.comparison.judging import read_verdicts

    return read_verdicts(small.current, "practice")["organisation"][0]


def note(small, capsys, code, text="new care home", **more):
    month = more.pop("month", f"{small.current.latest:%Y-%m}")
    return run(small, capsys, "annotate", code, month, text, "--by", "A. Pharmacist", *more.pop("also", ()))


def test_a_note_is_told_where_the_practice_is_shown(small, capsys, code):
    assert "What was said" not in run(small, capsys, "show", "practice", code)
    assert f"Noted: {small.current.latest:%B %Y}: new care home (A. Pharmacist" in note(small, capsys, code)
    name = next(iter(small.current.measures))
    note(small, capsys, code, "coding changed", also=("--measure", name))
    told = run(small, capsys, "show", "practice", code).split("What was said about these figures")[1]
    assert f"• {small.current.latest:%B %Y}: new care home (A. Pharmacist" in told
    assert (
        f"• {' '.join(small.current.measures[name].title.split())}, {small.current.latest:%B %Y}: coding changed"
        in told
    )


def test_a_note_is_listed_taken_back_and_listed_still(small, capsys, code):
    assert "Nothing was said about" in run(small, capsys, "annotate", code, "--list")
    note(small, capsys, code)
    listed = run(small, capsys, "annotate", code, "--list")
    (called,) = re.findall(r"\b[0-9a-f]{16}\b", listed)
    assert "stands" in listed
    taken = run(small, capsys, "annotate", code, "--withdraw", called, "--by", "B", "--why", "wrong practice")
    assert taken.startswith("Taken back by B on ")
    assert "wrong practice. It was:" in taken
    assert "wrong practice" in run(small, capsys, "annotate", code, "--list")
    assert small.annotations(code) == []
    assert "What was said" not in run(small, capsys, "show", "practice", code)
    again = refused(small, capsys, "annotate", code, "--withdraw", called, "--by", "B", "--why", "again")
    assert "no note" in again


def test_a_month_after_the_figures_is_refused_and_nothing_is_kept(small, capsys, code):
    later = f"{shift(small.current.latest, 1):%Y-%m}"
    told = refused(small, capsys, "annotate", code, later, "future", "--by", "J")
    assert f"the figures end in {small.current.latest:%B %Y}" in told
    assert small.annotations() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [((), "--by"), (("--by", "J"), "a note needs a month"), (("--withdraw", "ab", "--by", "J"), "why the note is taken back")],
)  # fmt: skip
def test_what_is_missing_is_said(small, capsys, code, words, told):
    assert told in refused(small, capsys, "annotate", code, *words)


def test_undo_says_what_it_takes_back_and_that_notes_stay(small, capsys, code):
    assert "Notes stay" not in run(small, capsys, "undo")
    run(small, capsys, "redo")
    note(small, capsys, code)
    told = run(small, capsys, "undo")
    assert told.startswith("Took back: loaded ")
    assert "Notes stay: 'opencommissioning" in told
    assert "annotate CODE --withdraw NOTE' takes one back." in told
    assert [each.text for each in small.annotations(code)] == ["new care home"]

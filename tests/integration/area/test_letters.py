"""Packs and digests over the invented area: what they say is what the verdicts say, and the PDFs are what was promised."""

import re
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default

import polars as pl
import pytest

from opencommissioning.area.annotations import Annotation
from opencommissioning.area.comparison.asking import report_organisation
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.letters.digests import write_digests
from opencommissioning.area.letters.packs import pack, write_packs
from opencommissioning.area.letters.writing import Letters, organisations_in, practices_of
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports import digest
from opencommissioning.reports.pack import PackPress
from opencommissioning.variation.telling import worth_telling
from opencommissioning.variation.verdict import BEYOND_CHANCE
from pdf_text import Pdf, squeezed

OUTLIER = "X81010"  # planted: broad-spectrum antibiotics
NOTE = Annotation(
    OUTLIER, date(2026, 6, 1), "new care home <b>opened</b>", "A. Pharmacist", datetime(2026, 7, 2, 9)
)


@pytest.fixture(scope="module")
def letters(invented):
    return Letters(invented.current, "practice", [NOTE])


@pytest.fixture(scope="module")
def all_letters(invented, letters):
    known = set(read_verdicts(invented.current, "practice")["organisation"])
    return {code: letters.of(code) for code in practices_of(invented.current, "ENGLAND") if code in known}


def test_the_planted_outlier_is_told_with_its_chart_and_its_note(letters):
    told = letters.of(OUTLIER)
    point = next(each for each in told.look if each.line.measure.id == "broad_spectrum_antibiotics")
    assert point.chart.startswith("<svg")
    assert "new care home" in point.notes[0]
    assert point.do
    assert "Luck alone" in point.sure
    assert point.line.judgement == "worse"


def test_at_most_three_of_each_and_never_twice_the_same_prescriptions(all_letters):
    for letter in all_letters.values():
        assert len(letter.celebrate) <= 3
        assert len(letter.look) <= 3
        assert {each.line.judgement for each in letter.celebrate} <= {"better"}
        ids = [each.line.measure.id for each in (*letter.celebrate, *letter.look)]
        assert len(ids) == len(set(ids))


def test_most_practices_of_an_ordinary_area_have_little_named(all_letters):
    """Habits are planted in some; the rest is luck, which may name something in one letter in ten."""
    quiet = sum(letter.nothing for letter in all_letters.values())
    assert 0.5 * len(all_letters) < quiet < len(all_letters)


def test_everything_told_is_beyond_chance_in_the_verdicts(invented, all_letters):
    frame = read_verdicts(invented.current, "practice")
    stands = {(row["organisation"], row["measure"]): row["stand"] for row in frame.iter_rows(named=True)}
    for code, letter in all_letters.items():
        for point in (*letter.celebrate, *letter.look):
            assert stands[code, point.line.measure.id] in (
                "far higher than expected",
                "far lower than expected",
                "higher than expected",
                "lower than expected",
                "moved",
            )


def test_those_who_moved_are_counted_as_in_the_verdicts(invented, all_letters):
    frame = read_verdicts(invented.current, "practice").filter(pl.col("moved_in").is_not_null())
    moved = set(frame["measure"])
    for letter in all_letters.values():
        for point in letter.look:
            if point.line.measure.id not in moved:
                assert point.others.startswith("None of the")


@pytest.fixture(scope="module")
def pdf(letters):
    return Pdf(PackPress().pdf(letters.of(OUTLIER), datetime(2026, 10, 1).astimezone()))


def test_a_pack_has_two_tagged_pages_in_english(pdf):
    assert len(pdf.pages) == 2
    assert pdf.tagged
    assert b"en-GB" in pdf.data
    assert pdf.structure["H1"] == 1
    assert pdf.structure["Table"] == 2
    assert pdf.structure["TH"] >= 4


def test_a_pack_holds_the_sentences_of_the_letter(pdf, letters):
    told = letters.of(OUTLIER)
    front = pdf.words(0)
    assert squeezed(told.opening) in front
    for point in (*told.celebrate, *told.look):
        for sentence in (
            point.line.measure.title,
            point.sentence,
            point.others,
            point.do,
            point.sure,
            *point.notes,
        ):
            assert squeezed(sentence) in front
    back = pdf.words(1)
    assert squeezed(told.rate) in back
    charts = [
        each for point in (*told.celebrate, *told.look) for each in (point.chart, point.control) if each
    ]
    assert charts
    assert pdf.structure.get("Figure", 0) == len(charts)


@pytest.mark.parametrize("least", [14, pytest.param(1000, marks=pytest.mark.slow)], ids=["some", "all"])
def test_packs_of_networks_fit_two_pages_each(invented, tmp_path, least):
    """Of networks with so many practices together, or of all that there are."""
    build, networks, practices = invented.current, [], []
    for code in build.register.codes["pcn"]:
        if len(practices) < least:
            networks.append(code)
            practices += practices_of(build, code)
    files, refused = write_packs(invented, networks, tmp_path, lambda *_: None, processes=2)
    left = sum(int(told.split()[0]) for told in refused if "left out" in told)
    assert len(files) + left == len(practices)
    assert len(files) > 12  # so that more than one process was at work
    assert {len(Pdf(path.read_bytes()).pages) for path in files} == {2}
    alone = pack(build, files[0].stem, invented.annotations())
    assert files[0].read_bytes() == alone


def test_pages_and_packs_put_forward_the_same(invented, letters, all_letters):
    """By the column that the build keeps, and by the rule asked again: one organisation's report and its letter."""
    for code in list(all_letters)[::6]:
        report = report_organisation(invented.current, code)
        forward = {
            line.measure.id for line in (*report.worse, *report.better, *report.moved) if line.judgement
        }
        rows = letters._rows(code)
        named = set(rows.filter(pl.Series(worth_telling(rows, rows["compared"].to_numpy())))["measure"])
        known = {line.measure.id: line for lines in report.topics.values() for line in lines}
        assert forward == {name for name in named if known[name].judgement}
        told = {point.line.measure.id for point in (*all_letters[code].look, *all_letters[code].celebrate)}
        assert told <= forward


@pytest.mark.parametrize("level", ["pcn", "sub_icb", "icb"])
def test_packs_of_other_levels_speak_of_those(invented, tmp_path, level):
    wanted = organisations_in(invented.current, "9A1", level)
    files, refused = write_packs(invented, ["9A1"], tmp_path, lambda *_: None, processes=1, level=level)
    assert {path.stem for path in files} <= set(wanted)
    assert len(files) + len(refused) == len(wanted) > 0
    words = level_name(level, invented.current.latest)
    for path in files[:3]:
        pdf = Pdf(path.read_bytes())
        assert len(pdf.pages) == 2
        assert squeezed(f"for this {words} and for all others") in pdf.words(1)
        assert "practice meeting" not in pdf.words(0)


def test_organisations_in_another_are_those_of_its_practices(invented):
    build = invented.current
    inside = practices_of(build, "9A1")
    pcns = {build.parent(code, "pcn") for code in inside} - {None}
    assert set(organisations_in(build, "9A1", "pcn")) == pcns
    member = next(code for code in inside if build.parent(code, "pcn"))
    assert organisations_in(build, member, "pcn") == [build.parent(member, "pcn")]
    assert organisations_in(build, "9A1", "sub_icb") == ["9A1"]


def test_a_pack_of_a_practice_that_does_not_exist(invented, tmp_path):
    with pytest.raises(UnknownName, match="X81"):
        write_packs(invented, ["X81O10"], tmp_path, lambda *_: None)


def test_nothing_stands_out_is_a_page_too(all_letters):
    letter = next(each for each in all_letters.values() if each.nothing and each.report.judged)
    words = Pdf(PackPress().pdf(letter, datetime(2026, 10, 1).astimezone())).words(0)
    assert squeezed(letter.headline) in words
    assert "Worthalook" not in words


def test_a_letter_that_names_nothing_says_what_the_page_marks(all_letters):
    quiet = [each for each in all_letters.values() if each.nothing and each.report.judged]
    for letter in quiet:
        lines = [line for topic in letter.report.topics.values() for line in topic]
        marked = sum(line.verdict.stand in BEYOND_CHANCE for line in lines)
        assert (
            f"{marked} of {letter.report.judged} measures lie beyond the limits" in letter.opening
        ) == bool(marked)
        assert letter.opening.startswith("Nothing is put forward" if letter.beyond else "Nothing stands out")
    assert any("so far out" in letter.opening for letter in quiet)


def test_a_letter_never_says_that_nothing_stands_out_where_the_page_lists_something(all_letters):
    """Whatever `show` lists (different, moved, far out for a year), up to three lines of it stand in the letter, word for word."""
    for letter in all_letters.values():
        listed = [*letter.report.different, *letter.report.moved, *letter.report.lasting]
        if letter.nothing and listed:
            assert "nothing is put forward" in digest.subject(letter)
            assert letter.beyond
        told = digest.text(letter)
        assert not re.search(r"\btables?\b", told)
        words = squeezed(told)
        for line in letter.beyond:
            assert squeezed(line.sentence) in words
            assert line.verdict.stand in BEYOND_CHANCE or line in letter.report.moved


def test_a_pack_of_somebody_nobody_could_judge_says_only_that(invented, all_letters):
    letter = next((each for each in all_letters.values() if not each.report.judged), None)
    if letter is None:
        pytest.skip("every practice of this invented area could be judged")
    words = Pdf(PackPress().pdf(letter, datetime(2026, 10, 1).astimezone())).words(0)
    assert squeezed("Nothing can be said yet") in words
    assert squeezed("Nothing stands out") not in words


def test_the_second_page_is_set_in_nine_points_its_footer_aside(pdf):
    content = pdf._stream(pdf.objects[int(re.search(rb"/Contents (\d+)", pdf.pages[1])[1])])
    sizes = {round(float(size), 1) for size in re.findall(rb"/f\d+ ([\d.]+) Tf", content)}
    assert sizes
    assert min(sizes - {7.5}) >= 9, sizes


def test_the_second_page_shows_what_is_marked_and_says_how_many_more_there_are(pdf, letters):
    from opencommissioning.reports.letter import marked, once
    from opencommissioning.reports.pack import _most_unusual

    words = pdf.words(1)
    lines = [line for line in once(_most_unusual(letters.of(OUTLIER).report)) if marked(line)]
    assert lines
    for line in lines:
        assert squeezed(line.measure.title.split(": ")[0][:20]) in words, line.measure.title


@pytest.mark.parametrize("eml", [False, True])
def test_digests_hold_the_same_sentences(invented, letters, tmp_path, eml):
    files, _ = write_digests(invented, tmp_path, "9A1", eml, lambda *_: None)
    path = next(each for each in files if each.stem == OUTLIER)
    text = path.read_text(encoding="utf-8")
    if eml:
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert "to look at" in message["Subject"]
        text = message.get_content()
    told = Letters(invented.current, "practice").of(OUTLIER)
    for sentence in (told.opening, told.rate, told.look[0].sentence, told.look[0].do):
        assert squeezed(sentence) in squeezed(text)
    assert max(map(len, text.splitlines())) <= 76


def test_an_organisation_without_values_says_so(invented):
    letters = Letters(invented.current, "practice")
    known = set(read_verdicts(invented.current, "practice")["organisation"])
    for code in sorted(set(invented.current.register.practices) - known)[:1]:
        with pytest.raises(NotLoaded, match="status"):
            letters.of(code)


def test_exports_carry_what_was_said(invented, tmp_path, monkeypatch):
    monkeypatch.setattr(type(invented), "annotations", lambda self, organisation="": [NOTE])
    files = invented.export(tmp_path, "csv", ("icb",), ("trimethoprim_share",))
    said = next(path for path in files if path.stem == "annotations")
    assert "new care home" in said.read_text(encoding="utf-8")


def test_a_build_calls_its_hook_when_something_changed_and_only_then(invented, monkeypatch):
    heard = []
    assert invented.build(notify=heard.append).changed is False
    assert heard == []
    monkeypatch.setattr(type(invented), "_make", lambda self, *_: {})
    kept = invented.builds.current()
    monkeypatch.setattr(type(invented.builds), "current", lambda self: kept)
    monkeypatch.setattr("opencommissioning.area.area.material", lambda *_: type("Other", (), {"id": "other"}))
    assert invented.build(notify=heard.append).changed is True
    assert [each.id for each in heard] == [invented.current.id]

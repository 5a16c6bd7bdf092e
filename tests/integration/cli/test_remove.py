"""remove: a preview changes nothing, a removal is one change that undo brings back, and what is missing then is said."""

import pytest

from opencommissioning.area import Area
from opencommissioning.area.data.removing import plan_removal
from opencommissioning.cli.main import main


@pytest.fixture
def few(tmp_path):
    """Two months of lists and no prescribing."""
    area = Area.create(tmp_path / "few", "Few")
    for month in ("01Sep2026", "01Oct2026"):
        file = tmp_path / f"lists-{month}.csv"
        file.write_text(
            "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS\n"
            f"GP_PRAC_PAT_LIST,{month},GP,A81001,E1,TS18 1HU,FEMALE,65_69,210\n"
        )
        area.load([file])
    return area


def run(area, capsys, *arguments: str) -> str:
    main(["--area", str(area.folder), *arguments])
    return " ".join(capsys.readouterr().out.split())


def months(area) -> list[int]:
    return [part.period.month for part in area.store.parts("registrations")]


def test_a_preview_says_what_would_go_and_takes_nothing(few, capsys):
    told = run(few, capsys, "remove", "registrations", "2026-09", "--preview")
    assert "registrations September 2026 lists-01Sep2026.csv 1" in told
    assert "October" not in told.split("Nothing was removed")[0].split("have no value")[0]
    assert "measures count it: they will have no value for September 2026" in told
    assert "Nothing was removed yet" in told
    assert months(few) == [9, 10]


def test_one_period_goes_and_undo_brings_it_back(few, capsys):
    assert "Removed: 1 part." in run(few, capsys, "remove", "registrations", "September 2026")
    assert months(few) == [10]
    assert few.changes()[-1].did == "removed registrations of September 2026"
    assert "Took back: removed registrations of September 2026." in run(few, capsys, "undo")
    assert months(few) == [9, 10]


def test_all_of_a_dataset_goes_as_one_change(few, capsys):
    told = run(few, capsys, "remove", "registrations")
    assert "Nothing of registrations is left. Without it: nothing per patient." in told
    assert few.store.datasets() == []
    run(few, capsys, "undo")
    assert months(few) == [9, 10]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("registration",), "did you mean 'registrations'?"),
        (("registrations", "2026-11"), "it holds September 2026 to October 2026"),
        (("registrations", "never"), "registrations holds nothing for never"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(few, capsys, asked, told):
    with pytest.raises(SystemExit) as ended:
        main(["--area", str(few.folder), "remove", *asked])
    assert ended.value.code != 0
    assert told in " ".join(capsys.readouterr().err.split())
    assert months(few) == [9, 10]


def test_what_the_same_file_brought_besides_is_told(invented):
    last = f"{invented.months('prescribing')[-1]:%Y-%m}"
    planned = plan_removal(invented.store, invented.library, "prescribing", last)
    assert len(planned.parts) == 1
    assert any("presentations" in sentence for sentence in planned.then)

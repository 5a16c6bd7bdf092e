"""Layouts of waiting times: eras by content, swapped columns, totals, lines that do not add up."""

from datetime import date

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.waits import waits_of
from opencommissioning.errors import FileRefused
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.specimens import write_specimen
from opencommissioning.sources.waiting_times import SOURCE
from opencommissioning.sources.week_bands import bands_of


@pytest.mark.parametrize("era", SOURCE.eras, ids=[era.name for era in SOURCE.eras])
def test_each_layout_is_known_by_its_content_and_loads(era, tmp_path):
    path = write_specimen(era, tmp_path)
    assert recognise(path)[1].name == era.name
    report = Area.create(tmp_path / "area").load([path])[0]
    assert all(each.part.refused == 0 for each in report.loaded)
    counted = [each.part for each in report.loaded if each.part.totals]
    assert all(int(dict(part.totals)["pathways"]) in (12, 9, 100) for part in counted)
    named = {each.part.dataset for each in report.loaded} - {part.dataset for part in counted}
    assert named <= {"waiting_providers", "waiting_commissioners"}
    assert named


@pytest.mark.parametrize(
    ("first", "last", "open_from"),
    [
        (">0-1", "52 plus", 52),
        (">0-1", "52+", 52),
        ("Gt 00 To 01 Weeks SUM 1", "Gt 52 Weeks SUM 1", 52),
        (">0-1", ">51-52", 0),
    ],
)
def test_headings_of_bands(first, last, open_from):
    pattern = first.replace("00", "{:02d}").replace("01", "{:02d}") if "Gt" in first else ">{}-{}"
    heading = [pattern.format(week, week + 1) for week in range(52)]
    found = bands_of(["CCG", *heading, last] if last not in heading else ["CCG", *heading])
    assert (len(found.columns), found.open_from) == (52 + (open_from > 0), open_from)


def test_a_missing_band_is_named():
    heading = [f">{week}-{week + 1}" for week in range(52) if week != 17]
    with pytest.raises(FileRefused, match="over 17 to 18 weeks"):
        bands_of(heading)


def extract(tmp_path, change):
    path = write_specimen(SOURCE.eras[0], tmp_path)
    path.write_text(change(path.read_text()))
    return path


def test_swapped_code_and_name_are_put_back(tmp_path):
    path = extract(tmp_path, lambda text: text.replace("C_100,General Surgery Service", "General Surgery Service,C_100"))  # fmt: skip
    area = Area.create(tmp_path / "area")
    area.load([path])
    stored = pl.read_parquet(area.store.parts("waiting_by_provider")[0].path)
    assert set(stored["function"]) == {"100"}


def test_a_line_whose_bands_do_not_give_its_total_is_kept_apart(tmp_path):
    lines = write_specimen(SOURCE.eras[0], tmp_path).read_text().splitlines()
    place = next(n for n, line in enumerate(lines) if "Part_1A" in line and "C_100" in line)
    lines[place] = lines[place].removesuffix("12,0,12") + "13,0,13"
    (tmp_path / "wrong.csv").write_text("\n".join(lines) + "\n")
    area = Area.create(tmp_path / "area")
    area.load([tmp_path / "wrong.csv"])
    refused = area.store.refused("admitted_by_provider")
    assert set(refused["row"]) == {place + 1}
    assert "add up to its total" in refused["problem"][0]


@pytest.fixture
def without_totals(tmp_path):
    """As published: people waiting have their number in 'Total All' alone. Of a second hospital's line the bands give 12 of 13."""
    lines = write_specimen(SOURCE.eras[0], tmp_path).read_text().splitlines()
    told = [line.removesuffix("12,0,12") + ",,12" if "Part_2," in line else line for line in lines]
    mine = next(line for line in told if "Part_2," in line and "C_100" in line)
    told.append(mine.replace("RX1", "RX2").removesuffix("12") + "13")
    (tmp_path / "wrong.csv").write_text("\n".join(told) + "\n")
    return tmp_path / "wrong.csv", len(told)


def test_bands_are_held_against_all_pathways_where_the_total_is_blank(without_totals, tmp_path):
    path, row = without_totals
    area = Area.create(tmp_path / "area")
    area.load([path])
    refused = area.store.refused("waiting_by_provider")
    assert set(refused["row"]) == {row}
    assert "add up to its total" in refused["problem"][0]
    with pytest.raises(FileRefused, match=rf"row {row}: the bands add up to 12, the row's total is 13"):
        waits_of(path)


def test_an_unknown_treatment_function_is_kept_apart(tmp_path):
    path = write_specimen(SOURCE.eras[0], tmp_path)
    text = path.read_text()
    more = [
        line.replace("C_100", "C_777") for line in text.splitlines() if "Part_1A" in line and "C_100" in line
    ]
    path.write_text(text + "\n".join(more) + "\n")
    area = Area.create(tmp_path / "area")
    area.load([path])
    refused = area.store.refused("admitted_by_provider")
    assert "column 'function' is not a treatment function of RTT returns, such as 100: '777'" in set(refused["problem"])  # fmt: skip
    assert set(pl.read_parquet(area.store.parts("admitted_by_provider")[0].path)["function"]) == {"100"}
    assert any("No treatment function of RTT returns: 777" in each for each in waits_of(path).sentences)


def test_a_total_that_is_not_its_functions_sum_is_told(tmp_path):
    path = extract(tmp_path, lambda text: text.replace("Part_3,New RTT Periods,C_999,Total," + "," * 104 + ",,,9", "Part_3,New RTT Periods,C_999,Total," + "," * 104 + ",,,8"))  # fmt: skip
    report = Area.create(tmp_path / "area").load([path])[0]
    assert any("not their sum" in each or ("not" in each and "sum" in each) for each in report.warnings)


def test_a_negative_count_is_told_with_row_and_band(tmp_path):
    path = tmp_path / "list.csv"
    bands = ",".join(f">{week}-{week + 1}" for week in range(6))
    path.write_text(f"team,{bands},6+\na,1,2,3,4,5,6,7\nb,1,2,-3,4,5,6,7\n")
    with pytest.raises(FileRefused, match=r"row 3, column '>2-3' is -3"):
        waits_of(path, month=date(2024, 11, 1))


def test_any_list_with_its_own_columns_is_understood(tmp_path):
    path = tmp_path / "community.csv"
    bands = ",".join(f">{week}-{week + 1}" for week in range(6))
    path.write_text(f"team,{bands},6+\npodiatry,10,10,10,10,10,10,0\n")
    with pytest.raises(FileRefused, match="--month"):
        waits_of(path)
    frame = waits_of(path, month=date(2024, 11, 1)).frame
    assert frame["median"].to_list() == [3.0]
    assert frame["within_18"].to_list() == [None]

"""Reconciliation to the last digit: what is written holds exact pounds, whole items and months, and an empty cell is no zero."""

import csv
from decimal import Decimal
from types import SimpleNamespace

import pytest

from opencommissioning.area import Area
from opencommissioning.area.data.reconciling import own_totals, reconcile
from opencommissioning.errors import FileRefused

EPD = (
    "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,STP_NAME,STP_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
    "ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,"
    "BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)
ROWS = {  # practice → (items, NIC, actual cost) of its rows
    "X81001": [("3", "8.1", "7.55501"), ("7309", "82028.15", "76499.52")],
    "X81002": [("2", "0.1", "0.09"), ("1", "0.2", "0.19")],
}


@pytest.fixture
def held(tmp_path):
    """The store and as much of a build as reconciling asks for."""
    area = Area.create(tmp_path / "area", "Sums")
    lines = [
        f"201709,Y,Y1,S,QX1,P,9A100,A surgery,{practice},,,,,,,,0501013B0AAABAB,Amoxicillin,05: Infections,21,{items},21,0,{nic},{actual},N"
        for practice, rows in ROWS.items()
        for items, nic, actual in rows
    ]
    (tmp_path / "EPD_201709.csv").write_text("\n".join([EPD, *lines]) + "\n")
    area.load([tmp_path / "EPD_201709.csv"])
    build = SimpleNamespace(register=SimpleNamespace(practices=["X81001"]), settings=area.settings)
    return build, area.store


def written(result, path):
    with result.write(path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compared(held, tmp_path, *rows: str):
    (tmp_path / "mine.csv").write_text("practice,month,items,nic,actual cost\n" + "\n".join(rows) + "\n")
    return reconcile(*held, tmp_path / "mine.csv")


def test_differences_are_exact_and_items_whole(held, tmp_path):
    result = compared(
        held, tmp_path, 'X81001,Sep 2017,7312,"£82,036.25",76507.07', "X81002,2017-09,4.0,0.3,0.28"
    )
    one, two = written(result, tmp_path / "out.csv")
    assert (one["month"], one["items_ours"], one["items_difference"]) == ("2017-09", "7312", "0")
    assert Decimal(one["actual_cost_ours"]) == Decimal("76507.07501")
    assert Decimal(one["actual_cost_difference"]) == Decimal("0.00501")
    assert (two["items_theirs"], two["items_difference"]) == ("4", "-1")
    assert Decimal(two["nic_difference"]) == 0  # 0.1 + 0.2
    assert "0 of the sheet's 2 practice-months agree to the penny; 2 differ." in result.sentence


def test_half_a_penny_is_rounding_and_noise_of_a_spreadsheet_is_none(held, tmp_path):
    result = compared(held, tmp_path, "X81001,2017-09,7312,82036.249999999996,76507.08")
    assert result.different.height == 0
    row, _ = written(result, tmp_path / "out.csv")
    assert Decimal(row["nic_difference"]) == 0
    assert Decimal(row["actual_cost_difference"]) == Decimal("-0.00499")


def test_parts_of_an_item_in_their_sheet_are_kept(held, tmp_path):
    _, row = written(compared(held, tmp_path, "X81002,2017-09,2.5,0.3,0.28"), tmp_path / "out.csv")
    assert Decimal(row["items_theirs"]) == Decimal("2.5")
    assert Decimal(row["items_difference"]) == Decimal("0.5")


def test_an_empty_cell_is_absent_and_not_nothing(held, tmp_path):
    result = compared(held, tmp_path, "X81002,2017-09,3,,0.28")
    assert result.different.height == 1
    assert result.rows(5)[0][5] == "absent"
    assert written(result, tmp_path / "out.csv")[1]["nic_difference"] == ""


def test_what_one_side_lacks_is_told_and_written(held, tmp_path):
    result = compared(held, tmp_path, "X81002,2017-09,3,0.3,0.28", "X99999,2017-09,5,1,1")
    assert result.sentence == "1 of the sheet's 2 practice-months agree to the penny; 1 differs."
    assert result.sides == (
        "The sheet has 1 practice-month that we do not hold: X99999 in 2017-09 (5 items).",
        "We hold 1 practice-month that the sheet lacks: X81001 in 2017-09 (7,312 items).",
    )
    rows = {row["practice"]: row for row in written(result, tmp_path / "out.csv")}
    assert {code: row["held_by"] for code, row in rows.items()} == {
        "X81001": "ours only",
        "X81002": "both",
        "X99999": "sheet only",
    }
    assert (rows["X81001"]["items_ours"], rows["X81001"]["items_theirs"]) == ("7312", "")


def test_sides_that_hold_the_same_say_nothing_of_it(held, tmp_path):
    whole = compared(held, tmp_path, "X81001,2017-09,7312,82036.25,76507.08", "X81002,2017-09,3,0.3,0.28")
    assert whole.sides == ()
    assert "2 of the sheet's 2 practice-months agree" in whole.sentence


def test_without_items_the_sides_tell_pounds(held, tmp_path):
    (tmp_path / "pounds.csv").write_text("practice,month,nic\nX81002,2017-09,0.3\n")
    (told,) = reconcile(*held, tmp_path / "pounds.csv").sides
    assert told.endswith("X81001 in 2017-09 (NIC £82,036.25).")


def test_a_sheet_that_is_not_there_is_told_with_the_nearest(held, tmp_path):
    (tmp_path / "mine.csv").write_text("practice,month,items\n")
    with pytest.raises(FileRefused, match=r"there is no file '.*mien\.csv'; did you mean 'mine\.csv'\?"):
        reconcile(*held, tmp_path / "mien.csv")
    with pytest.raises(FileRefused, match="there is no folder"):
        reconcile(*held, tmp_path / "nowhere" / "mine.csv")


def test_our_own_totals_are_written_exactly(held, tmp_path):
    rows = {row["practice"]: row for row in written(own_totals(*held), tmp_path / "own.csv")}
    assert (rows["X81001"]["month"], rows["X81001"]["items"]) == ("2017-09", "7312")
    assert Decimal(rows["X81001"]["actual_cost"]) == Decimal("76507.07501")
    assert [rows[code]["outside"] for code in ("X81001", "X81002")] == ["false", "true"]

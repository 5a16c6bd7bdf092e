"""What bad input gets: a sentence with file, row or column, what was expected, and what to do; the store stays as it was."""

import gzip
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from opencommissioning.catalogue.contract import Column, Kind
from opencommissioning.catalogue.source import Csv
from opencommissioning.errors import FileRefused
from opencommissioning.warehouse import staging
from opencommissioning.warehouse.loading import _rounded
from opencommissioning.warehouse.report import kept_apart, reasons_told
from warehouse_files import COLUMNS, HEADING, ROWS, contract, source, text

SEPTEMBER = date(2017, 9, 1)
MANY = tuple(f"2017-09,A{number},0101,3,1.5,,First" for number in range(10))


def refused(store):
    return store.refused("facts", SEPTEMBER).select("row", "problem").rows()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2017-09,A1,0101,three,1,,x", "column 'ITEMS' is not a whole number: 'three'"),
        ("2017-09,A1,0101,3.5,1,,x", "column 'ITEMS' is not a whole number: '3.5'"),
        ("2017-09,A1,0101,-3,1,,x", "column 'ITEMS' is below 0: '-3'"),
        ("2017-09,A1,0101,5000,1,,x", "column 'ITEMS' is above 1,000, which is absurd: '5000'"),
        ("2017-09,A1,0101,,1,,x", "column 'ITEMS' is empty or unreadable; expected a whole number"),
        ("2017-09,A1,0101,3,£1,,x", "column 'COST' is not a number: '£1'"),
        ("2017-09,A1,0101,3,-0.01,,x", "column 'COST' is below 0: '-0.01'"),
        ("2017-13,A1,0101,3,1,,x", "column 'MONTH' is empty or unreadable; expected a month"),
        ("2017-09,,0101,3,1,,x", "column 'PRACTICE' is empty or unreadable; expected practice code"),
        ("2017-09,1A,0101,3,1,,x", "column 'PRACTICE' is not a practice code, such as A1: '1A'"),
        ("2017-09,A1,101,3,1,,x", "column 'CODE' is not a product code, such as 0101: '101'"),
        ("2017-09,A1,0101,3,1,3.2E+17,x", "expected: SNOMED code is whole"),
        ("2017-09,A1,0101,3", "the row has fewer cells than the heading"),
        ("2017-09,A1,0101,3,1,,x,y,z", "the row has more cells than the heading"),
    ],
)
def test_bad_row_is_set_apart_with_its_number(store, load, write, row, problem):
    report = load(write(*MANY, row, "2017-09,Z9,0101,1,1,,y"))
    assert refused(store) == [(12, problem)]
    assert store.parts("facts")[0].rows == 11
    assert "1 row was refused and kept apart, because" in report.warnings[0]
    assert problem.split(":")[0] in report.loaded[0].reasons[0][0]


def test_a_number_too_large_is_told_as_one_and_every_row_is_counted(store, load, write):
    """No number, parts of one and one that is too large break two rules of the same column."""
    bad = [f"2017-09,A1,0101,{items},1,,x" for items in ("three", "2.5", "99999999999")]
    report = load(write(*MANY, *bad))
    assert [problem for _, problem in refused(store)] == [
        "column 'ITEMS' is not a whole number: 'three'",
        "column 'ITEMS' is not a whole number: '2.5'",
        "column 'ITEMS' is larger than can be kept: '99999999999'",
    ]
    (loaded,) = (each for each in report.loaded if each.part.dataset == "facts")
    assert (loaded.read, loaded.part.rows, loaded.part.refused) == (13, 10, 3)
    assert "3 rows were refused" in report.warnings[0]


def test_many_reasons_are_counted_together_after_ten(store, load, write):
    load(write(*MANY))
    (part,) = store.parts("facts")
    told = kept_apart(
        replace(part, refused=13, reasons=tuple((f"reason {number}", 1) for number in range(13)))
    )
    assert told.count("1 because") == 10
    assert "1 because reason 9; 3 for 3 other reasons; 'opencommissioning status' tells each" in told
    frame = pl.DataFrame({"row": range(13), "reason": map(str, range(13)), "problem": map(str, range(13))})
    assert reasons_told(frame).endswith("1 × 9 (row 9); 3 for 3 other reasons")
    assert reasons_told(frame, most=None).endswith("1 × 12 (row 12)")


def test_a_row_of_the_future_is_set_apart(store, load, write):
    """A month that has begun is loaded; of the next one nothing can have happened."""
    load(write(*MANY, "2017-10,A1,0101,3,1,,x"), today=date(2017, 9, 1))
    assert refused(store) == [(12, "column 'MONTH' lies in the future: '2017-10-01'")]
    assert [part.period for part in store.parts("facts")] == [SEPTEMBER]


def test_a_file_of_the_future_is_refused(store, load, write):
    with pytest.raises(
        FileRefused,
        match=r"no usable row was found: 10 × column 'MONTH' lies in the future: '2017-09-01' \(first in row 2\)",
    ):
        load(write(*MANY), today=date(2017, 8, 31))
    assert store.datasets() == []


def test_bad_row_stops_the_file_when_asked(store, load, write):
    with pytest.raises(
        FileRefused,
        match=r"file\.csv: 1 of 11 rows cannot be used: 1 × column 'ITEMS' is not a whole number: 'three' \(row 12\)\. Mend them",
    ):
        load(write(*MANY, "2017-09,A1,0101,three,1,,x"), on_error="stop")
    assert store.datasets() == []


def test_stop_names_the_first_row_of_each_reason(load, write):
    bad = ("2017-09,A1,0101", "2017-09,A1,0101,-3,1,,x", "2017-09,A2,0101,-4,1,,x")
    with pytest.raises(FileRefused) as refusal:
        load(write(*MANY, *bad), on_error="stop")
    assert "2 × column 'ITEMS' is below 0: '-3' (first in row 13)" in str(refusal.value)
    assert "1 × the row has fewer cells than the heading (row 12)" in str(refusal.value)


def test_stop_does_not_tell_what_stands_in_a_persons_row(load, write):
    person = contract(level="person")
    with pytest.raises(FileRefused) as refusal:
        load(write(*MANY, "2017-09,A1,0101,three,1,,x"), source(person), on_error="stop")
    assert "column 'ITEMS' is not a whole number (row 12)" in str(refusal.value)
    assert "three" not in str(refusal.value)


def test_rows_keep_their_numbers_after_broken_ones(store, load, write):
    load(write("2017-09,A1", *MANY, "2017-09,A1,0101", "2017-09,A1,0101,x,1,,x", *MANY))
    assert [row for row, _ in refused(store)] == [2, 13, 14]


def test_numbers_are_found_in_a_second_pass_over_a_large_file(store, load, write, monkeypatch):
    monkeypatch.setattr(staging, "SMALL", 0)
    load(write(*MANY, "2017-09,A1,0101,x,1,,x", *MANY))
    assert [row for row, _ in refused(store)] == [12]


def test_mostly_bad_file_is_refused_as_a_whole(store, load, write):
    with pytest.raises(
        FileRefused, match=r"3 of 4 rows cannot be used: .* The file is damaged or of another kind"
    ):
        load(write(*(f"2017-09,A1,0101,{word},1,,x" for word in ("a", "b", "c", "4"))))
    assert store.history() == []


def test_cut_short_file_is_refused(load, write):
    path = write(*MANY)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(
        FileRefused,
        match=r"file\.csv: ends in the middle of a row \(4 of 7 cells: '2017-09,A9,0101,3'\); it was cut short: download",
    ):
        load(path)


def test_cut_short_gzip_is_refused(load, write, tmp_path):
    packed = tmp_path / "file.csv.gz"
    packed.write_bytes(gzip.compress(write(*MANY).read_bytes())[:-20])
    with pytest.raises(FileRefused, match=r"file\.csv\.gz: cannot be unpacked .* download it again"):
        load(packed)


def test_damaged_zip_is_refused(load, tmp_path):
    (tmp_path / "file.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(FileRefused, match=r"file\.zip: cannot be unpacked"):
        load(tmp_path / "file.zip")


def test_wrong_encoding_names_the_row(load, write):
    path = write(*MANY, "2017-09,A1,0101,3,1,,Crème", encoding="latin-1")
    with pytest.raises(
        FileRefused, match=r"file\.csv: row 12 holds bytes that are not UTF-8.*save it again as 'CSV UTF-8'"
    ):
        load(path, source(reader=Csv(encoding="utf-8")))


def test_missing_column_names_the_nearest(load, write):
    with pytest.raises(FileRefused, match=r"column 'ITEMS' is missing; did you mean 'ITEM'\?"):
        load(write(*ROWS, heading=HEADING.replace("ITEMS", "ITEM")))


def test_doubled_column_is_refused(load, write):
    with pytest.raises(
        FileRefused, match="column 'ITEMS' is there 2 times and nobody can say which is meant"
    ):
        load(write(*(f"{row},9" for row in ROWS), heading=f"{HEADING},ITEMS"))


def test_doubled_column_that_nobody_needs_does_not_matter(store, load, write):
    load(write(*(f"{row},9,8" for row in ROWS), heading=f"{HEADING},NOTE,NOTE"))
    assert store.parts("facts")[0].rows == 3


def test_heading_without_rows(load, write):
    with pytest.raises(FileRefused, match=r"file\.csv: holds a heading but no rows; download it again"):
        load(write())


def test_file_of_which_nothing_is_meant(load, write):
    with pytest.raises(FileRefused, match="no usable row was found: none of its 3 rows is meant"):
        load(write(*ROWS), source(keep="PRACTICE = 'X9'"))


def test_unclosed_quotation_mark(load, write):
    with pytest.raises(FileRefused, match=r"file\.csv"):
        load(write('2017-09,A1,0101,3,1,,"never closed', *MANY))


def test_period_loaded_with_other_content_says_what_differs(store, load, write):
    load(write(*ROWS))
    other = write(*ROWS[:2], name="other file.csv")
    with pytest.raises(FileRefused) as refusal:
        load(other)
    sentence = str(refusal.value)
    assert (
        "other file.csv: Facts for September 2017 is loaded already from file.csv (3 rows; this file has 2;"
        in sentence
    )
    assert "items 12 there, 7 here" in sentence
    assert (
        f"""to replace it: 'opencommissioning load --replace "{other}"'; 'opencommissioning undo' takes that back"""
        in sentence
    )
    assert store.parts("facts")[0].rows == 3


@pytest.mark.parametrize(("cost", "how"), [("100", "ten times as much or more"), ("0.01", "a tenth or less")])
def test_totals_that_jump_are_doubted(store, load, write, cost, how):
    load(write(*(f"2017-09,A{n},0101,3,1,,x" for n in range(9))))
    path = write(*(f"2017-10,A{n},0101,3,{cost},,x" for n in range(9)), name="october.csv")
    with pytest.raises(FileRefused, match="total of 'cost'"):
        load(path, on_error="stop")
    (warning,) = load(path).warnings
    assert f"that of September 2017 was 9: {how}" in warning


def test_unknown_practices_are_kept_and_told(store, load, write):
    (warning,) = load(write(*ROWS), known={"practice": frozenset({"A1"})}).warnings
    assert "1 of 2 organisations are not in the register of practices (B2)" in warning
    assert store.parts("facts")[0].rows == 3


def test_file_appended_to_itself_is_doubted(load, write):
    (warning,) = load(write(*MANY, *MANY)).warnings
    assert "50 % of rows repeat another row exactly" in warning


def test_rounding_is_told(store, load, write):
    (warning,) = load(write(*ROWS, "2017-09,C3,0101,1,0.1234567,,x")).warnings
    assert (
        "1 value of 'cost' has more than 5 decimal places: it was rounded. A publisher's file has no more"
        in warning
    )


def test_a_ratio_with_many_places_is_no_sign_of_a_spreadsheet():
    told = _rounded(Column("value", Kind.DECIMAL, "value as published", scale=12), 207)
    assert told == "207 values of 'value' have more than 12 decimal places: they were rounded."


def test_refused_rows_go_with_their_part(store, load, write):
    load(write(*MANY, "2017-09,A1,0101,x,1,,x"))
    kept = store.refused("facts")
    assert kept.columns == ["file", "dataset", "row", "reason", "problem", "text"]
    assert kept["text"].to_list() == ["2017-09-01,A1,0101,x,1"]
    store.remove("facts", SEPTEMBER)
    assert store.refused("facts").is_empty()


def test_number_beyond_what_is_kept_is_refused_not_wrapped(store, load, write):
    load(write(*MANY, "2017-09,A1,0101,99999999999,1,,x", "2017-09,A1,0101,3,99999999999999999999,,x"))
    assert [problem for _, problem in refused(store)] == [
        "column 'ITEMS' is larger than can be kept: '99999999999'",
        "column 'COST' is larger than can be kept: '99999999999999999999'",
    ]


def test_unreadable_months_are_refused_with_the_first_period(store, load, write):
    report = load(write(*MANY, ",A1,0101,1,1,,x", "2017-10,A1,0101,1,1,,x"))
    assert [(each.read, each.part.refused) for each in report.loaded if each.part.dataset == "facts"] == [
        (11, 1),
        (1, 0),
    ]


def test_scientific_notation_that_is_exact_is_a_number(store, load, write):
    load(write("2017-09,A1,0101,1E2,1E-5,,x"))
    assert pl.read_parquet(store.parts("facts")[0].path).select("items", "cost").row(0)[0] == 100


def test_columns_of_the_file_may_be_in_any_case(store, load, write):
    load(
        write(*ROWS, heading=HEADING.lower()),
        source(contract(), columns={**COLUMNS, "snomed": text("Snomed")}),
    )
    assert store.parts("facts")[0].rows == 3


@pytest.mark.parametrize(("cost", "told"), [("9", 0), ("7", 1)])
def test_cells_that_moved_are_told_by_what_they_should_multiply_to(load, write, cost, told):
    squares = source(contract(multiplied=(("cost", "items", "items"),)))
    rows = [f"2017-09,A{number},0101,3,{cost},,x" for number in range(20)]
    report = load(write(*rows), squares)
    wanted = "in 100 % of rows 'cost' is not 'items' times 'items'. Did cells move to another column?"
    assert sum(wanted in each for each in report.warnings) == told

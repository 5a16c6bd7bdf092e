"""A file goes in once, typed exactly, sorted, with a manifest."""

import gzip
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.errors import FileRefused, NotLoaded, StoreError
from opencommissioning.warehouse import job
from warehouse_files import COLUMNS, HEADING, ROWS, contract, names, sniffed, source, text

SEPTEMBER, OCTOBER = date(2017, 9, 1), date(2017, 10, 1)


def facts(store, dataset="facts"):
    return pl.concat(pl.read_parquet(part.path) for part in store.parts(dataset))


def test_rows_are_typed_exactly_and_sorted(store, load, write):
    report = load(write(*ROWS))
    rows = facts(store)
    assert rows.select("code", "practice").rows() == [("0101", "A1"), ("0101", "B2"), ("0102", "A1")]
    assert rows["cost"].to_list() == [Decimal("1.50001"), None, Decimal("2.5")]
    assert rows["month"].unique().to_list() == [SEPTEMBER]
    (main,) = [each for each in report.loaded if each.part.dataset == "facts"]
    assert (main.read, main.part.rows, main.left_out, main.part.refused) == (3, 3, 0, 0)
    assert dict(main.part.totals) == {"items": "12", "cost": "4.00001"}
    assert not report.warnings


def test_dimension_comes_along_once_per_key(store, load, write):
    load(write(*ROWS))
    assert facts(store, "names").select("code", "name").rows() == [("0101", "First"), ("0102", "Second")]


def test_two_months_become_two_parts(store, load, write):
    report = load(write(*ROWS, "2017-10,A1,0101,7,1,,First"))
    assert [part.period for part in store.parts("facts")] == [SEPTEMBER, OCTOBER]
    assert [part.rows for part in store.parts("facts")] == [3, 1]
    assert [part.period for part in store.parts("names")] == [SEPTEMBER, OCTOBER]
    assert [line[2] for line in report.lines()] == ["September 2017 to October 2017 (2 months)"]


@pytest.mark.parametrize("small", [job.SMALL, 0])
def test_same_content_under_another_name_is_already_loaded(store, load, write, monkeypatch, small):
    monkeypatch.setattr(job, "SMALL", small)
    load(write(*ROWS))
    again = load(write(*ROWS, name="copy.csv"))
    assert again.already
    assert again.lines()[0][-1] == "already loaded"
    assert len(store.history()) == 1


def test_a_large_file_of_a_name_that_is_loaded_is_known_before_it_is_read(load, write, monkeypatch):
    monkeypatch.setattr(job, "SMALL", 0)
    load(write(*ROWS))
    monkeypatch.setattr(job, "Stager", None)  # whoever staged it would fail
    assert load(write(*ROWS)).already


def test_rows_that_are_not_meant_are_left_out_not_refused(store, load, write):
    report = load(write(*ROWS), source(keep="PRACTICE <> 'B2'"))
    assert (report.loaded[0].left_out, report.loaded[0].part.rows, report.loaded[0].part.refused) == (1, 2, 0)


@pytest.mark.parametrize("packed", ["file.csv.gz", "file.zip"])
def test_packed_files_are_read_directly(store, load, write, tmp_path, packed):
    plain, target = write(*ROWS), tmp_path / packed
    if packed.endswith(".gz"):
        target.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        with zipfile.ZipFile(target, "w") as archive:
            archive.write(plain, "inside.csv")
    load(target)
    assert facts(store).height == 3
    assert store.parts("facts")[0].file == packed


def test_zip_of_two_files_asks_which(load, write, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.write(write(*ROWS), "a.csv")
        archive.write(write(*ROWS), "b.csv")
    with pytest.raises(FileRefused, match=r"two\.zip: holds 2 files where one was expected; unzip it"):
        load(tmp_path / "two.zip")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_blank_lines_quotes_and_trailing_commas(store, load, write, end):
    rows = ('"2017-09","A1","0101",3,"1.5",,"A ""quoted"", name"', "", "2017-09,B2,0102,4,,,Other")
    load(write(*rows, end=end))
    assert facts(store)["items"].to_list() == [3, 4]
    assert facts(store, "names")["name"].to_list() == ['A "quoted", name', "Other"]


def test_trailing_comma_in_rows_only_or_in_heading_only(store, load, write):
    load(write(*(f"{row}," for row in ROWS), name="rows.csv"))
    load(write("2017-10,A1,0101,3,1,,First", heading=f"{HEADING},", name="heading.csv"))
    assert [part.rows for part in store.parts("facts")] == [3, 1]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_accents_survive_either_encoding(store, load, write, encoding):
    load(write("2017-09,A1,0101,3,1,,Crème", heading=HEADING, encoding=encoding))
    assert facts(store, "names")["name"].to_list() == ["Crème"]


def test_file_without_heading_takes_the_names_of_its_era(store, load, write):
    load(write(*ROWS[1:], heading=ROWS[0]), source(reader=Csv(names=tuple(HEADING.split(",")))))
    assert facts(store).height == 3


def test_table_read_in_python_goes_the_same_way(store, load, write):
    frame = pl.DataFrame([row.split(",") for row in ROWS], schema=HEADING.split(","), orient="row")
    one = source()
    era = Era("a workbook", lambda sniff: True, Table(lambda path: frame), one.eras[0].projections)
    load(write("anything"), Source("tests", "Test files", "us", "none", "here", (era,)))
    assert facts(store)["items"].sum() == 12


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        (0.5, "3 lines below the first make 2 records: lines that belong together were put together"),
        (2, "3 lines below the first make 6 records: a line gives several"),
        (1, ""),
    ],
)
def test_lines_that_are_not_records_are_accounted_for(load, write, copies, told):
    """A reader in Python may put lines together or take them apart; what the table counts is then not what the file has."""
    frame = pl.DataFrame([row.split(",") for row in ROWS], schema=HEADING.split(","), orient="row")
    made = pl.concat([frame] * int(copies)) if copies >= 1 else frame.head(2)
    era = Era("put together", lambda sniff: True, Table(lambda path: made), source().eras[0].projections)
    path = write('"2017-09\n and on",A1,0101,3,1,,First', "", *ROWS[1:])
    report = load(path, Source("tests", "Test files", "us", "none", "here", (era,)))
    assert report.account.startswith(f"file.csv: {told}") if told else report.account == ""


def test_lines_of_a_plain_table_need_no_account(load, write):
    assert load(write(*ROWS, "2017-09,A1,0101,x,1,,First")).account == ""


def test_month_is_asked_for_when_the_file_does_not_say_it(store, load, write):
    undated = source(columns={name: sql for name, sql in COLUMNS.items() if name != "month"})
    with pytest.raises(FileRefused, match=r"does not say its month; give it, as in '.*--month 2017-09"):
        load(write(*ROWS), undated)
    load(write(*ROWS), undated, month=OCTOBER)
    assert [part.period for part in store.parts("facts")] == [OCTOBER]


def test_month_given_against_the_file_s_own_is_refused(load, write):
    with pytest.raises(FileRefused, match="is of September 2017 by its own content, not of October 2017"):
        load(write(*ROWS), month=OCTOBER)


def test_collection_keeps_every_file_by_its_label(store, load, write):
    lists = source(contract(parts="collection"))
    load(write(*ROWS, name="first.csv"), lists)
    load(write(*ROWS[:2], name="second.csv"), lists, label="other")
    assert [part.label for part in store.parts("facts")] == ["first", "other"]


def test_undated_snapshot_is_replaced_only_when_asked(store, load, write):
    plain = contract(parts="snapshot", columns=contract().columns[1:])
    register = Source(
        "r", "Register", "us", "none", "here", (Era("one", bool, Csv(), (Projection(plain, COLUMNS),)),)
    )
    load(write(*ROWS), register)
    with pytest.raises(FileRefused, match=r"Facts is loaded already from file\.csv"):
        load(write(*ROWS[:2]), register)
    load(write(*ROWS[:2]), register, replace=True)
    assert [part.rows for part in store.parts("facts")] == [2]


def test_preview_tells_and_keeps_nothing(store, write):
    path, one = write(*ROWS), source()
    report = store.preview(path, recognised=(one, one.eras[0], sniffed(path)))
    assert report.loaded[0].part.rows == 3
    assert store.datasets() == []
    assert not list(store.folder.rglob("*.parquet"))


def test_key_makes_repeats_lawless(store, load, write):
    keyed = source(contract(key=("month", "practice", "code")))
    report = load(write(*ROWS, "2017-09,A1,0101,9,1,,First"), keyed)
    assert facts(store)["items"].sum() == 12
    refused = store.refused("facts", SEPTEMBER)
    assert refused.select("row", "reason").rows() == [
        (5, "the row repeats an earlier one of the same month, practice, code")
    ]
    assert report.loaded[0].part.refused == 1


def test_narrow_decimals_and_names_of_types(store, load, write):
    small = Decimal(999)
    columns = [column for column in contract().columns if column.name != "cost"]
    cost = contract().column("cost")
    load(
        write(*ROWS), source(contract(columns=(*columns, type(cost)(**{**cost.__dict__, "maximum": small}))))
    )
    assert facts(store).schema["cost"] == pl.Decimal(9, 5)
    assert names().parts == "month"
    assert text("X") == "nullif(trim(X), '')"


def test_undo_goes_back_and_redo_forward(store, load, write):
    load(write(*ROWS))
    load(write(*ROWS[:2], name="less.csv"), replace=True)
    assert store.parts("facts")[0].rows == 2
    assert store.undo().startswith("Took back: loaded less.csv. 'opencommissioning redo' brings it forward")
    assert store.parts("facts")[0].rows == 3
    assert store.undo().startswith("Took back: loaded file.csv")
    assert store.datasets() == []
    with pytest.raises(
        StoreError, match="nothing is loaded that could be taken back; 'opencommissioning redo'"
    ):
        store.undo()
    assert store.redo().startswith("Brought forward: loaded file.csv")
    assert store.parts("facts")[0].rows == 3
    store.redo()
    assert store.parts("facts")[0].rows == 2
    with pytest.raises(StoreError, match="nothing that was taken back"):
        store.redo()


def test_nothing_to_undo_redo_or_remove(store):
    with pytest.raises(StoreError, match=r"nothing is loaded that could be taken back$"):
        store.undo()
    with pytest.raises(StoreError, match="nothing that was taken back can be brought forward"):
        store.redo()
    with pytest.raises(NotLoaded, match="facts holds nothing for September 2017"):
        store.remove("facts", SEPTEMBER)
    assert store.changes() == []


def test_remove_takes_one_period_and_undo_brings_it_back(store, load, write):
    load(write(*ROWS, "2017-10,A1,0101,7,1,,First"))
    store.remove("facts", SEPTEMBER)
    assert [part.period for part in store.parts("facts")] == [OCTOBER]
    store.undo()
    assert [part.period for part in store.parts("facts")] == [SEPTEMBER, OCTOBER]


def test_replacing_takes_along_what_came_with_the_old_file(store, load, write):
    load(write(*ROWS))
    alone = source()
    era = Era("without names", bool, Csv(), alone.eras[0].projections[:1])
    load(write(*ROWS[:2]), Source("tests", "Test files", "us", "none", "here", (era,)), replace=True)
    assert store.datasets() == ["facts"]


def test_progress_is_told(load, write):
    seen = []
    load(write(*ROWS), progress=lambda what, done, of: seen.append((done, of)))
    assert seen == [(0, 3), (1, 3), (2, 3)]


def test_store_s_checksum_depends_on_content_and_types(store, load, write):
    load(write(*ROWS))
    first = store.parts("facts")[0].checksum
    load(write(*ROWS), source(contract(sort=("practice",))), replace=True)
    assert store.parts("facts")[0].checksum != first
    assert Path(store.parts("facts")[0].path).is_file()

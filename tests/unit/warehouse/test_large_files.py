"""What only large files get: dimensions staged as one text each, and places beside codes. What is stored is the same all the same."""

import polars as pl
import pytest

from opencommissioning.catalogue.source import Csv
from opencommissioning.errors import FileRefused
from opencommissioning.warehouse import packing, staging
from opencommissioning.warehouse.packing import Packed
from opencommissioning.warehouse.places import Block, Placed, place_of
from opencommissioning.warehouse.store import Store
from warehouse_files import sniffed, source

ROWS = (
    "2017-09,B2,0102,3,1.25,,Second",
    "2017-09,A1,0101,1,2.50,,First",
    '2017-09,A1,0102,2,0.01,,"Second, in quotes"',
    "2017-09,B2,0101,4,7.00,,",
)


def stored(folder, path):
    """dataset → its rows, of a file loaded into a new store."""
    one = source()
    report = Store(folder, threads=1).load(path, recognised=(one, one.eras[0], sniffed(path)))
    return {each.part.dataset: each.part.path for each in report.loaded}


def rows(path):
    """The rows of a stored part, without what stands beside its codes."""
    return pl.read_parquet(path).select(pl.exclude("^_place_of_.*$"))


@pytest.mark.parametrize("separator", [packing.SEPARATOR, ","])  # the second stands in a name: not packed
def test_a_large_file_is_stored_like_a_small_one(tmp_path, write, monkeypatch, separator):
    path = write(*ROWS)
    small = stored(tmp_path / "small", path)
    monkeypatch.setattr(staging, "SMALL", 0)
    monkeypatch.setattr(packing, "SEPARATOR", separator)
    large = stored(tmp_path / "large", path)
    assert small.keys() == large.keys()
    assert len(small) == 2
    for dataset, part in small.items():
        assert rows(large[dataset]).equals(rows(part)), dataset


TOGETHER = [  # each code's rows after each other; some are nameless
    f"2017-09,P{practice:02},01{code:02},{practice + 1},1.25,,{f'Name of {code}' if code % 9 else ''}"
    for code in range(40)
    for practice in range(60)
]


def small_and_large(folder, path, monkeypatch):
    """dataset → its rows, of a file loaded as a small one and again as a large one."""
    small = stored(folder / "small", path)
    monkeypatch.setattr(staging, "SMALL", 0)
    large = stored(folder / "large", path)
    assert small.keys() == large.keys() == {"facts", "names"}
    return [(rows(part), rows(large[name])) for name, part in small.items()]


@pytest.mark.parametrize(
    "last", ["2017-09,B2,0202,3,1.25,,Last", '2017-09,"B2",0202,3,1.25,,"Last, in quotes"']
)
def test_names_of_rows_that_stand_together_are_read_where_they_change(tmp_path, write, monkeypatch, last):
    monkeypatch.setattr(Packed, "packing", lambda _: pytest.fail("nothing is packed"))
    for small, large in small_and_large(tmp_path, write(*TOGETHER, last), monkeypatch):
        assert large.equals(small)


def test_a_row_that_stands_among_others_is_found_all_the_same(tmp_path, write, monkeypatch):
    """Between rows of one code nothing is looked for: facts tell that somebody is missing, and all rows are read."""
    hidden = "2017-09,B2,0202,3,1.25,,Hidden"
    among = write(*TOGETHER[:1234], hidden, *TOGETHER[1234:])
    for small, large in small_and_large(tmp_path, among, monkeypatch):
        assert "0202" in small["code"].to_list()
        assert large.equals(small)


def test_a_large_file_of_an_older_encoding_is_read_in_it(tmp_path, write, monkeypatch):
    monkeypatch.setattr(staging, "SMALL", 0)
    path = write(*ROWS, "2017-09,C3,0103,1,1.00,,Crème", encoding="latin-1")
    one = source(reader=Csv(encoding="latin-1"))
    report = Store(tmp_path / "store", threads=1).load(path, recognised=(one, one.eras[0], sniffed(path)))
    names = next(each.part.path for each in report.loaded if "name" in pl.read_parquet_schema(each.part.path))
    assert "Crème" in rows(names)["name"].to_list()


def test_a_large_file_that_is_not_utf8_says_so(tmp_path, write, monkeypatch):
    monkeypatch.setattr(staging, "SMALL", 0)
    path = write(*ROWS, "2017-09,C3,0103,1,1.00,,Crème", encoding="latin-1")
    one = source(reader=Csv(encoding="utf-8"))
    with pytest.raises(FileRefused, match="row 6 holds bytes that are not UTF-8"):
        Store(tmp_path / "store", threads=1).load(path, recognised=(one, one.eras[0], sniffed(path)))


def test_places_say_which_code_a_row_has(tmp_path, write, monkeypatch):
    monkeypatch.setattr(staging, "SMALL", 0)
    facts, names = stored(tmp_path / "store", write(*ROWS)).values()
    part = Placed(facts)
    assert part.lists == {"practice": ["A1", "B2"], "code": ["0101", "0102"]}
    with part.file() as file:
        block = Block.read(file, 0, list(part.lists), {"items": 0})
    frame = rows(facts)
    for column, codes in part.lists.items():
        assert [codes[place] for place in block.places(column)] == frame[column].to_list()
    assert block.whole("items").tolist() == frame["items"].to_list()
    assert place_of("practice") not in pl.read_parquet_schema(names)
    assert not Placed(names).lists

"""The kinds of rows of a file whose rows stand together: found by halving, as if every row were read."""

import csv
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.warehouse import stretches
from opencommissioning.warehouse.stretches import Stretches

NAMES = ("A", "B, in commas", 'C "quoted"', "Häuser", "long " * 40, "")
STRETCH = st.tuples(st.sampled_from(NAMES), st.integers(1, 90))


def written(path, rows, ending="\n", heading=True, closed=True):
    """A file of name, number."""
    lines = [["name", "number"]] if heading else []
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator=ending).writerows([*lines, *rows])
    if not closed:
        path.write_bytes(path.read_bytes().rstrip(ending.encode()))
    return Stretches(path, "utf-8", ",", int(heading), 2, (0,))


def together(kinds):
    """Rows of each kind one after the other; kinds that come twice are joined."""
    met = {}
    for name, rows in kinds:
        met[name] = met.get(name, 0) + rows
    return [(name, number) for name, rows in met.items() for number in range(rows)]


@given(
    kinds=st.lists(STRETCH, min_size=1, max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
    heading=st.booleans(),
    closed=st.booleans(),
)
def test_every_kind_is_found(tmp_path_factory, kinds, ending, heading, closed):
    rows = together(kinds)
    found = written(tmp_path_factory.mktemp("rows") / "file.csv", rows, ending, heading, closed)
    assert found.kinds() == {(name,) for name, _ in rows}


@pytest.mark.parametrize("chunk", [8, 64, 1 << 12])
def test_rows_may_be_longer_than_what_is_read_at_once(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(stretches, "CHUNK", chunk)
    rows = [(name * 30, number) for name in "abcdefgh" for number in range(7)]
    assert written(tmp_path / "file.csv", rows).kinds() == {(name * 30,) for name in "abcdefgh"}


def test_rows_stand_together_where_neighbours_are_nearly_always_of_one_kind(tmp_path):
    rows = [(f"practice {place // 200}", place) for place in range(20_000)]
    mixed = [(f"practice {place % 100}", place) for place in range(20_000)]
    assert len(list(groupby(rows, key=lambda row: row[0]))) == 100
    assert written(tmp_path / "rows.csv", rows).together()
    assert not written(tmp_path / "mixed.csv", mixed).together()


def test_lines_that_are_no_rows_are_passed_over(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("name,number\nA,1\n\nA,2,3\nB,4\nnothing\nB,5\n\n")
    assert Stretches(path, "utf-8", ",", 1, 2, (0,)).kinds() == {("A",), ("B",)}


def test_a_line_that_cannot_be_split_is_no_row(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(b'name,number\nA,1\n"A"\rB,2\nC,3\n')
    assert Stretches(path, "utf-8", ",", 1, 2, (0,)).kinds() == {("A",), ("C",)}


def test_a_file_of_lines_that_are_no_rows_is_not_read_to_its_end_again_and_again(tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_text("name,number\n" + "too,many,cells\n" * 20_000)
    split, lines = Stretches._cells, []
    monkeypatch.setattr(Stretches, "_cells", lambda self, line: lines.append(1) or split(self, line))
    assert not Stretches(path, "utf-8", ",", 1, 2, (0,)).together()
    assert len(lines) <= stretches.LOOKED * stretches.PASSED


@pytest.mark.parametrize("text", ["", "name,number", "name,number\n", "no row"])
def test_a_file_without_rows_has_no_kinds(tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_text(text)
    rows = Stretches(path, "utf-8", ",", 1, 2, (0,))
    assert not rows.together()
    assert rows.kinds() <= {("name",)}

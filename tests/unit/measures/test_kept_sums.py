"""Kept sums come back as they were; half a batch is none; a grid laid out in blocks is the grid laid out at once."""

from datetime import date

import numpy as np
import pytest

from opencommissioning.measures import grid
from opencommissioning.measures.grid import LaidOut, Layer, blocks_of, lay_out
from opencommissioning.measures.results import Results
from opencommissioning.measures.summed import Summed, joined
from unit.measures.test_rollup import register

FIRST = Summed(("A1", "B2", "C3"), {"x": np.array([1, 2**53 + 1, 3]), "y": np.array([0, 5, 0])})


def plain(sums: Summed) -> dict:
    return {
        key: dict(zip(sums.organisations, each.tolist(), strict=True)) for key, each in sums.values.items()
    }


def test_sums_come_back_exactly_and_zero_for_everybody_is_remembered(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x", "y", "nobody"}, FIRST)
    assert kept.keys() == {"x", "y", "nobody"}
    assert plain(kept.read({"x", "nobody"})) == {"x": {"A1": 1, "B2": 2**53 + 1, "C3": 3}}
    assert kept.present() == ["A1", "B2", "C3"]


def test_a_later_batch_stands_beside_the_first(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x", "y"}, FIRST)
    kept.add({"z"}, Summed(("B2",), {"z": np.array([7])}))
    again = Results(tmp_path, "facts", "0" * 64)
    assert plain(again.read({"y", "z"})) == {
        "y": {"A1": 0, "B2": 5, "C3": 0},
        "z": {"A1": 0, "B2": 7, "C3": 0},
    }
    assert again.present() == ["A1", "B2", "C3"]


def test_a_batch_without_its_list_of_keys_is_none(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x"}, FIRST)
    for note in tmp_path.rglob("*.json"):
        note.unlink()  # a kill came between the sums and the list of their keys
    again = Results(tmp_path, "facts", "0" * 64)
    assert again.keys() == set()
    again.add({"y"}, FIRST)
    assert again.keys() == {"y"}


def test_joining_gives_0_to_who_is_only_in_the_other():
    assert plain(joined([FIRST, Summed(("D4",), {"z": np.array([4])})]))["z"] == {
        "A1": 0,
        "B2": 0,
        "C3": 0,
        "D4": 4,
    }


@pytest.mark.parametrize("block", [1, 10, 10**6])
def test_blocks_make_the_same_grid(monkeypatch, block):
    monkeypatch.setattr(grid, "BLOCK", block)
    rng = np.random.default_rng(7)
    reg = register([0, 0, 1, 1], months=2)
    taken = np.array([[0, 1], [0, 0], [-1, 1], [0, -1]], np.int32)
    over = Layer((date(2026, 1, 1), date(2026, 2, 1)), taken, np.zeros(taken.shape, np.uint8))
    keys = [f"k{number}" for number in range(5)]
    sums = {
        month: Summed(("P0", "P1", "P2", "gone"), {key: rng.integers(0, 9, 4) for key in keys[:4]})
        for month in over.loaded
    }
    whole = lay_out(reg, over, sums, keys)
    pieces = list(blocks_of(LaidOut(reg, {"facts": over}, {"facts": sums}, {"facts": keys})))
    assert len(pieces) == (5 if block < 16 else 1)
    for key, values in {key: each for piece in pieces for key, each in piece.items()}.items():
        np.testing.assert_array_equal(values, whole[key])
    first, second = (sums[month].values["k0"] for month in over.loaded)
    assert whole["k0"].tolist() == [[first[0], second[0]], [first[1], first[1]], [0, second[2]], [0, 0]]
    assert not whole["k4"].any()


def test_who_is_present_is_listed_for_parts_that_were_summed_before_lists_were_kept(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x", "y"}, FIRST)
    kept.add({"z"}, Summed(("B2",), {"z": np.array([7])}))
    (listed,) = tmp_path.rglob("present.list")
    before = listed.read_bytes()
    listed.unlink()
    assert Results(tmp_path, "facts", "0" * 64).present() == ["A1", "B2", "C3"]
    assert listed.read_bytes() == before


def test_one_quantity_of_many_and_nearly_all_of_them_are_read_alike(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x", "y", "nobody"}, FIRST)
    one, all_of_them = (
        plain(Results(tmp_path, "facts", "0" * 64).read(keys)) for keys in ({"y"}, {"x", "y"})
    )
    assert one["y"] == all_of_them["y"] == {"A1": 0, "B2": 5, "C3": 0}
    assert set(one) == {"y"}


def test_a_part_in_which_nobody_is_has_nobody_present(tmp_path):
    kept = Results(tmp_path, "facts", "0" * 64)
    kept.add({"x"}, Summed((), {}))
    assert Results(tmp_path, "facts", "0" * 64).present() == []

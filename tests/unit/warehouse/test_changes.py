"""What one command did is taken back as a whole, newest first, and brought forward again."""

import subprocess
import sys
from pathlib import Path

import pytest

from opencommissioning.errors import StoreError
from opencommissioning.warehouse.changes import COUNTS, LEFT, UNDONE
from opencommissioning.warehouse.manifest import COUNTED
from opencommissioning.warehouse.store import Store
from warehouse_files import HEADING, ROWS

TESTS = Path(__file__).parents[2]
KILLED_IN_THE_THIRD = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from opencommissioning.warehouse.store import Store
from warehouse_files import sniffed, source
store, one = Store(Path({folder!r}), threads=1, memory="500MB"), source()
with store.many():
    for number, name in enumerate(sys.argv[1:]):
        if number == 2:
            os._exit(9)
        store.load(Path(name), recognised=(one, one.eras[0], sniffed(Path(name))))
"""


@pytest.fixture
def month(tmp_path):
    """Writes the usual rows as those of some month of 2017."""

    def write(number: int, name: str = "") -> Path:
        path = tmp_path / (name or f"{number:02d}.csv")
        rows = [row.replace("2017-09", f"2017-{number:02d}") for row in ROWS]
        path.write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def command(store, load, month):
    """Loads files of these months as one command."""

    def run(*months: int) -> None:
        with store.many():
            for number in months:
                load(month(number))

    return run


def months(store: Store) -> list[int]:
    return [part.period.month for part in store.parts("facts")]


def test_one_command_is_one_change(store, command):
    command(1)
    command(2, 3, 4, 5)
    command(6, 7)
    assert store.undo().startswith("Took back: loaded 06.csv, 07.csv.")
    assert months(store) == [1, 2, 3, 4, 5]
    assert store.undo().startswith("Took back: loaded 4 files (02.csv … 05.csv).")
    assert months(store) == [1]
    store.redo()
    assert months(store) == [1, 2, 3, 4, 5]
    assert store.undo().startswith("Took back: loaded 4 files")
    store.undo()
    assert months(store) == []


def test_walking_back_and_forth_shows_each_state_as_it_was(store, command):
    states = [[]]
    for number in (3, 1, 2):
        command(number, number + 3)
        states.append(store.parts("facts"))
    for state in reversed(states[:-1]):
        store.undo()
        assert list(store.parts("facts")) == list(state)
    for state in states[1:]:
        store.redo()
        assert store.parts("facts") == state


def test_something_done_since_ends_redo_and_undo_goes_round_what_was_taken_back(store, command):
    command(1)
    command(2)
    store.undo()
    command(3)
    with pytest.raises(StoreError, match="something else was loaded since"):
        store.redo()
    assert [change.standing for change in store.changes()] == [COUNTS, LEFT, COUNTS]
    store.undo()
    assert months(store) == [1]
    assert [(change.did, change.standing) for change in store.changes()] == [
        ("loaded 01.csv", COUNTS),
        ("loaded 02.csv", LEFT),
        ("loaded 03.csv", UNDONE),
    ]


def test_another_process_takes_back_what_this_one_loaded(store, command):
    command(1)
    command(2, 3)
    again = Store(store.folder)
    again.undo()
    assert months(again) == [1]
    assert [change.did for change in again.changes()] == ["loaded 01.csv", "loaded 02.csv, 03.csv"]


def test_a_killed_load_of_many_counts_as_far_as_it_came_and_is_taken_back_whole(store, load, month):
    load(month(1))
    script = KILLED_IN_THE_THIRD.format(tests=str(TESTS), folder=str(store.folder))
    files = [str(month(number)) for number in (2, 3, 4)]
    assert subprocess.run([sys.executable, "-c", script, *files], check=False).returncode == 9
    assert months(store) == [1, 2, 3]
    load(month(5))
    store.undo()
    assert months(store) == [1, 2, 3]
    store.undo()
    assert months(store) == [1]


def test_a_removal_is_a_change(store, command):
    command(1, 2)
    store.remove("facts", store.parts("facts")[0].period)
    assert months(store) == [2]
    assert store.undo().startswith("Took back: removed facts of January 2017.")
    assert months(store) == [1, 2]


def test_counts_out_of_the_records_are_no_change_and_stay(store, load, month, command):
    command(1)
    load(month(2, f"{COUNTED}facts.csv"))
    command(3)
    store.undo()
    assert months(store) == [1, 2]
    load(month(4, f"{COUNTED}more.csv"))
    store.redo()
    assert months(store) == [1, 2, 3, 4]
    store.undo()
    assert store.undo().startswith("Took back: loaded 01.csv.")
    assert months(store) == [2, 4]

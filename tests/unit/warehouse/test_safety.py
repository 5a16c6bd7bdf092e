"""What a kill leaves, and what two processes do to each other: nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opencommissioning.errors import FileRefused
from opencommissioning.warehouse.builds import Builds
from opencommissioning.warehouse.store import Store
from warehouse_files import HEADING, ROWS, sniffed, source

TESTS = Path(__file__).parents[2]
CHILD = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from opencommissioning.warehouse.manifest import Manifest
from opencommissioning.warehouse.store import Store
from warehouse_files import sniffed, source
if {killed!r}:
    Manifest.write = lambda *asked: os._exit(9)  # after the facts are in their place, before anything counts them
store, one = Store(Path({folder!r}), threads=1, memory="500MB"), source()
for name in sys.argv[1:]:
    store.load(Path(name), recognised=(one, one.eras[0], sniffed(Path(name))))
"""


def started(folder: Path, *files: Path, killed: bool = False) -> subprocess.Popen:
    """Another process that loads files into a store; `killed` just before the manifest is written."""
    script = CHILD.format(tests=str(TESTS), folder=str(folder), killed=killed)
    return subprocess.Popen([sys.executable, "-c", script, *map(str, files)])


def month_file(folder: Path, month: int) -> Path:
    """The usual rows of some month of 2017."""
    path = folder / f"2017-{month:02d}.csv"
    rows = [row.replace("2017-09", f"2017-{month:02d}") for row in ROWS]
    path.write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return path


def facts(store: Store) -> set[str]:
    return {path.name for path in (store.folder / "facts").glob("*/*.parquet")}


def test_kill_before_the_manifest_leaves_the_state_before(store, load, tmp_path):
    load(month_file(tmp_path, 1))
    before, counted = store.parts("facts"), facts(store)
    assert started(store.folder, month_file(tmp_path, 2), killed=True).wait() == 9
    assert facts(store) > counted  # something was left behind …
    assert Store(store.folder).parts("facts") == before  # … that nobody counts
    load(month_file(tmp_path, 3))
    months = [part.period.month for part in store.parts("facts")]
    assert months == [1, 3]
    assert facts(store) == {part.path.name for name in store.datasets() for part in store.parts(name)}


def test_what_a_kill_left_is_not_taken_for_a_later_change(store, load, tmp_path):
    """Undoing gives the same number to a version as the killed load would have had."""
    load(month_file(tmp_path, 1))
    load(month_file(tmp_path, 2))
    assert started(store.folder, month_file(tmp_path, 3), killed=True).wait() == 9
    store.undo()
    load(month_file(tmp_path, 4))
    spoken_of = {part.path.name for version in store.history() for part in version.parts}
    assert facts(store) == spoken_of


def test_processes_at_once_lose_nothing(store, tmp_path):
    files = [month_file(tmp_path, month) for month in range(1, 7)]
    both = [started(store.folder, *files[:3]), started(store.folder, *files[3:])]
    assert [each.wait() for each in both] == [0, 0]
    assert [part.period.month for part in store.parts("facts")] == [1, 2, 3, 4, 5, 6]
    assert [version.number for version in store.history()] == [1, 2, 3, 4, 5, 6]


def test_many_loads_of_one_engine_are_as_loads_one_by_one(store, load, tmp_path):
    alone = Store(tmp_path / "alone", threads=1, memory="500MB")
    with store.many():
        for month in (1, 2, 3):
            load(month_file(tmp_path, month))
    for month in (1, 2, 3):
        path, one = month_file(tmp_path, month), source()
        alone.load(path, recognised=(one, one.eras[0], sniffed(path)))
    assert [(part.checksum, part.rows, part.totals) for part in store.parts("facts")] == [
        (part.checksum, part.rows, part.totals) for part in alone.parts("facts")
    ]
    assert [version.number for version in store.history()] == [1, 2, 3]


def load_ahead(store: Store, files: list[Path]) -> list[bool]:
    """Load files as an area does, prepared on other threads; whether each was there already."""
    one, out = source(), []
    with store.many():
        for path, made in store.ahead(
            files, lambda file: store.prepare(file, recognised=(one, one.eras[0], sniffed(file)))
        ):
            prepared = made()
            assert prepared is not None
            asked = (one, one.eras[0], sniffed(path))
            out.append(store.load(path, recognised=asked, prepared=prepared).already)
    return out


def test_files_prepared_at_once_are_changes_of_their_own_in_their_order(store, load, tmp_path):
    one_by_one, store = store, Store(tmp_path / "ahead", threads=3, memory="500MB")
    files = [month_file(tmp_path, month) for month in (4, 2, 6, 1, 5, 3)]
    assert load_ahead(store, [*files, files[2]]) == [False] * 6 + [True]
    assert [version.did.split("-")[1][:2] for version in store.history()] == [
        "04",
        "02",
        "06",
        "01",
        "05",
        "03",
    ]
    for path in files:
        load(path)
    told = [(part.checksum, part.rows, part.totals) for part in store.parts("facts")]
    assert told == [(part.checksum, part.rows, part.totals) for part in one_by_one.parts("facts")]
    assert not list(store.folder.glob(".work-*"))


def test_file_refused_in_its_turn_keeps_those_before_it_and_none_after_it(store, tmp_path):
    files = [month_file(tmp_path, month) for month in (1, 2, 3, 4, 5)]
    files[2].write_text(HEADING + "\n", encoding="utf-8")
    with pytest.raises(FileRefused, match=r"2017-03\.csv: holds a heading but no rows"):
        load_ahead(store, files)
    assert [part.period.month for part in store.parts("facts")] == [1, 2]
    assert not list(store.folder.glob(".work-*"))


def test_loading_again_changes_nothing(store, load, tmp_path):
    load(month_file(tmp_path, 1))
    version = store.manifest.latest()
    assert load(month_file(tmp_path, 1)).already
    assert store.manifest.latest() == version


def half_build(builds: Builds) -> None:
    with builds.aside() as draft:
        (draft.folder / "build.json").write_text("half")
        raise KeyboardInterrupt


def test_a_build_that_is_not_finished_is_nobody_s(tmp_path):
    builds = Builds(tmp_path)
    with builds.aside() as draft:
        (draft.folder / "build.json").write_text("{}")
        draft.publish("old")
    with pytest.raises(KeyboardInterrupt):
        half_build(builds)
    assert builds.names() == ["old"]
    assert builds.current() == tmp_path / "old"
    left = tmp_path / ".aside-left-by-a-kill"
    left.mkdir()
    assert builds.names() == ["old"]
    os.utime(left, (0, 0))
    with builds.aside():
        assert not left.exists()

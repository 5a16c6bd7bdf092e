"""A file larger than the memory that the engine may use streams through it: what grows is the disk, not the process."""

import subprocess
import sys
from pathlib import Path

import pytest

from warehouse_files import HEADING

TESTS = Path(__file__).parents[2]
LIMIT = 100  # MB that the engine may use: less than the large file has
CHILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from opencommissioning.warehouse import staging
from opencommissioning.warehouse.store import Store
from opencommissioning.sources.sniffing import sniff
from warehouse_files import source
staging.SMALL = 0
one, path = source(), Path(sys.argv[1])
store = Store(Path(sys.argv[2]), threads=1, memory="{limit}MB")
report = store.load(path, recognised=(one, one.eras[0], sniff(path)))
print(report.loaded[0].part.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def month_of(path: Path, practices: int) -> int:
    """A month of some practices with 2,000 rows each, no two of a practice alike; how many rows."""
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADING + "\n")
        for practice in range(practices):
            rows = (
                f"2017-09,A{practice},{code:04d},{1 + code % 7},{code}.{practice:05d},{10**17 + practice * 9999 + code},Product {code}"
                for code in range(2000)
            )
            out.write("\n".join(rows) + "\n")
    return practices * 2000


def loaded(path: Path, store: Path) -> tuple[int, int]:
    """Rows kept and peak MB of a process that loads a file into a new store."""
    script = CHILD.format(tests=str(TESTS), limit=LIMIT)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(store)], stdout=subprocess.PIPE, text=True, check=True
    )
    rows, peak = done.stdout.split()
    return int(rows), int(peak)


@pytest.mark.skipif(sys.platform == "win32", reason="a process's peak memory is told by POSIX systems only")
def test_peak_memory_does_not_grow_with_the_file(tmp_path):
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    few, many = month_of(small, 250), month_of(large, 1000)
    rows, least = loaded(small, tmp_path / "one")
    assert rows == few
    rows, most = loaded(large, tmp_path / "two")
    assert rows == many
    assert large.stat().st_size > LIMIT * 1_000_000
    grown = (large.stat().st_size - small.stat().st_size) // 1_000_000
    assert most - least < grown, f"{least} MB for {few:,} rows, {most} MB for {many:,}"

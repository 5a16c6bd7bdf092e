"""A helper process for the first build of much: it sums stored parts from the last to the first while the building process begins with the first.

What either has summed lies in the area's results, under the same keys, so that both stop where they meet. A helper that is killed, or that
cannot work, costs time and nothing else: the building process sums whatever is not there, and meets its errors itself.
"""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from opencommissioning.area.building import Material, sum_all

WORTH = 2_000_000  # rows of the parts from which on a second process saves more than its start costs
MEMORY = "1GB"  # of its engine, beside that of the building process
MODULE = "opencommissioning.area.summing_apart"


@contextmanager
def summing_helper(made_of: Material, results: Path) -> Iterator[None]:
    """Inside it a helper sums as well, where nothing has been summed yet, there is much to sum and the area may use a second processor."""
    rows = sum(part.rows for name in made_of.wanted for part in made_of.store.parts(name))
    if results.exists() or rows < WORTH or made_of.settings.threads < 2:
        yield
        return
    with tempfile.TemporaryFile() as handed:
        pickle.dump((made_of, results), handed)
        handed.seek(0)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        helper = subprocess.Popen([sys.executable, "-m", MODULE], stdin=handed, **quiet)
        try:
            yield
        finally:  # whatever it is still at has been summed here by now
            helper.terminate()
            helper.wait()


def main() -> None:
    """Sum what is handed in from the last part to the first."""
    made_of, results = pickle.load(sys.stdin.buffer)
    modest = replace(made_of, settings=replace(made_of.settings, memory=MEMORY))
    sum_all(modest, results, lambda what, done, of: None, last_first=True)


if __name__ == "__main__":
    main()

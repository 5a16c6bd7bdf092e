"""Print the table. A new row is a module of this package with `rows(scale)`, named in MODULES."""

import argparse
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.scale import NATION, Scale
from bench.table import printed

MODULES = ("loading", "measures", "years", "history", "statistics", "hospital", "pages", "packs")


def arguments() -> argparse.Namespace:
    """What the user asks for."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="Speed and memory, side by side.")
    asked.add_argument(
        "--rows", type=int, default=NATION // 3, help=f"rows of the month (a nation has {NATION:,})"
    )
    asked.add_argument("--months", type=int, default=60, help="months of the history")
    asked.add_argument("--practices", type=int, default=100, help="practices of the history")
    asked.add_argument("--only", choices=MODULES, nargs="*", default=MODULES, help="some of the rows")
    asked.add_argument(
        "--folder", type=Path, default=None, help="where files go (default: a temporary folder, removed)"
    )
    asked.add_argument(
        "--area", type=Path, default=None, help="a built area whose pages are served (default: one is made)"
    )
    return asked.parse_args()


def main() -> int:
    """Measure what is asked for; the number of missed targets is the exit status."""
    asked = arguments()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        scale = Scale(Path(folder), asked.rows, asked.months, asked.practices, asked.area)
        rows = []
        for name in asked.only:
            began = time.perf_counter()
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            rows += importlib.import_module(f"bench.{name}").rows(scale)
            print(f"measuring {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(
        f"\n{os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f} (what else runs here blurs every row)\n"
    )
    print(printed(rows))
    return sum(row.met == "MISSED" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

"""A helper process: verdicts of a build that another process is making, piece by piece until none is left."""

import sys
from pathlib import Path

from opencommissioning.area.area import Area
from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import help_to_judge
from opencommissioning.area.memory import memory_kept


def main(area: str, folder: str) -> None:
    """Judge what nobody has taken yet for the build in `folder`."""
    home = Area.open(area)
    with memory_kept():
        help_to_judge(Build(Path(folder), home.library, home.settings))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Who "all" are: where few of a level's organisations have values, a comparison is with those few and not with England or the area."""

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.levels import PRACTICE
from opencommissioning.catalogue.organisation import PARENT_LEVELS, level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.variation.verdict import FEWEST_ORGANISATIONS


def all_told(build: Build, level: str) -> str:
    """`Of 7,731 practices 57 have values in September 2017: "for all" means these 57.` Empty where the coverage setting's share have values,
    where none can be compared, and where nobody knows how many there should be.
    """
    return build.remember(("all told", level), lambda: _told(build, level))


def _told(build: Build, level: str) -> str:
    there, should = _compared(build, level), expected_at(build, level)
    if there < FEWEST_ORGANISATIONS or there >= build.settings.coverage * should:
        return ""
    who = level_name(level, build.latest, plural=True)
    return f"Of {should:,} {who} at most {there:,} have values in {spoken(build.latest)}: “for all” means these, not England or an area."


def _compared(build: Build, level: str) -> int:
    """How many organisations of a level are compared with each other, on the measure that most have."""
    rows = read_verdicts(build, level)
    if rows is None:
        return 0
    mine = rows.lazy().filter(rows["against"] == "").select("compared").max().collect()
    return mine["compared"][0] or 0


def expected_at(build: Build, level: str) -> int:
    """How many organisations of a level should have data in the last month of prescribing; 0 where no register says so, and for
    levels whose figures others publish.
    """
    column = build.months.index(build.latest)
    expected = build.expected[:, column]
    if level == PRACTICE:
        return int(expected.sum())
    if level not in PARENT_LEVELS:
        return 0
    above = build.members(level, build.is_current(None))[1][:, column]
    return len(np.unique(above[expected & (above >= 0)]))

"""How much of each organisation is in the files of the last month: whether it can be shown, and which of its practices are missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.data.data_status import missing_practices
from opencommissioning.catalogue.organisation import PARENT_LEVELS, level_name
from opencommissioning.catalogue.period import spoken

NAMED = 5  # organisations and practices that a sentence names
COLUMNS = ("Code", "Name", "Level", "Practices", "Patients", "")


@dataclass(frozen=True)
class Covered:
    """One organisation in a month: practices with data of those that should have it, and their share of patients (nan when unknown)."""

    code: str
    name: str
    level: str
    month: date
    counted: int
    expected: int
    share: float
    enough: bool

    @property
    def patients(self) -> str:
        """The share of patients in words."""
        return "not known" if np.isnan(self.share) else f"{self.share:.0%}"

    @property
    def words(self) -> str:
        """`Ashport PCN (U98030): 3 of 5 practices, 61% of patients`."""
        return f"{self.name} ({self.code}): {self.counted} of {self.expected} practices, patients: {self.patients}"


def covered(build: Build) -> list[Covered]:
    """Every organisation above practices for which any practice should have data in the last month, level by level, the least covered first."""
    levels = (*PARENT_LEVELS, *(["group"] if build.settings.groups else []))
    return [each for level in levels for each in sorted(_of_level(build, level), key=_order)]


def _order(each: Covered) -> tuple[bool, float, str]:
    return each.enough, -1.0 if np.isnan(each.share) else each.share, each.name


def _of_level(build: Build, level: str) -> Iterator[Covered]:
    month = build.latest
    told = next(
        name for name, each in build.measures.items() if month in build.months_of(each.numerator.dataset)
    )
    series = build.series(told, level, 1)  # coverage is of practices with data, whatever is counted
    column = series.months.index(month)
    for row, code in enumerate(series.organisations):
        expected, share = int(series.expected[row, column]), float(series.share[row, column])
        if expected:
            counted, enough = int(series.counted[row, column]), share >= build.settings.coverage
            name = build.organisation(code).name
            yield Covered(code, name, level, month, counted, expected, share, enough)


def coverage_lines(build: Build) -> list[tuple[str, ...]]:
    """The rows of a table with `COLUMNS`, of every organisation."""
    return [
        (
            each.code,
            each.name,
            level_name(each.level, each.month),
            f"{each.counted} of {each.expected}",
            each.patients,
            "" if each.enough else "not shown",
        )
        for each in covered(build)
    ]


def coverage_sentences(build: Build) -> list[str]:
    """How many organisations of each level can be shown in the last month, which cannot, and which practices are missing."""
    if not build.register.registered:
        return [
            "No practice register is loaded (epraccur.csv): nobody can say which practices are missing, so nothing above practices is shown."
        ]
    every = covered(build)
    levels = dict.fromkeys(each.level for each in every)
    out = [_of(build, [each for each in every if each.level == level]) for level in levels]
    return out + _lacking(build)


def _of(build: Build, mine: list[Covered]) -> str:
    month, words = mine[0].month, level_name(mine[0].level, mine[0].month, plural=True)
    below = [each.words for each in mine if not each.enough]
    more = (
        f"; and {len(below) - NAMED} more: 'opencommissioning status --coverage'"
        if len(below) > NAMED
        else ""
    )
    lost = f" Not shown: {'; '.join(below[:NAMED])}{more}." if below else ""
    return (
        f"{len(mine) - len(below)} of {len(mine)} {words} have at least {build.settings.coverage:.0%} of their patients' practices "
        f"in {spoken(month)}.{lost}"
    )


def _lacking(build: Build) -> list[str]:
    """Open practices with patients and without prescribing in the last month."""
    found = [each for each in missing_practices(build) if "none is expected" not in each[2]]
    if not found:
        return []
    named = "; ".join(f"{name} ({code}), {why}" for code, name, why in found[:NAMED])
    more = f"; and {len(found) - NAMED} more, on the data status page" if len(found) > NAMED else ""
    one = "1 open practice has" if len(found) == 1 else f"{len(found):,} open practices have"
    return [f"{one} patients and no prescribing in {spoken(build.latest)}: {named}{more}."]

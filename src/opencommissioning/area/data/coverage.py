"""How much of each organisation is in the files of the last month: whether it can be shown, and which of its practices are missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.data.data_status import FACTS, missing_practices
from opencommissioning.catalogue.organisation import PARENT_LEVELS, PUBLISHED_LEVELS, level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.shares import per_cent

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
        return "not known" if np.isnan(self.share) else per_cent(self.share)

    @property
    def words(self) -> str:
        """`Ashport PCN (U98030): 3 of 5 practices, patients: 61 %`."""
        return f"{self.name} ({self.code}): {self.counted} of {self.expected} practices, patients: {self.patients}"


def covered(build: Build) -> list[Covered]:
    """Every organisation above practices for which any practice should have data in the last month, level by level, the least covered first."""
    levels = (*PARENT_LEVELS, *(["group"] if build.settings.groups else []))
    return [each for level in levels for each in sorted(_at(build, level).values(), key=_order)]


def _at(build: Build, level: str) -> dict[str, Covered]:
    """Code → coverage, of a level."""
    return build.remember(("covered", level), lambda: {each.code: each for each in _of_level(build, level)})


def coverage_of(build: Build, code: str, others: Iterable[tuple[int, int]] = ()) -> str:
    """How many of an organisation's practices are in the last month's files, as `status` says it; "" of a practice.

    `others` are (practices with a value, practices that should have one) of its measures: those that rest on fewer are counted.
    """
    organisation = build.organisation(code)
    if organisation.level in ("practice", *PUBLISHED_LEVELS):
        return ""
    found = _at(build, organisation.level).get(organisation.code)
    if not build.register.registered or found is None:
        return (
            "How many of its practices are missing is not known: load the practice register (epraccur.csv)."
        )
    fewer = [counted for counted, expected in others if counted * found.expected < found.counted * expected]
    measures = "1 measure rests" if len(fewer) == 1 else f"{len(fewer)} measures rest"
    more = f" {measures} on fewer of them." if fewer else ""
    of_patients = "" if np.isnan(found.share) else f", with {found.patients} of the patients,"
    have = "has" if found.counted == 1 else "have"
    return f"{found.counted} of {found.expected} practices{of_patients} {have} data in {spoken(found.month)}.{more}"


def _order(each: Covered) -> tuple[bool, float, str]:
    return each.enough, -1.0 if np.isnan(each.share) else each.share, each.name


def _of_level(build: Build, level: str) -> Iterator[Covered]:
    month = build.latest
    told = _telling(build)
    series = build.series(told, level, 1)  # coverage is of practices with data, whatever is counted
    column = series.months.index(month)
    for row, code in enumerate(series.organisations):
        expected, share = int(series.expected[row, column]), float(series.share[row, column])
        if expected:
            counted, enough = int(series.counted[row, column]), share >= build.settings.coverage
            name = build.organisation(code).name
            yield Covered(code, name, level, month, counted, expected, share, enough)


def _telling(build: Build) -> str:
    """The measure whose practices tell the coverage: both its sides of prescribing where that is loaded, since every practice prescribes."""
    here = {
        name: {each.numerator.dataset, each.denominator.dataset}
        for name, each in build.measures.items()
        if build.latest in build.months_of(each.numerator.dataset)
    }
    return min(here, key=lambda name: (here[name] != {FACTS}, FACTS not in here[name]))


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


def _without_any(each: Covered) -> bool:
    """Those without any data come last: in an area of a few practices nearly everybody has none."""
    return each.counted == 0


def _of(build: Build, mine: list[Covered]) -> str:
    month, words = mine[0].month, level_name(mine[0].level, mine[0].month, plural=True)
    below = [each.words for each in sorted(mine, key=_without_any) if not each.enough]
    more = (
        f"; and {len(below) - NAMED} more: 'opencommissioning status --coverage'"
        if len(below) > NAMED
        else ""
    )
    lost = f" Not shown: {'; '.join(below[:NAMED])}{more}." if below else ""
    return (
        f"{len(mine) - len(below)} of {len(mine)} {words} have at least {per_cent(build.settings.coverage)} of their patients' practices "
        f"in {spoken(month)}.{lost}"
    )


def _lacking(build: Build) -> list[str]:
    """Open practices without prescribing in the last month, those whose lists are known to be empty left out."""
    found = [
        (code, name, why.removeprefix("no prescribing; "))
        for code, name, why in missing_practices(build)
        if "none is expected" not in why
    ]
    if not found:
        return []
    named = "; ".join(f"{name} ({code}), {why}" for code, name, why in found[:NAMED])
    more = (
        f"; and {len(found) - NAMED:,} more: 'opencommissioning status --missing'"
        if len(found) > NAMED
        else ""
    )
    one = "1 open practice has" if len(found) == 1 else f"{len(found):,} open practices have"
    patients = "patients and " if _lists_known(build, [code for code, _, _ in found]) else ""
    return [f"{one} {patients}no prescribing in {spoken(build.latest)}: {named}{more}."]


def _lists_known(build: Build, codes: list[str]) -> bool:
    """Whether a list size is loaded for every one of some practices."""
    row = {code: number for number, code in enumerate(build.register.practices)}
    known = np.isfinite(build.grid.patients[[row[code] for code in codes]])
    return bool(known.any(axis=1).all())

"""Every measure of an organisation as a process: process-control charts' rules and icons, all series at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.catalogue.standard import standard_on
from opencommissioning.errors import DefinitionError, NotLoaded, did_you_mean
from opencommissioning.measures.shielding import often_hidden
from opencommissioning.reports.variation import GOOD, URGENT, VariationLine, VariationSummary
from opencommissioning.statistics.icons import ASSURANCE, VARIATION, ProcessSummary, process_summary

MONTHS = 36
FEWEST_MONTHS = 6  # fewer points make no limits
IMPROVEMENT = {Better.HIGHER: 1, Better.LOWER: -1, Better.NEITHER: 0}


def variation_summary(build: Build, code: str, months: int = MONTHS) -> VariationSummary:
    """The organisation's measures over the last `months`, month by month. NotLoaded when none has enough months.

    A target is that of `[targets]` of area.toml, else the standard in force in the last month; DefinitionError when one is of a
    measure that there is not.
    """
    organisation = build.organisation(code)
    known = {name: _values(build, name, organisation) for name in build.measures}
    shown = _last_months(known, months)
    rows = {
        name: np.array([each.get(month, np.nan) for month in shown], float) for name, each in known.items()
    }
    enough = {name: row for name, row in rows.items() if np.isfinite(row).sum() >= FEWEST_MONTHS}
    seldom = tuple(build.measures[name] for name, row in enough.items() if moves_seldom(row))
    enough = {name: row for name, row in enough.items() if build.measures[name] not in seldom}
    if not enough:
        raise NotLoaded(
            f"{organisation.name} has no measure with {FEWEST_MONTHS} months; load more months, then build"
        )
    measures = [build.measures[name] for name in enough]
    values = np.stack(list(enough.values()))
    targets = _targets(build, measures, shown[-1])
    found = process_summary(
        values, improvement=[IMPROVEMENT[each.better] for each in measures], target=targets
    )
    lines = [_line(*each, values, targets, found, shown) for each in enumerate(measures)]
    return VariationSummary(
        organisation.code,
        organisation.name,
        organisation.level,
        shown[-1],
        len(shown),
        tuple(sorted(lines, key=_urgency)),
        seldom,
    )


def moves_seldom(values: np.ndarray) -> bool:
    """Whether most months of a series are the same (0, mostly): then ranges between months are 0, and so would be the limits' width."""
    known = values[np.isfinite(values)]
    return bool(len(known)) and int(np.unique(known, return_counts=True)[1].max()) * 2 > len(known)


def _values(build: Build, name: str, organisation) -> dict[date, float]:
    """The months of a measure that have a value."""
    series = build.series(name, organisation.level, 1)
    if organisation.code not in series.organisations:
        return {}
    row = series.row(organisation.code)
    if often_hidden(series.missing[row]):  # what is left of its months is another process
        return {}
    values = zip(series.months, series.values[row].tolist(), strict=True)
    return {month: value for month, value in values if value == value}


def _last_months(known: Mapping[str, Mapping[date, float]], months: int) -> tuple[date, ...]:
    """The months of the summary, up to the last one that any measure has: datasets end in different months."""
    every = {month for each in known.values() for month in each}
    if not every:
        return ()
    last = max(every)
    return months_between(max(min(every), shift(last, 1 - months)), last)


def _targets(build: Build, measures: list[Measure], month: date) -> np.ndarray:
    given = build.settings.targets
    for name in given:
        if name not in build.library.measures:
            raise DefinitionError(
                f"area.toml [targets]: there is no measure '{name}'{did_you_mean(name, build.library.measures)}"
            )
    return np.array([_target(each, given.get(each.id), month) for each in measures])


def _target(measure: Measure, given: Decimal | None, month: date) -> float:
    standard = standard_on(measure.standards, month)
    aim = given if given is not None else standard and standard.value
    return float("nan") if aim is None else float(aim)


def _line(
    at: int,
    measure: Measure,
    values: np.ndarray,
    targets: np.ndarray,
    found: ProcessSummary,
    months: tuple[date, ...],
) -> VariationLine:
    last = int(np.flatnonzero(np.isfinite(values[at]))[-1])
    since = int(found.since[at])
    return VariationLine(
        measure,
        float(values[at, last]),
        *(float(each[at]) for each in (found.mean, found.lower, found.upper)),
        VARIATION[int(found.variation[at])],
        months[since] if since >= 0 else None,
        None if np.isnan(targets[at]) else float(targets[at]),
        ASSURANCE[int(found.assurance[at])],
        int(found.points[at]),
        bool(found.trial[at]),
    )


def _urgency(line: VariationLine) -> tuple:
    """Concern first, then a target that will be missed, then improvement, then the rest by topic and title."""
    order = (line.variation not in URGENT, line.assurance != "fail", line.variation not in GOOD)
    return (*order, line.variation == "common_cause", line.measure.topic, line.measure.title)

"""Every measure of an organisation as a process: process-control charts' rules and icons, all series at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.control import (
    FEWEST_GAPS,
    Counted,
    chart_of,
    counted_of,
    day_of,
    found_gaps,
    moves_seldom,
    phase_numbers,
    refuse_far,
    settled,
    unit_of,
)
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.period import months_between, shift
from opencommissioning.catalogue.process import AUTO, HOUSE, ProcessChoice, checked
from opencommissioning.catalogue.standard import standard_on
from opencommissioning.errors import DefinitionError, NotLoaded, did_you_mean
from opencommissioning.measures.shielding import often_hidden
from opencommissioning.reports.process import BETWEEN
from opencommissioning.reports.variation import GOOD, URGENT, VariationLine, VariationSummary
from opencommissioning.statistics.icons import ASSURANCE, VARIATION, ProcessSummary, summary_of
from opencommissioning.statistics.processes import ProcessLimits, process_limits

MONTHS = 36
FEWEST_MONTHS = 6  # fewer points make no limits
IMPROVEMENT = {Better.HIGHER: 1, Better.LOWER: -1, Better.NEITHER: 0}


def variation_summary(
    build: Build, code: str, months: int = MONTHS, choice: ProcessChoice | None = None
) -> VariationSummary:
    """The organisation's measures over the last `months`, month by month, each on the control chart of its shape or as chosen (only
    "auto" and "xmr" fit all). NotLoaded when none has enough months.

    A target is that of `[targets]` of area.toml, else the standard in force in the last month; DefinitionError when one is of a
    measure that there is not. From event to event (T, G) all months are looked at, and there is no target.
    """
    chosen = _for_all(choice or ProcessChoice())
    organisation = build.organisation(code)
    known = [each for each in (_counted(build, name, organisation) for name in build.measures) if each]
    shown = _last_months(known, months)
    enough = [each for each in known if np.isfinite(each.over(shown).values).sum() >= FEWEST_MONTHS]
    if not enough:
        raise _too_few(organisation.name)
    refuse_far(chosen, shown)
    targets = _targets(build, [each.measure for each in enough], shown[-1])
    lines, seldom = [], []
    for kind, group in _by_chart(build, enough, shown, chosen).items():
        if kind:
            lines += _lines(build, kind, group, shown, targets, chosen)
        else:
            seldom += [each.measure for each in group]
    if not lines:
        raise _too_few(organisation.name)
    return VariationSummary(
        organisation.code,
        organisation.name,
        organisation.level,
        shown[-1],
        len(shown),
        tuple(sorted(lines, key=_urgency)),
        tuple(seldom),
        *(getattr(chosen.over(build.settings.process).over(HOUSE), each) for each in ("shift", "trend")),
        phases=tuple(sorted(set(chosen.rebase or ()))),
    )


def _for_all(choice: ProcessChoice) -> ProcessChoice:
    if choice.chart not in (None, AUTO, "xmr"):
        raise DefinitionError(
            f"'{choice.chart}' does not fit every measure; choose auto or xmr for a summary of all"
        )
    return checked(choice)


def _too_few(name: str) -> NotLoaded:
    return NotLoaded(f"{name} has no measure with {FEWEST_MONTHS} months; load more months, then build")


def _by_chart(
    build: Build, known: Sequence[Counted], shown: tuple[date, ...], choice: ProcessChoice
) -> dict[str, list[Counted]]:
    """The measures by control chart, in the months of the summary; under "" those whose months would make no chart."""
    out: dict[str, list[Counted]] = {}
    for each in known:
        cut = each.over(shown)
        kind = settled(build, each.measure.id, choice).chart
        kind = _chart(cut) if kind == AUTO else "" if moves_seldom(cut.values) else kind
        if kind in BETWEEN and np.isfinite(_gaps(each, kind)).sum() < FEWEST_GAPS:
            kind = ""
        out.setdefault(kind, []).append(each if kind in BETWEEN else cut)
    return out


def _chart(counted: Counted) -> str:
    try:
        return chart_of(counted)
    except NotLoaded:
        return ""


def _gaps(counted: Counted, kind: str) -> np.ndarray:
    return found_gaps(counted, kind).gap


def _lines(
    build: Build,
    kind: str,
    group: Sequence[Counted],
    shown: tuple[date, ...],
    targets: Mapping[str, float],
    choice: ProcessChoice,
) -> list[VariationLine]:
    """The lines of the measures on one kind of chart. Those with the same settings are worked together: arrays of series and months."""
    if kind in BETWEEN:
        return [_line_between(build, kind, each, choice) for each in group]
    alike: dict[ProcessChoice, list[Counted]] = {}
    for each in group:
        alike.setdefault(settled(build, each.measure.id, choice), []).append(each)
    return [line for ready, part in alike.items() for line in _lines_alike(kind, part, shown, targets, ready)]


def _lines_alike(
    kind: str,
    group: Sequence[Counted],
    shown: tuple[date, ...],
    targets: Mapping[str, float],
    ready: ProcessChoice,
) -> list[VariationLine]:
    phase = phase_numbers(shown, ready.rebase)
    limits = _limits(kind, group, phase, ready)
    found = summary_of(
        limits,
        improvement=[IMPROVEMENT[each.measure.better] for each in group],
        target=[targets[each.measure.id] for each in group],
        group=phase,
        shift_n=ready.shift,
        trend_n=ready.trend,
    )
    return [
        _line(at, each.measure, kind, limits.values[at], targets[each.measure.id], found, shown)
        for at, each in enumerate(group)
    ]


def _limits(kind: str, group: Sequence[Counted], phase: np.ndarray, ready: ProcessChoice) -> ProcessLimits:
    options = {"group": phase, "fix_after_n_points": ready.baseline or None}
    if kind == "xmr":
        return process_limits(kind, np.stack([each.values for each in group]), **options)
    top, bottom = (
        np.stack([getattr(each, side) for each in group]) for side in ("numerators", "denominators")
    )
    scale = np.array([each.measure.per for each in group], float)[:, None]
    return process_limits(kind, top, bottom, multiplier=scale, **options)


def _line_between(build: Build, kind: str, counted: Counted, choice: ProcessChoice) -> VariationLine:
    """The line of rare events: longer between them is fewer of them, so what is good turns round."""
    ready = settled(build, counted.measure.id, choice)
    found = found_gaps(counted, kind)
    days = tuple(day_of(counted.months, place) for place in found.at.tolist())
    phase = phase_numbers(days, ready.rebase)
    limits = process_limits(kind, found.gap[None], group=phase, fix_after_n_points=ready.baseline or None)
    rules = {"group": phase, "shift_n": ready.shift, "trend_n": ready.trend}
    told = summary_of(limits, improvement=-IMPROVEMENT[counted.measure.better], **rules)
    line = _line(0, counted.measure, kind, found.gap, np.nan, told, tuple(day.replace(day=1) for day in days))
    return replace(line, unit=unit_of(counted.measure, kind))


def _counted(build: Build, name: str, organisation) -> Counted | None:
    """The organisation's months of a measure; None when it has none, or many are hidden: what is left is another process."""
    series = build.series(name, organisation.level, 1)
    if organisation.code not in series.organisations:
        return None
    row = series.row(organisation.code)
    if often_hidden(series.missing[row]) or not np.isfinite(series.values[row]).any():
        return None
    return counted_of(build, series, row)


def _last_months(known: Sequence[Counted], months: int) -> tuple[date, ...]:
    """The months of the summary, up to the last one that any measure has: datasets end in different months."""
    every = {
        month
        for each in known
        for month, value in zip(each.months, each.values.tolist(), strict=True)
        if value == value
    }
    if not every:
        return ()
    last = max(every)
    return months_between(max(min(every), shift(last, 1 - months)), last)


def _targets(build: Build, measures: Sequence[Measure], month: date) -> dict[str, float]:
    given = build.settings.targets
    for name in given:
        if name not in build.library.measures:
            raise DefinitionError(
                f"area.toml [targets]: there is no measure '{name}'{did_you_mean(name, build.library.measures)}"
            )
    return {each.id: _target(each, given.get(each.id), month) for each in measures}


def _target(measure: Measure, given: Decimal | None, month: date) -> float:
    standard = standard_on(measure.standards, month)
    aim = given if given is not None else standard and standard.value
    return float("nan") if aim is None else float(aim)


def _line(
    at: int,
    measure: Measure,
    chart: str,
    values: np.ndarray,
    target: float,
    found: ProcessSummary,
    months: tuple[date, ...],
) -> VariationLine:
    last = int(np.flatnonzero(np.isfinite(values))[-1])
    since = int(found.since[at])
    return VariationLine(
        measure,
        float(values[last]),
        *(float(each[at]) for each in (found.mean, found.lower, found.upper)),
        VARIATION[int(found.variation[at])],
        months[since] if since >= 0 else None,
        None if np.isnan(target) else float(target),
        ASSURANCE[int(found.assurance[at])],
        int(found.points[at]),
        bool(found.trial[at]),
        chart,
        month=months[last],
    )


def _urgency(line: VariationLine) -> tuple:
    """Concern first, then a target that will be missed, then improvement, then the rest by topic and title."""
    order = (line.variation not in URGENT, line.assurance != "fail", line.variation not in GOOD)
    return (*order, line.variation == "common_cause", line.measure.topic, line.measure.title)

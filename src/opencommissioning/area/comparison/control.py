"""Which control chart a measure of an organisation is looked at on, and the process on it: by the measure's shape, or as somebody chose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.catalogue.period import last_day, months_between, spoken
from opencommissioning.catalogue.process import AUTO, CHARTS, HOUSE, ProcessChoice, checked
from opencommissioning.errors import DefinitionError, NotLoaded, did_you_mean
from opencommissioning.measures.series import Missing, Series, in_months
from opencommissioning.measures.shielding import often_hidden
from opencommissioning.reports.process import BETWEEN, Process, listed
from opencommissioning.statistics.processes import Between, ProcessLimits, between, process_limits
from opencommissioning.statistics.spc import dispersion
from opencommissioning.statistics.spc_rules import COMMON, SpecialCauses, cause_text, special_causes
from opencommissioning.variation.verdict import FEWEST_EXPECTED

MONTHS = 60  # of a chart of months; events are rare, so theirs looks at all months
FEWEST_GAPS = 6
SCATTERED = 1.25  # months differ by so many times what chance alone gives: the limits are widened
OF_SHAPE = {
    Shape.PROPORTION: tuple(CHARTS),
    Shape.RATE: ("xmr", "u", "up", "c", "t", "g"),
    Shape.RATIO: ("xmr",),
}


@dataclass(frozen=True)
class Counted:
    """One organisation's months of a measure (M,): numerators, denominators, values, nan where there is none; `events`: whether single
    events can be told apart, `opportunities`: whether the denominator counts what could have become one."""

    measure: Measure
    months: tuple[date, ...]
    numerators: np.ndarray
    denominators: np.ndarray
    values: np.ndarray
    events: bool
    opportunities: bool

    def cut(self, most: int) -> "Counted":
        """The last `most` months up to the last with a value; NotLoaded without any."""
        there = np.flatnonzero(np.isfinite(self.values))
        if not len(there):
            raise NotLoaded(f"'{self.measure.id}' has no value in any month")
        part = slice(max(int(there[0]), int(there[-1]) + 1 - most), int(there[-1]) + 1)
        columns = {
            name: getattr(self, name)[part] for name in ("months", "numerators", "denominators", "values")
        }
        return replace(self, **columns)

    def over(self, months: tuple[date, ...]) -> "Counted":
        """The same in other months; those that it has not are missing."""
        columns = {
            name: in_months(getattr(self, name), self.months, months, np.nan)
            for name in ("numerators", "denominators", "values")
        }
        return replace(self, months=months, **columns)


def settled(build: Build, measure: str, choice: ProcessChoice) -> ProcessChoice:
    """The choice with what it leaves open as area.toml's [process] has it, else as the house has it; without a measure, for all of them."""
    known, rebases = build.library.measures, build.settings.rebases
    for name in rebases.keys() - known.keys():
        raise DefinitionError(
            f"area.toml [process.rebase]: there is no measure '{name}'{did_you_mean(name, known)}"
        )
    of_area = replace(build.settings.process, rebase=rebases.get(measure))
    return checked(choice).over(of_area).over(HOUSE)


def process_of(
    build: Build, measure: str, code: str, choice: ProcessChoice | None = None, membership: str | None = None
) -> Process:
    """A measure of one organisation as a process, month by month: overlapping windows would look like runs.

    DefinitionError for a choice that does not fit the measure, NotLoaded when there are too few months or events, or many are hidden.
    """
    chosen = choice or ProcessChoice()
    organisation = build.organisation(code)
    series = build.series_of_one(measure, organisation.code, 1, membership)
    _refuse_hidden(organisation.name, series)
    if not np.isfinite(series.values[0]).any():
        raise NotLoaded(f"{organisation.name} has no value of '{measure}' in any month")
    counted = counted_of(build, series, 0)
    ready = settled(build, measure, chosen)
    whole = counted.cut(len(counted.months))
    kind = ready.chart if ready.chart != AUTO else chart_of(whole.cut(MONTHS))
    check_chart(whole, kind)
    cut = whole if kind in BETWEEN else whole.cut(MONTHS)
    process = _between(cut, kind, ready) if kind in BETWEEN else _by_month(cut, kind, ready)
    refuse_far(chosen, cut.months)
    why = reason(cut, kind, ready.chart != AUTO, of_area=chosen.chart is None)
    return replace(process, code=organisation.code, name=organisation.name, why=why)


def counted_of(build: Build, series: Series, row: int) -> Counted:
    """One row of a series of single months, with what its counts stand for."""
    nothing = series.missing[row] == Missing.DENOMINATOR_ZERO  # known: no opportunity, so no event either
    top, bottom = (np.where(nothing, 0.0, each[row]) for each in (series.numerators, series.denominators))
    counted = Counted(
        series.measure, series.months, top, bottom, series.values[row], *_counts(build, series.measure)
    )
    return counted.over(months_between(series.months[0], series.months[-1]))


def _counts(build: Build, measure: Measure) -> tuple[bool, bool]:
    """Whether a measure's numerator counts single events, and its denominator what could have become one."""
    stocks = build.stocks(measure)
    contract = build.library.contracts[measure.numerator.dataset]
    events = measure.shape() is not Shape.RATIO and not stocks[0] and not contract.disclosive
    return events, not stocks[1] and not measure.standardised


def chart_of(counted: Counted) -> str:
    """The chart of a measure's shape: P of a share, U of a rate (P′ and U′ where months scatter more than chance lets them), T or G where
    most months have no event, XmR of an amount. NotLoaded where no chart would speak: the same figure in most months."""
    if rare(counted):
        return "g" if counted.opportunities else "t"
    if moves_seldom(counted.values):
        raise NotLoaded(
            f"'{counted.measure.id}' is the same in most months, so a chart of months would take every step for a signal; "
            "an XmR chart of it can still be asked for"
        )
    if counted.measure.shape() is Shape.RATIO:
        return "xmr"
    plain = "p" if _is_share(counted) else "u"
    return {"p": "pp", "u": "up"}[plain] if scatter(counted, plain) > SCATTERED else plain


def rare(counted: Counted) -> bool:
    """Whether events are so few that most months have none."""
    known = np.isfinite(counted.numerators)
    none = np.count_nonzero(counted.numerators[known] == 0)
    return counted.events and none * 2 > np.count_nonzero(known)


def moves_seldom(values: np.ndarray) -> bool:
    """Whether most months of a series are the same (0, mostly): then ranges between months are 0, and so would be the limits' width."""
    known = values[np.isfinite(values)]
    return bool(len(known)) and int(np.unique(known, return_counts=True)[1].max()) * 2 > len(known)


def scatter(counted: Counted, kind: str) -> float:
    """How many times as much as chance alone would make them months differ; nan when nobody can say."""
    return float(dispersion(counted.numerators, counted.denominators, kind[:1]))


def fitting(build: Build, measure: str) -> list[str]:
    """The charts that a measure can be looked at on, keys of `CHARTS`."""
    known = build.measure(measure)
    nothing = np.array([])
    counted = Counted(known, (), nothing, nothing, nothing, *_counts(build, known))
    return [each for each in OF_SHAPE[known.shape()] if _fits(counted, each)]


def check_chart(counted: Counted, kind: str) -> None:
    """DefinitionError, with the charts that would do, for one that does not fit the measure."""
    known = [each for each in OF_SHAPE[counted.measure.shape()] if _fits(counted, each)]
    if kind not in known:
        raise DefinitionError(
            f"a {CHARTS[kind]} does not fit '{counted.measure.id}': {_why_not(counted, kind)}; choose {' or '.join([AUTO, *known])}"
        )


def _fits(counted: Counted, kind: str) -> bool:
    if kind in ("p", "pp"):
        return _is_share(counted)
    return kind not in BETWEEN or (counted.events and (kind == "t" or counted.opportunities))


def _is_share(counted: Counted) -> bool:
    """Counts that were rounded may make a part larger than its whole: then it is no share."""
    with np.errstate(invalid="ignore"):
        over = counted.numerators > counted.denominators
    return counted.measure.shape() is Shape.PROPORTION and not over.any()


def _why_not(counted: Counted, kind: str) -> str:
    shape = counted.measure.shape()
    if shape is Shape.RATIO:
        return "it is an amount, not a count"
    if kind in ("p", "pp"):
        return "its numerator is no part of its denominator"
    if counted.events:
        return "its denominator is there in every month, so nothing can be counted between two events"
    return "its single events are not known (they are a stock, or counts of people that were rounded)"


def _by_month(counted: Counted, kind: str, ready: ProcessChoice) -> Process:
    group = phase_numbers(counted.months, ready.rebase)
    limits = limits_of(counted, kind, ready, group)
    return _judged(counted, kind, ready, counted.months, limits, group, unit_of(counted.measure, kind))


def limits_of(counted: Counted, kind: str, ready: ProcessChoice, group: np.ndarray) -> ProcessLimits:
    """Limits of a chart of months, in the measure's unit (C: in numbers a month)."""
    options = {"group": group, "fix_after_n_points": ready.baseline or None}
    if kind == "xmr":
        return process_limits(kind, counted.values, **options)
    if kind == "c":
        return process_limits(kind, counted.numerators, **options)
    return process_limits(
        kind, counted.numerators, counted.denominators, multiplier=counted.measure.per, **options
    )


def _between(counted: Counted, kind: str, ready: ProcessChoice) -> Process:
    found = _gaps(counted, kind)
    dates = tuple(day_of(counted.months, place) for place in found.at.tolist())
    group = phase_numbers(dates, ready.rebase)
    limits = process_limits(kind, found.gap, group=group, fix_after_n_points=ready.baseline or None)
    process = _judged(counted, kind, ready, dates, limits, group, unit_of(counted.measure, kind))
    return replace(process, silent=_silence(counted, kind, found, float(limits.upper[-1])))


def found_gaps(counted: Counted, kind: str) -> Between:
    """Days (T) or opportunities (G) from each event to the next."""
    days = np.array([last_day(month).day for month in counted.months], float)
    return between(counted.numerators, days if kind == "t" else counted.denominators)


def _gaps(counted: Counted, kind: str) -> Between:
    """The same; NotLoaded when events are too few for limits."""
    found = found_gaps(counted, kind)
    if np.isfinite(found.gap).sum() < FEWEST_GAPS:
        events = int(np.nansum(counted.numerators))
        raise NotLoaded(
            f"'{counted.measure.id}' has too few events for a chart: {events} in {len(counted.months)} months, {FEWEST_GAPS + 1} without a "
            "missing month between them are needed"
        )
    return found


def day_of(months: Sequence[date], place: float) -> date:
    """The day at a place in time, 1.5 being the middle of the second month."""
    month = months[int(place)]
    return month + timedelta(days=int((place % 1) * last_day(month).day))


def _silence(counted: Counted, kind: str, found: Between, upper: float) -> str:
    if found.since != found.since:
        return ""
    what = unit_of(counted.measure, kind).removesuffix(" between events")
    longer = ", longer than the upper limit: rarer than before" if found.since > upper else ""
    return f"Since the last event {found.since:,.0f} {what} have passed without one (to the end of {spoken(counted.months[-1])}){longer}."


def unit_of(measure: Measure, kind: str) -> str:
    """What is plotted: the measure's own unit, but counts a month on a C chart and what lies between events on T and G charts."""
    if kind == "c":
        return f"{_plain(measure.numerator.column)} a month"
    if kind in BETWEEN:
        return f"{'days' if kind == 't' else _plain(measure.denominator.column)} between events"
    return measure.unit


def _plain(column: str) -> str:
    return column.replace("_", " ")


def phase_numbers(dates: Sequence[date], starts: Sequence[date]) -> np.ndarray:
    """int (M,): the phase of each date; a new one begins with each of the months that lies within."""
    days = np.array(dates, "datetime64[D]")
    return np.searchsorted(np.array(sorted(set(starts)), "datetime64[D]"), days, side="right")


def _judged(
    counted: Counted,
    kind: str,
    ready: ProcessChoice,
    dates: tuple[date, ...],
    limits: ProcessLimits,
    group: np.ndarray,
    unit: str,
) -> Process:
    rules = {"shift_n": ready.shift, "trend_n": ready.trend}
    found = special_causes(limits.values, limits, group=group, **rules)
    inside = tuple(month for month in sorted(set(ready.rebase)) if dates[0] < month <= dates[-1])
    words = _words(found, rules)
    return Process(
        counted.measure, "", "", kind, "", unit, dates, limits, found.direction, words, inside, ready
    )


def _words(found: SpecialCauses, rules: dict[str, int]) -> tuple[str, ...]:
    pairs = zip(found.rule.tolist(), found.direction.tolist(), strict=True)
    return tuple("" if rule == COMMON else cause_text(rule, way, **rules) for rule, way in pairs)


def refuse_far(chosen: ProcessChoice, months: Sequence[date]) -> None:
    """DefinitionError when a phase that somebody asks for does not begin within the months; the area's own may lie outside of them."""
    outside = [month for month in chosen.rebase or () if not months[0] < month <= months[-1]]
    if outside:
        raise DefinitionError(
            f"new limits cannot begin with {listed([spoken(month) for month in outside])}: the chart runs from {spoken(months[0])} to "
            f"{spoken(months[-1])}; choose a month after the first"
        )


def _refuse_hidden(name: str, series: Series) -> None:
    """Months without the small counts among them would draw another process than the true one."""
    if often_hidden(series.missing[0]):
        raise NotLoaded(
            f"{name}: many of its months have a small count, which is not shown; "
            "the chart over several months together shows how it moved"
        )


def reason(counted: Counted, kind: str, was_chosen: bool, of_area: bool) -> str:
    """Why it is this chart, in a sentence or two."""
    told = f"{CHARTS[kind]}: {_about(counted, kind)}"
    if was_chosen:
        told += " This area has chosen it for all measures." if of_area else " It was asked for."
    return told


def _about(counted: Counted, kind: str) -> str:
    if kind == "xmr":
        amount = counted.measure.shape() is Shape.RATIO
        what = "the measure is an amount, not a count, so its" if amount else "its"
        return f"{what} limits follow from how much it moves from month to month."
    if kind == "t":
        return "events are rare, so the days between them are drawn; higher is rarer. Events are known by month and taken as spread over it."
    if kind == "g":
        what = _plain(counted.measure.denominator.column)
        return f"events are rare, so the {what} between them are drawn; higher is rarer. Events are known by month and taken as spread over it."
    if kind == "c":
        return "the number a month is drawn, whatever its denominator; limits are those of chance alone."
    shape = "a share" if kind in ("p", "pp") else "a rate of counts"
    few = (
        f" Fewer than {FEWEST_EXPECTED} are expected a month, so these limits are rough."
        if _few(counted)
        else ""
    )
    return f"the measure is {shape}, so its limits follow from how many it is of. {_scattered(counted, kind)}{few}"


def _few(counted: Counted) -> bool:
    """Whether events are so few in an ordinary month that a bell curve stands for them badly."""
    return float(np.nanmedian(counted.numerators)) < FEWEST_EXPECTED


def _scattered(counted: Counted, kind: str) -> str:
    times = scatter(counted, kind)
    if times != times:
        return "There are too few months to say how much they differ."
    apart = f"Months differ {times:.1f} times as much as chance alone would make them"
    if len(kind) == 2:
        return f"{apart}, and the limits are widened by that (Laney)."
    if times > SCATTERED:
        return f"{apart}: these limits are too narrow, those of the {CHARTS[f'{kind}p' if kind == 'u' else 'pp']} allow for it."
    return "Months differ about as chance lets them."

"""Summary of variation: every measure of an organisation against its own past, and against a target where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.process import CHARTS
from opencommissioning.reports.numbers import plain, valued
from opencommissioning.reports.process import listed
from opencommissioning.statistics.false_alarms import xmr_false_alarm_rates

# The icons of "Making Data Count" in words; high and low say which way the process has gone.
VARIATION: Mapping[str, str] = {
    "none": "no value",
    "common_cause": "ordinary variation",
    "improvement_high": "improving, higher",
    "improvement_low": "improving, lower",
    "concern_high": "concern, higher",
    "concern_low": "concern, lower",
    "neutral_high": "higher, neither good nor bad",
    "neutral_low": "lower, neither good nor bad",
}
ASSURANCE: Mapping[str, str] = {
    "none": "",
    "pass": "will meet the target",
    "fail": "will miss the target unless something changes",
    "inconsistent": "may meet or miss the target",
}
# Months → share of unchanged series whose last point is marked, where months are independent and where they resemble each other
# (`xmr_false_alarm_rates`, docs/explanation/calibration.md); simulated there because a page should not wait for it.
BY_LUCK: Mapping[int, tuple[float, float]] = {12: (0.014, 0.039), 24: (0.015, 0.054), 36: (0.017, 0.062), 60: (0.019, 0.065)}  # fmt: skip
RESEMBLANCE = (0.0, 0.3)
HOUSE_RULES = (7, 7)
WHY_DIFFERENT = (
    "“What stands out” asks something else: how far a measure lies from the others, or whether its level changed, with luck "
    "allowed for over all measures together; so a measure may be marked here and not there, and the other way round."
)
COLUMNS = ("Measure", "Latest", "Average", "Process limits", "Variation", "Target", "Assurance", "Chart")
URGENT = ("concern_high", "concern_low")
GOOD = ("improvement_high", "improvement_low")


@dataclass(frozen=True)
class VariationLine:
    """One measure: its latest month, average and process limits in its unit; `variation` and `assurance` are icon names.

    `since`: first month of the unbroken run that the icon speaks of; `trial`: fewer than 13 points, limits are provisional. `chart`: a key
    of `CHARTS`; `month`: of the latest value; `unit`: what the numbers are where they are not the measure's ("days between events").
    """

    measure: Measure
    latest: float
    mean: float
    lower: float
    upper: float
    variation: str
    since: date | None
    target: float | None
    assurance: str
    points: int
    trial: bool
    chart: str = "xmr"
    unit: str = ""
    month: date | None = None

    @property
    def words(self) -> str:
        """`improving, lower, since June 2026`; provisional limits are told."""
        since = f", since {spoken(self.since)}" if self.since and self.variation != "common_cause" else ""
        points = "intervals" if self.unit else "months"
        provisional = f" (provisional: {self.points} {points})" if self.trial else ""
        return self._said + since + provisional

    @property
    def _said(self) -> str:
        """Of what lies between events, longer and shorter: nobody should take a longer time for a higher rate."""
        said = VARIATION[self.variation]
        if not self.unit:
            return said
        return said.replace("higher", "rarer").replace("lower", "more often")

    @property
    def cells(self) -> tuple[str, ...]:
        """As `COLUMNS`, ready to show. Limits below 0 are shown as 0: no measure goes there."""
        numbers = (self._number(self.latest), self._number(self.mean))
        limits = f"{self._number(max(self.lower, 0.0))} to {self._number(self.upper)}"
        limits += f" {self.unit}" if self.unit else ""
        target = "" if self.target is None else valued(self.target, self.measure)
        chart = CHARTS[self.chart].removesuffix(" chart")
        return (self.measure.title, *numbers, limits, self.words, target, ASSURANCE[self.assurance], chart)

    def _number(self, value: float) -> str:
        return plain(value) if self.unit else valued(value, self.measure)


@dataclass(frozen=True)
class VariationSummary:
    """All measures of an organisation, those that ask for attention first."""

    code: str
    name: str
    level: str
    month: date
    months: int
    lines: tuple[VariationLine, ...]
    seldom: tuple[Measure, ...] = ()  # the same in most months: no chart, no judgement
    shift: int = 7
    trend: int = 7
    phases: tuple[date, ...] = ()  # months with which new limits of every measure begin

    columns = COLUMNS

    @property
    def sentence(self) -> str:
        """How many measures vary beyond the ordinary."""
        worse, better, other = (
            len(self._with(kinds)) for kinds in (URGENT, GOOD, ("neutral_high", "neutral_low"))
        )
        gives, improves = ("gives" if worse == 1 else "give"), ("improves" if better == 1 else "improve")
        of = "1 measure" if len(self.lines) == 1 else f"{len(self.lines)} measures"
        return (
            f"Of {of} over {self.months} months to {spoken(self.month)}, {worse} {gives} concern, {better} {improves}, "
            f"{other} moved without being good or bad; the rest vary as they always have.{self._left_out}"
        )

    @property
    def luck(self) -> str:
        """How many icons luck alone would colour here, from months that are independent to months that resemble each other (0.3)."""
        few, many = (len(self.lines) * rate for rate in self._rates)
        low, high = round(few), round(many)
        number = (
            "fewer than 1" if high < 1 else f"about {high}" if low == high else f"{low or 'none'} to {high}"
        )
        return f"Luck alone would mark {number} of them: more, the more a month resembles the one before. {WHY_DIFFERENT}"

    @property
    def _rates(self) -> tuple[float, float]:
        if (self.shift, self.trend) == HOUSE_RULES:
            by_months = list(zip(*BY_LUCK.values(), strict=True))
            return tuple(float(np.interp(self.months, list(BY_LUCK), rates)) for rates in by_months)
        options = {"shift_n": self.shift, "trend_n": self.trend, "simulations": 4000}
        return tuple(
            xmr_false_alarm_rates(self.months, autocorrelation=each, **options)["any"] for each in RESEMBLANCE
        )

    @property
    def _left_out(self) -> str:
        if not self.seldom:
            return ""
        many = f"{len(self.seldom)} more are" if len(self.seldom) > 1 else "One more is"
        return f" {many} the same in most months (0, mostly): too few events for a chart, so not judged here."

    @property
    def rules(self) -> str:
        """Which charts the lines are on, and what is a signal."""
        kinds = sorted({line.chart for line in self.lines}, key=list(CHARTS).index)
        charts = listed([CHARTS[kind].removesuffix(" chart") for kind in kinds])
        begin = (
            f" New limits begin with {listed([spoken(month) for month in self.phases])}."
            if self.phases
            else ""
        )
        return (
            f"Charts: {charts}, by each measure's shape unless one was chosen.{begin} Rules of NHS England's Making Data Count: beyond the "
            f"limits, {self.shift} on one side, {self.trend} rising or falling, 2 of 3 near a limit."
        )

    def _with(self, kinds: tuple[str, ...]) -> list[VariationLine]:
        return [line for line in self.lines if line.variation in kinds]

    def frame(self) -> pl.DataFrame:
        """One row per measure, unrounded, for downloads."""
        names = (
            "latest",
            "mean",
            "lower",
            "upper",
            "variation",
            "since",
            "target",
            "assurance",
            "points",
            "trial",
            "chart",
            "unit",
        )
        rows = [
            {
                "measure": line.measure.id,
                "title": line.measure.title,
                **{name: getattr(line, name) for name in names},
            }
            for line in self.lines
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

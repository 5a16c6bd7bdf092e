"""One measure of one organisation as a process: which control chart, why, on what its limits rest, and every point with what the rules say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.process import CHARTS, ProcessChoice
from opencommissioning.statistics.processes import ProcessLimits

BETWEEN = ("t", "g")  # charts of what lies between rare events: higher is rarer
COLUMNS = ("Month", "Value", "Lower limit", "Centre", "Upper limit", "Special because")


@dataclass(frozen=True)
class Process:
    """Points (M,) of `limits` at `dates` (months; of a T or G chart the days on which events are taken to be).

    `chart`: a key of `CHARTS`; `why`: the sentence that says why it is this one; `unit`: of what is plotted; `phases`: months with which
    new limits begin; `direction` (+1, −1, 0) and `causes`, the rule's words, of each point; `silent`: what is told of the time since the
    last event; `choice`: what was settled, nothing in it left open.
    """

    measure: Measure
    code: str
    name: str
    chart: str
    why: str
    unit: str
    dates: tuple[date, ...]
    limits: ProcessLimits
    direction: np.ndarray
    causes: tuple[str, ...]
    phases: tuple[date, ...]
    choice: ProcessChoice
    silent: str = ""

    columns = COLUMNS

    @property
    def chart_words(self) -> str:
        """`P′ chart`."""
        return CHARTS[self.chart]

    @property
    def centre_words(self) -> str:
        """What the line in the middle is."""
        return {"g": "Median", "t": "Centre"}.get(self.chart, "Mean")

    @property
    def rests_on(self) -> str:
        """On which months the limits rest and what counts as a signal, in words."""
        points = "events" if self.chart in BETWEEN else "months"
        first = self.choice.baseline
        basis = f"the first {first} {points}" if first else f"all {points}"
        each = " of each phase" if self.phases else ""
        parts = [f"Limits rest on {basis}{each}."]
        if self.phases:
            parts.append(f"New limits begin with {listed([spoken(month) for month in self.phases])}.")
        if self.limits.trial[-1]:
            count = int(self.limits.points[-1])
            parts.append(f"The last limits rest on {count} {points}, fewer than 13: they are provisional.")
        shift, trend = self.choice.shift, self.choice.trend
        parts.append(
            f"Signals: beyond a limit; {shift} in a row on one side of the middle; {trend} in a row rising or falling; 2 of 3 near a limit."
        )
        return " ".join(parts)

    @property
    def sentence(self) -> str:
        """What the last limits are and whether the last point is a signal."""
        middle, lower, upper = (
            self._last(each) for each in (self.limits.mean, self.limits.lower, self.limits.upper)
        )
        text = f"{self.centre_words} {middle}, limits {lower} to {upper}. " if middle != "–" else ""
        return f"{text}{self._signals} {self.silent}".rstrip()

    @property
    def _signals(self) -> str:
        special = int((self.direction != 0).sum())
        if not special:
            return "No point is a signal."
        told = f"{special} of {int(np.isfinite(self.limits.values).sum())} points {'is a signal' if special == 1 else 'are signals'}"
        return (
            f"{told}; the last one is: {self.causes[-1]}."
            if self.causes[-1]
            else f"{told}; the last one is none."
        )

    def _last(self, line: np.ndarray) -> str:
        return _number(float(line[-1]))

    def rows(self, most: int | None = None) -> list[tuple[str, ...]]:
        """The newest `most` points (None: all), newest first, ready to show as `COLUMNS`."""
        lines = (self.limits.values, self.limits.lower, self.limits.mean, self.limits.upper)
        rows = [
            (f"{day:%b %Y}", *(_number(float(part)) for part in parts), cause)
            for day, *parts, cause in zip(self.dates, *lines, self.causes, strict=True)
        ]
        return rows[::-1][:most]


def listed(words: Sequence[str]) -> str:
    """`May 2025, June 2025 and July 2026`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:,.4g}"

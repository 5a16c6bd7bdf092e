"""Summary of variation: every measure of an organisation against its own past, and against a target where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import valued

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
COLUMNS = ("Measure", "Latest", "Average", "Process limits", "Variation", "Target", "Assurance")
URGENT = ("concern_high", "concern_low")
GOOD = ("improvement_high", "improvement_low")


@dataclass(frozen=True)
class VariationLine:
    """One measure: its latest month, average and process limits in its unit; `variation` and `assurance` are icon names.

    `since`: first month of the unbroken run that the icon speaks of; `trial`: fewer than 13 months, limits are provisional.
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

    @property
    def words(self) -> str:
        """`improving, lower, since June 2026`; provisional limits are told."""
        since = f", since {spoken(self.since)}" if self.since and self.variation != "common_cause" else ""
        provisional = f" (provisional: {self.points} months)" if self.trial else ""
        return VARIATION[self.variation] + since + provisional

    @property
    def cells(self) -> tuple[str, ...]:
        """As `COLUMNS`, ready to show. Limits below 0 are shown as 0: no measure goes there."""
        numbers = (valued(self.latest, self.measure), valued(self.mean, self.measure))
        limits = f"{valued(max(self.lower, 0.0), self.measure)} to {valued(self.upper, self.measure)}"
        target = "" if self.target is None else valued(self.target, self.measure)
        return (self.measure.title, *numbers, limits, self.words, target, ASSURANCE[self.assurance])


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

    columns = COLUMNS

    @property
    def sentence(self) -> str:
        """How many measures vary beyond the ordinary."""
        worse, better, other = (
            len(self._with(kinds)) for kinds in (URGENT, GOOD, ("neutral_high", "neutral_low"))
        )
        return (
            f"Of {len(self.lines)} measures over {self.months} months to {spoken(self.month)}, {worse} give concern, {better} improve, "
            f"{other} moved without being good or bad; the rest vary as they always have.{self._left_out}"
        )

    @property
    def _left_out(self) -> str:
        if not self.seldom:
            return ""
        many = f"{len(self.seldom)} more are" if len(self.seldom) > 1 else "One more is"
        return f" {many} the same in most months (0, mostly): too few events for a chart of months, so not judged here."

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

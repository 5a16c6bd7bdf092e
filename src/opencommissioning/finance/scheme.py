"""A local prescribing incentive scheme: points by threshold, pounds by points. Rules only; nothing is read and nothing is asked.

Rules that hold for every scheme:
- a practice without a value gets no points, and the reason is said (missing is not zero, and it is not achieved either);
- a practice too small to judge (as for verdicts) gets none either: a list of 40 that happens to prescribe nothing has achieved nothing;
- an indicator gives the points of the best threshold reached, not the sum of those below;
- an improvement is measured against the practice's own baseline period; without a baseline value there are no points;
- a value whose 95 % interval holds the nearest threshold is reported as near: luck may have decided.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

PENNY = Decimal("0.01")


@dataclass(frozen=True)
class Threshold:
    """`points` for reaching `at`: a value of the measure, or a relative improvement in per cent."""

    at: Decimal
    points: Decimal


@dataclass(frozen=True)
class Indicator:
    """One measure of a scheme. `better` is "lower" or "higher"; with a `baseline` (first, last month) thresholds are improvements in %."""

    measure: str
    title: str
    better: str
    months: int
    thresholds: tuple[Threshold, ...]
    baseline: tuple[date, date] | None = None

    @property
    def most(self) -> Decimal:
        """The points of the best threshold."""
        return max(each.points for each in self.thresholds)


@dataclass(frozen=True)
class Scheme:
    """A scheme over the months `first` to `last`. Exactly one of `per_point` (£) and `per_patient` (£ at full points) is above 0.

    `organisation`: whose practices take part; "" stands for the area's home.
    """

    id: str
    title: str
    first: date
    last: date
    indicators: tuple[Indicator, ...]
    per_point: Decimal = Decimal(0)
    per_patient: Decimal = Decimal(0)
    public: bool = False
    organisation: str = ""
    note: str = ""

    @property
    def most(self) -> Decimal:
        """All points that can be had."""
        return sum((each.most for each in self.indicators), Decimal(0))


@dataclass(frozen=True)
class Observed:
    """What a practice shows on an indicator, in the measure's unit; nan where unknown, with the reason."""

    value: float
    lower: float
    upper: float
    baseline: float
    reason: str = ""
    small: str = ""  # why it is too small to judge; empty when it is not


@dataclass(frozen=True)
class Achieved:
    """The outcome: points of how many, the value that the best threshold asks for, whether luck may have decided, and the words."""

    points: Decimal
    of: Decimal
    target: float
    near: bool
    words: str


def achieve(indicator: Indicator, seen: Observed) -> Achieved:
    """Points of one indicator."""
    if not isfinite(seen.value):
        return _none(indicator, f"no points: {seen.reason or 'no value'}")
    if seen.small:
        return _none(indicator, f"no points: too small to judge, {seen.small}")
    if indicator.baseline and not (isfinite(seen.baseline) and seen.baseline > 0):
        return _none(indicator, "no points: no value in the baseline period to improve on")
    targets = {each: _target(indicator, each, seen.baseline) for each in indicator.thresholds}
    reached = [each for each, target in targets.items() if _reaches(indicator, seen.value, target)]
    best = max(reached, key=lambda each: each.points, default=None)
    wanted = targets[best or min(targets, key=lambda each: each.points)]
    near = [target for target in targets.values() if seen.lower <= target <= seen.upper]
    words = f"{best.points.normalize():f} points" if best else "threshold not reached"
    if near:
        words += "; within chance of a threshold"
    return Achieved(best.points if best else Decimal(0), indicator.most, wanted, bool(near), words)


def _none(indicator: Indicator, words: str) -> Achieved:
    return Achieved(Decimal(0), indicator.most, float("nan"), False, words)


def _target(indicator: Indicator, threshold: Threshold, baseline: float) -> float:
    """The value to reach: as given, or the baseline lowered (raised) by so many per cent."""
    at = float(threshold.at)
    if not indicator.baseline:
        return at
    return baseline * (1 - at / 100 if indicator.better == "lower" else 1 + at / 100)


def _reaches(indicator: Indicator, value: float, target: float) -> bool:
    """At the threshold counts as reached; a millionth is forgiven, for values are quotients."""
    slack = 1e-9 * max(1.0, abs(target))
    return value <= target + slack if indicator.better == "lower" else value >= target - slack


def payment(scheme: Scheme, points: Decimal, patients: float) -> Decimal | None:
    """Pounds for so many points, rounded to the penny (halves up); None when the list size that it needs is unknown."""
    if scheme.per_point:
        return (points * scheme.per_point).quantize(PENNY, ROUND_HALF_UP)
    if not (isfinite(patients) and patients > 0):
        return None
    share = points / scheme.most
    return (Decimal(round(patients)) * scheme.per_patient * share).quantize(PENNY, ROUND_HALF_UP)

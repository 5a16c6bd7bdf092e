"""Recent trend as Fingertips says it: five yearly points, a weighted slope with known variance, and agreement when any point is left out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

POINTS = 5
CHI2 = 9.54953570604  # chi-squared on 1 degree of freedom, p = 0.002
NO_CHANGE, UNKNOWN = "NoChange", "CannotBeCalculated"


def recent_trend(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> str:
    """"Increasing", "Decreasing", "NoChange" or "CannotBeCalculated" of the last five yearly points, oldest first, with their 95 % limits.

    Never of overlapping pools of years. Significant when χ² = (slope / its error)² > 9.55 and the slope keeps its sign in all six fits.
    """  # fmt: skip
    v, low, high = (np.asarray(each, float)[-POINTS:] for each in (values, lower, upper))
    se = (high - low) / 3.92
    if len(v) < POINTS or not np.all(np.isfinite(v)) or not np.all(se > 0):
        return UNKNOWN
    slope, error = _slope(v, se)
    alike = {np.sign(_slope(np.delete(v, at), np.delete(se, at), at)[0]) for at in range(POINTS)}
    if (slope / error) ** 2 <= CHI2 or alike != {np.sign(slope)}:
        return NO_CHANGE
    return "Increasing" if slope > 0 else "Decreasing"


def _slope(v: np.ndarray, se: np.ndarray, left_out: int | None = None) -> tuple[float, float]:
    t = np.arange(1.0, len(v) + 1 + (left_out is not None))
    t = t if left_out is None else np.delete(t, left_out)
    w = 1 / se**2
    spread = t - (w * t).sum() / w.sum()
    information = (w * spread**2).sum()
    return float((w * spread * v).sum() / information), float(1 / np.sqrt(information))


def proportion_trend(counts: ArrayLike, denominators: ArrayLike) -> str:
    """The same for proportions, from counts: χ² of the score test for a trend (Armitage 1955), signs from a line through logits."""
    r, n = (np.asarray(each, float)[-POINTS:] for each in (counts, denominators))
    if len(r) < POINTS or not np.all(np.isfinite(r) & np.isfinite(n)) or np.any(r >= n) or np.any(r <= 0):
        return UNKNOWN
    t, whole, events = np.arange(1.0, POINTS + 1), n.sum(), r.sum()
    top = whole * (whole * (r * t).sum() - events * (n * t).sum()) ** 2
    chi2 = top / (events * (whole - events) * (whole * (n * t**2).sum() - (n * t).sum() ** 2))
    logits = np.log(r / (n - r))
    se = np.sqrt(1 / r + 1 / (n - r))
    slopes = [_slope(logits, se)[0]] + [
        _slope(np.delete(logits, at), np.delete(se, at), at)[0] for at in range(POINTS)
    ]
    if chi2 <= CHI2 or len({np.sign(each) for each in slopes}) != 1:
        return NO_CHANGE
    return "Increasing" if slopes[0] > 0 else "Decreasing"


def two_point_change(now: Sequence[float], before: Sequence[float]) -> str:
    """Change between two points, each (value, lower, upper): intervals apart or not; anything missing cannot be calculated."""
    if not np.all(np.isfinite([*now, *before])):
        return UNKNOWN
    if now[1] > before[2]:
        return "Increasing"
    return "Decreasing" if now[2] < before[1] else NO_CHANGE


def with_polarity(trend: str, polarity: str) -> str:
    """ "Increasing" with "High is good" is "IncreasingAndGettingBetter"; without judgement, or without a trend, as it is."""
    if trend not in ("Increasing", "Decreasing") or polarity not in ("High is good", "Low is good"):
        return trend
    good = (trend == "Increasing") == (polarity == "High is good")
    return f"{trend}AndGetting{'Better' if good else 'Worse'}"

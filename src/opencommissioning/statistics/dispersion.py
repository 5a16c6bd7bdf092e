"""Funnels that allow for organisations differing beyond chance: z-scores on a steady scale, over-dispersion, limits, outliers.

Kinds as FunnelPlotR's users know them: "SHMI" and "CQC" for standardised ratios (SR), "PR" for proportions, "RC" for ratios of counts.
Spiegelhalter 2005, Statistics in Medicine 24: 1185–1202. The kinds and repairs are FunnelPlotR 0.6's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.statistics.laws import chi_square_quantile
from opencommissioning.statistics.ranks import mean_ranks

Floats = NDArray[np.float64]
KINDS = ("SHMI", "CQC", "PR", "RC")
Z95, Z998 = 1.959964, 3.090232  # written out as FunnelPlotR does, so that limits agree to the last digit


@dataclass(frozen=True)
class Scores:
    """Per organisation: `y` on the steady scale, its chance spread `s`, `z`; `target` on that scale, `centre` in the value's unit."""

    y: Floats
    s: Floats
    z: Floats
    target: float
    centre: float


@dataclass(frozen=True)
class Dispersion:
    """`kept` z-scores after trimming (nan where truncated away), `phi` their mean square, `tau2` additive variance between organisations."""

    kept: Floats
    phi: float
    tau2: float


@dataclass(frozen=True)
class FunnelLimits:
    """95 % and 99.8 % limits at each size, in the value's unit."""

    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats


def scores(numerator: ArrayLike, denominator: ArrayLike, kind: str) -> Scores:
    """z-scores of each organisation. denominator: expected events for SHMI and CQC, totals for PR, the other count for RC."""
    x, n = np.asarray(numerator, float), np.asarray(denominator, float)
    overall = x.sum() / n.sum()
    with np.errstate(divide="ignore"):
        if kind == "SHMI":
            return _scored(np.log(x / n), 1 / np.sqrt(n), 0.0, 1.0)
        if kind == "CQC":
            return _scored(np.sqrt(x / n), 1 / (2 * np.sqrt(n)), 1.0, 1.0)
        if kind == "PR":
            return _scored(
                np.arcsin(np.sqrt(x / n)), 1 / (2 * np.sqrt(n)), float(np.arcsin(np.sqrt(overall))), overall
            )
        if kind == "RC":
            spread = np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)
            return _scored(np.log((x + 0.5) / (n + 0.5)), spread, float(np.log(overall)), overall)
    raise DefinitionError(f"'{kind}' is not a kind of funnel{did_you_mean(kind, KINDS)}")


def _scored(y: Floats, s: Floats, target: float, centre: float) -> Scores:
    return Scores(y, s, (y - target) / s, target, float(centre))


def dispersion(found: Scores, truncate: bool, trim: float = 0.1) -> Dispersion:
    """How much organisations differ beyond chance. `truncate` leaves the outer `trim` of each end out (SHMI); otherwise they are winsorised
    to the type-7 quantiles. τ² = max(0, (kφ − (k − 1)) / (Σw − Σw²/Σw)), w = 1/s²."""  # fmt: skip
    kept = (
        _truncated(found.z, trim) if truncate else np.clip(found.z, *np.quantile(found.z, [trim, 1 - trim]))
    )
    inside = ~np.isnan(kept)
    k = int(inside.sum())
    if k < 2:
        return Dispersion(kept, np.nan, 0.0)
    phi = float((kept[inside] ** 2).sum() / k)
    w = 1 / found.s[inside] ** 2
    excess = k * phi - (k - 1)
    tau2 = max(0.0, excess / (w.sum() - (w**2).sum() / w.sum())) if excess > 0 else 0.0
    return Dispersion(kept, phi, float(tau2))


def _truncated(z: Floats, trim: float) -> Floats:
    part = np.floor(mean_ranks(z) * (1 / trim) / (len(z) + 1))
    return np.where((part > 0) & (part < 1 / trim - 1), z, np.nan)


def adjusted_limits(sizes: ArrayLike, kind: str, tau2: float, centre: float = 1.0) -> FunnelLimits:
    """Limits at each size with the variance between organisations added. For "PR" on a grid sorted by size, see `repair`."""
    n = np.asarray(sizes, float)
    if kind == "SHMI":
        return _limits(lambda z: np.exp(z * np.sqrt(1 / n + tau2)))
    if kind == "CQC":
        return _limits(lambda z: 1 + z * np.sqrt(1 / (4 * n) + tau2))
    if kind == "RC":
        return _limits(lambda z: centre * np.exp(z * np.sqrt(1 / (4 * n) + tau2)))
    if kind != "PR":
        raise DefinitionError(f"'{kind}' is not a kind of funnel{did_you_mean(kind, KINDS)}")
    middle, spread = np.arcsin(np.sqrt(centre)), np.sqrt(1 / (4 * n) + tau2)
    return _limits(lambda z: np.sin(middle + z * spread) ** 2)


def unadjusted_limits(sizes: ArrayLike, kind: str, centre: float = 1.0) -> FunnelLimits:
    """Limits from chance alone: for standardised ratios the exact interval around the expected count, else τ² = 0."""
    if kind not in ("SHMI", "CQC"):
        return adjusted_limits(sizes, kind, 0.0, centre)
    e = np.asarray(sizes, float)
    tails = [
        (chi_square_quantile(p, 2 * e) / (2 * e), chi_square_quantile(1 - p, 2 * (e + 1)) / (2 * e))
        for p in (0.025, 0.001)
    ]
    return FunnelLimits(*tails[0], *tails[1])


def repaired(limits: FunnelLimits) -> FunnelLimits:
    """Of proportions on a grid sorted by size: a lower limit above its right neighbour is 0, an upper limit below it is 1: there the
    arcsine has folded back."""  # fmt: skip

    def low(line: Floats) -> Floats:
        return np.where(np.append(line[:-1] > line[1:], False), 0.0, line)

    def high(line: Floats) -> Floats:
        return np.where(np.append(line[:-1] < line[1:], False), 1.0, line)

    return FunnelLimits(
        low(limits.lower95), high(limits.upper95), low(limits.lower998), high(limits.upper998)
    )


def _limits(at) -> FunnelLimits:
    return FunnelLimits(at(-Z95), at(Z95), at(-Z998), at(Z998))


def outliers(values: ArrayLike, limits: FunnelLimits, level: int = 99) -> NDArray[np.bool_]:
    """Strictly outside the limits of level 95, or 99 (which means 99.8 %)."""
    if level not in (95, 99):
        raise DefinitionError(f"limits are of level 95 or 99 (which means 99.8 %), not {level}")
    v = np.asarray(values, float)
    low, high = (limits.lower95, limits.upper95) if level == 95 else (limits.lower998, limits.upper998)
    return (v < low) | (v > high)

"""Where organisations stand among those of their level, month by month, with limits that allow for over-dispersion.

Every kind of measure is looked at on a scale where its sampling variance does not depend on its value: arcsine root for proportions,
square root of observed over expected for rates and amounts (variation by chance ∝ 1 / √expected). What patients' repeat items and prices add
to chance is estimated from each organisation's own movement from month to month, or from one window of months to the next (`within`), what organisations differ by beyond that
is τ² (moments, winsorised: Spiegelhalter 2005, Statistics in Medicine 24: 1185–1202).
"""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import ndtr

from opencommissioning.catalogue.measure import Shape
from opencommissioning.statistics.laws import normal_density, normal_quantile

Z95, Z998 = 1.959964, 3.090232
TRIM = 0.1
FEWEST = 5  # organisations from which a spread between them can be told
STEPS = 6  # of an organisation, from which its movement can be told
# A normal variable winsorised at 10 % each end keeps this share of its variance. Peers leave it out, and so flag twice as many as they say.
_CUT = normal_quantile(1 - TRIM)
WINSORISED = 1 - 2 * TRIM - 2 * _CUT * normal_density(_CUT) + 2 * TRIM * _CUT**2
NINETIETH = normal_quantile(0.9)
MOVING_RANGE = 1.128  # mean |difference of two normals| in standard deviations


@dataclass(frozen=True)
class Position:
    """Arrays (organisations, months); nan where there is no value.

    z             distance from the centre in over-dispersed standard deviations
    centre, lower95, upper95, lower998, upper998   in the measure's unit, for the organisation's own denominator
    shrunken      the value pulled towards the centre as far as its uncertainty asks
    above, below  posterior probability that the true value lies beyond the 90th (below the 10th) centile of true values
    expected      numerator at the centre's value
    mean          numerator per denominator of all, per month
    tau, within   per month: between-organisation standard deviation (transformed scale), inflation of chance variation
    """

    z: np.ndarray
    centre: np.ndarray
    lower95: np.ndarray
    upper95: np.ndarray
    lower998: np.ndarray
    upper998: np.ndarray
    shrunken: np.ndarray
    above: np.ndarray
    below: np.ndarray
    expected: np.ndarray
    mean: np.ndarray
    tau: np.ndarray
    within: float


@dataclass(frozen=True)
class Given:
    """What a larger population said: centre (numerator per denominator) and τ per month (nan where it said nothing), and `within`."""

    centre: np.ndarray
    tau: np.ndarray
    within: float


@dataclass(frozen=True)
class _Scale:
    """A transformation: `y` transformed values, `s` chance standard deviations, `centre` per month, `back` to the value's unit."""

    y: np.ndarray
    s: np.ndarray
    centre: np.ndarray
    proportion: bool
    overall: np.ndarray

    def back(self, y: np.ndarray) -> np.ndarray:
        """Values (numerator per denominator) from transformed ones; below the scale's floor is 0."""
        if self.proportion:
            return np.sin(np.clip(y, 0, np.pi / 2)) ** 2
        return np.maximum(y, 0) ** 2 * self.overall


def position(
    numerators: np.ndarray,
    denominators: np.ndarray,
    per: float,
    shape: Shape,
    judged: np.ndarray,
    given: Given | None = None,
    window: int = 1,
) -> Position:
    """Positions of every organisation in every month. `judged` bool (O, M): whose values make the centre and the dispersion, unless
    these are `given`.

    numerators, denominators: float (O, M) in their units, nan where missing; a denominator of 0 counts as missing. Each looks at `window`
    months: its own and those before it.
    """
    with np.errstate(
        invalid="ignore", over="ignore"
    ):  # a level where nobody has any of it has no scale: nan is the answer
        seen = np.isfinite(numerators).any(axis=0)
        if given is None and 0 < seen.sum() <= STEPS and not seen.all():
            # months without any value say nothing, and of so few with one nobody's movement is told
            tops, bottoms, counted = (
                np.ascontiguousarray(part[:, seen]) for part in (numerators, denominators, judged)
            )  # in the order in which the whole is added up
            return _in_columns(_position(tops, bottoms, per, shape, counted, given, window), seen)
        return _position(numerators, denominators, per, shape, judged, given, window)


def _in_columns(few: Position, seen: np.ndarray) -> Position:
    """A position of some months among all, nan in the others; `seen` bool (M,)."""

    def spread(part: np.ndarray) -> np.ndarray:
        out = np.full((*part.shape[:-1], len(seen)), np.nan)
        out[..., seen] = part
        return out

    arrays = {each.name: getattr(few, each.name) for each in fields(few) if each.name != "within"}
    return Position(**{name: spread(part) for name, part in arrays.items()}, within=few.within)


def _position(
    numerators: np.ndarray,
    denominators: np.ndarray,
    per: float,
    shape: Shape,
    judged: np.ndarray,
    given: Given | None,
    window: int,
) -> Position:
    usable = np.isfinite(numerators) & np.isfinite(denominators) & (denominators > 0) & (numerators >= 0)
    x, n = np.where(usable, numerators, np.nan), np.where(usable, denominators, np.nan)
    scale = _scale(x, n, shape, usable & judged, given)
    within = given.within if given else _within(scale, usable & judged, window)
    s = scale.s * np.sqrt(within)
    z_raw = (scale.y - scale.centre) / s
    tau = given.tau if given else _tau(z_raw, s, usable & judged)
    spread = np.sqrt(s**2 + tau**2)
    post_mean, post_sd = _posterior(scale, s, tau)
    high, low = (scale.centre + sign * NINETIETH * tau for sign in (1, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(tau > 0, ndtr((post_mean - high) / post_sd), np.nan)
        below = np.where(tau > 0, ndtr((low - post_mean) / post_sd), np.nan)
    limits = [scale.back(scale.centre + k * spread) * per for k in (0 * Z95, -Z95, Z95, -Z998, Z998)]
    return Position(
        z=(scale.y - scale.centre) / spread,
        centre=np.where(usable, limits[0], np.nan),
        lower95=limits[1],
        upper95=limits[2],
        lower998=limits[3],
        upper998=limits[4],
        shrunken=scale.back(post_mean) * per,
        above=np.where(usable, above, np.nan),
        below=np.where(usable, below, np.nan),
        expected=n * scale.overall,
        mean=scale.overall,
        tau=np.broadcast_to(tau, scale.centre.shape),
        within=within,
    )


def _scale(x: np.ndarray, n: np.ndarray, shape: Shape, judged: np.ndarray, given: Given | None) -> _Scale:
    top, bottom = (np.where(judged, part, 0).sum(axis=0) for part in (x, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = given.centre if given else np.where(bottom > 0, top / bottom, np.nan)
        if shape is Shape.PROPORTION:
            return _Scale(
                np.arcsin(np.sqrt(np.clip(x / n, 0, 1))),
                0.5 / np.sqrt(n),
                np.arcsin(np.sqrt(overall)),
                True,
                overall,
            )
        expected = n * overall
        return _Scale(np.sqrt(x / expected), 0.5 / np.sqrt(expected), np.ones_like(overall), False, overall)


def _within(scale: _Scale, judged: np.ndarray, window: int) -> float:
    """How much more organisations move from window to window than chance alone would move them: median variance ratio, at least 1.

    Windows a whole window apart share no month. Where too few of them are known, nearer ones are compared: they differ by `lag` months of
    `window`, so that their difference has this share of the variance.
    """
    y = np.where(judged, scale.y, np.nan)
    known = int(np.isfinite(y).any(axis=0).sum())
    lag = max(1, min(window, known - STEPS))
    if known < 3:
        return 1.0
    step = np.abs(y[:, lag:] - y[:, :-lag]) / np.sqrt((scale.s[:, lag:] ** 2 + scale.s[:, :-lag] ** 2) / 2)
    counts = np.isfinite(step).sum(axis=1)
    mean_step = np.where(counts >= STEPS, np.nansum(step, axis=1) / np.maximum(counts, 1), np.nan)
    if not np.isfinite(mean_step).any():
        return 1.0
    return float(max(1.0, np.nanmedian(mean_step) ** 2 / MOVING_RANGE**2 * window / lag))


def _tau(z: np.ndarray, s: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Between-organisation standard deviation per month (additive over-dispersion, z winsorised at 10 % each end)."""
    kept = judged & np.isfinite(z)
    count = kept.sum(axis=0)
    low, high = _quantiles(np.where(kept, z, np.nan), count, (TRIM, 1 - TRIM))
    excess = np.where(kept, np.clip(z, low, high) ** 2, 0).sum(axis=0) / WINSORISED - (count - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(kept, 1 / s**2, 0)
        total = weights.sum(axis=0)
        found = np.sqrt(np.maximum(0.0, excess / (total - (weights**2).sum(axis=0) / total)))
    return np.where(count >= FEWEST, found, 0.0)


def _quantiles(values: np.ndarray, count: np.ndarray, shares: tuple[float, ...]) -> list[np.ndarray]:
    """Type 7 quantiles of each column that has `count` values (the others are nan): numpy's own go column by column when any is nan."""
    ordered = np.sort(values, axis=0)
    out = []
    for share in shares:
        place = np.maximum(count - 1, 0) * share
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        one, other = (np.take_along_axis(ordered, at[None, :], 0)[0] for at in (below, above))
        out.append(one + (other - one) * (place - below))
    return out


def _posterior(scale: _Scale, s: np.ndarray, tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normal–normal: mean pulled to the centre by s² / (s² + τ²), and its standard deviation."""
    pull = tau**2 / (tau**2 + s**2)
    return scale.centre + pull * (scale.y - scale.centre), np.sqrt(pull) * s

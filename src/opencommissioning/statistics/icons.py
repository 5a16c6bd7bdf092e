"""Variation and assurance icons of Making Data Count, with the month since when, and a quick summary of many series.

Directions: +1 an increase is an improvement, −1 a decrease is, 0 neutral; one number or one per series.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.statistics.processes import ProcessLimits
from opencommissioning.statistics.spc_rules import SpecialCauses, special_causes
from opencommissioning.statistics.xmr import XmrLimits

POINT_TYPES = (
    "common_cause",
    "special_cause_improvement",
    "special_cause_concern",
    "special_cause_neutral_high",
    "special_cause_neutral_low",
)
VARIATION = (
    "none",
    "common_cause",
    "improvement_high",
    "improvement_low",
    "concern_high",
    "concern_low",
    "neutral_high",
    "neutral_low",
)
ASSURANCE = ("none", "pass", "fail", "inconsistent")
_COMMON = VARIATION.index("common_cause")
_EDGE = ("mean", "lower", "upper", "points", "gaps", "trial")


class Variation(NamedTuple):
    """Per series. `icon`: number into VARIATION for the last value. `last`: its position. `since`: where the unbroken
    run of points of the same meaning begins. `latest_signal`: position of the latest special cause, even if it has
    ended, and `latest_signal_icon` its icon. Positions are −1 where there is nothing."""

    icon: NDArray[np.int8]
    last: NDArray[np.int64]
    since: NDArray[np.int64]
    latest_signal: NDArray[np.int64]
    latest_signal_icon: NDArray[np.int8]


@dataclass(frozen=True)
class ProcessSummary:
    """One value per series: the limits of the last group, counts of points, and the icons."""

    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    points: NDArray[np.int64]
    gaps: NDArray[np.int64]
    trial: NDArray[np.bool_]
    common_cause: NDArray[np.int64]
    special_high: NDArray[np.int64]
    special_low: NDArray[np.int64]
    variation: NDArray[np.int8]
    since: NDArray[np.int64]
    latest_signal: NDArray[np.int64]
    latest_signal_variation: NDArray[np.int8]
    assurance: NDArray[np.int8]


def point_types(causes: SpecialCauses, improvement: ArrayLike) -> NDArray[np.int8]:
    """Number into POINT_TYPES for every point; `improvement` +1, −1 or 0, a number or one per series."""
    better = np.asarray(improvement)[..., np.newaxis] if np.ndim(improvement) else np.asarray(improvement)
    meaning = causes.direction * better
    judged = np.where(meaning > 0, 1, np.where(meaning < 0, 2, 0))
    neutral = np.where(causes.direction > 0, 3, np.where(causes.direction < 0, 4, 0))
    return np.where(better == 0, neutral, judged).astype(np.int8)


def variation_icons(values: ArrayLike, causes: SpecialCauses, improvement: ArrayLike) -> Variation:
    """The icon of each series (..., time) by its last value, and since when it has held."""
    present = ~np.isnan(np.asarray(values, dtype=float))
    marks = np.where(present, causes.direction, 0)
    last = _last_true(present)
    now = _pick(marks, last)
    changed = present & (marks != now[..., np.newaxis])
    since = _first_present_after(present, _last_true(changed))
    signal = _last_true(marks != 0)
    return Variation(
        icon=np.where(last < 0, 0, _icon(now, improvement)).astype(np.int8),
        last=last,
        since=np.where(last < 0, -1, since),
        latest_signal=signal,
        latest_signal_icon=np.where(signal < 0, 0, _icon(_pick(marks, signal), improvement)).astype(np.int8),
    )


def assurance_icons(
    lower: ArrayLike, upper: ArrayLike, target: ArrayLike, improvement: ArrayLike
) -> NDArray[np.int8]:
    """Number into ASSURANCE: do the last limits lie wholly on the good or the bad side of the target?

    Equality is inconsistent, except for a constant process (lower = upper), which meets its target when equal to it.
    None without a target, for a neutral direction, or without limits.
    """
    lower, upper, target, better = (np.asarray(a, dtype=float) for a in (lower, upper, target, improvement))
    above, below = target > upper, target < lower
    met = np.where(better > 0, below, above)
    missed = np.where(better > 0, above, below)
    met = met | ((lower == upper) & (target == lower))
    answer = np.where(met, 1, np.where(missed, 2, 3))
    known = ~(np.isnan(lower) | np.isnan(upper) | np.isnan(target)) & (better != 0)
    return np.where(known, answer, 0).astype(np.int8)


def summary_of(
    limits: ProcessLimits,
    *,
    improvement: ArrayLike = 0,
    target: ArrayLike = np.nan,
    group: ArrayLike | None = None,
    shift_n: int = 7,
    trend_n: int = 7,
) -> ProcessSummary:
    """Limits, rules and icons of every series on any control chart: limits (series, time) as `process_limits` gives them, of each series those of its last value;
    targets on their scale."""
    better = np.broadcast_to(np.asarray(improvement), limits.values.shape[:1])
    wanted = np.broadcast_to(np.asarray(target, dtype=float), limits.values.shape[:1])
    rules = {"shift_n": shift_n, "trend_n": trend_n}
    edge = _edge_at(limits, _last_true(~np.isnan(limits.values)))
    return ProcessSummary(**_told(limits.values, limits, edge, better, wanted, group, rules))


def _told(table, limits: XmrLimits | ProcessLimits, edge: dict, better, target, group, rules) -> dict:
    causes = special_causes(table, limits, group=group, **rules)
    variation = variation_icons(table, causes, better)
    present = ~np.isnan(table)
    return {
        **edge,
        "common_cause": np.sum(present & (causes.direction == 0), axis=-1),
        "special_high": np.sum(causes.direction > 0, axis=-1),
        "special_low": np.sum(causes.direction < 0, axis=-1),
        "variation": variation.icon,
        "since": variation.since,
        "latest_signal": variation.latest_signal,
        "latest_signal_variation": variation.latest_signal_icon,
        "assurance": assurance_icons(edge["lower"], edge["upper"], target, better),
    }


def _edge_at(limits: ProcessLimits, last: NDArray[np.int64]) -> dict:
    """Limits of the last value of each series: those of a share or rate are another in every month, and none where it has no denominator."""
    return {name: _pick(getattr(limits, name), last) for name in _EDGE}


def _icon(direction, improvement) -> NDArray[np.int64]:
    """Number into VARIATION of a direction under a wanted one."""
    better = np.asarray(improvement)
    meaning = np.where(better == 0, 2, np.where(direction * better > 0, 0, 1))
    return np.where(direction == 0, _COMMON, 2 + 2 * meaning + (direction < 0))


def _last_true(flags) -> NDArray[np.int64]:
    """Position of the last True along the last axis, −1 when there is none."""
    place = flags.shape[-1] - 1 - np.argmax(flags[..., ::-1], axis=-1)
    return np.where(np.any(flags, axis=-1), place, -1)


def _first_present_after(present, position) -> NDArray[np.int64]:
    later = present & (np.arange(present.shape[-1]) > position[..., np.newaxis])
    return np.argmax(later, axis=-1)


def _pick(marks, position):
    return np.take_along_axis(marks, np.maximum(position, 0)[..., np.newaxis], -1)[..., 0]

"""Limits of a process on any control chart, with phases and a baseline, in the one form that rules and icons read.

Series lie along the last axis; NaN is missing. Time or opportunities between rare events are made of counts by period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opencommissioning.errors import DefinitionError
from opencommissioning.statistics import spc
from opencommissioning.statistics.xmr import FEWEST_SETTLED_POINTS, inner_gaps, xmr_limits

Floats = NDArray[np.float64]
Kind = Literal["xmr", "p", "pp", "u", "up", "c", "t", "g"]
OF_RATIO: dict[str, Callable[..., spc.ChartLimits]] = {
    "p": lambda x, n, basis: spc.p_chart(x, n, basis=basis),
    "pp": lambda x, n, basis: spc.p_chart(x, n, laney=True, basis=basis),
    "u": lambda x, n, basis: spc.u_chart(x, n, basis=basis),
    "up": lambda x, n, basis: spc.u_chart(x, n, laney=True, basis=basis),
}
OF_VALUES: dict[str, Callable[..., spc.ChartLimits]] = {"c": spc.c_chart, "t": spc.t_chart, "g": spc.g_chart}


@dataclass(frozen=True)
class ProcessLimits:
    """What is plotted and the lines around it, of the shape of the values: `near_lower` and `near_upper` are two thirds of the way.

    `points` counts the values of the point's phase, `gaps` the missing ones inside it; `trial` marks phases of fewer than 13, whose
    limits are provisional.
    """

    values: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    points: NDArray[np.int64]
    gaps: NDArray[np.int64]
    trial: NDArray[np.bool_]


class Between(NamedTuple):
    """Per event but the first: `at`, its place in time (1.5: in the middle of the second period), and the `gap` since the event before,
    NaN across a period that is not known. `since`: the exposure since the last event, NaN when a period is not known."""

    at: Floats
    gap: Floats
    since: float


def process_limits(
    kind: Kind,
    values: ArrayLike,
    denominators: ArrayLike | None = None,
    *,
    multiplier: float | Floats = 1.0,
    group: ArrayLike | None = None,
    fix_after_n_points: int | None = None,
) -> ProcessLimits:
    """Limits of each series (..., time) on one kind of chart, each phase (`group`, (time,), not decreasing) by itself.

    `values`: what xmr, c, t and g plot; the numerators of p, pp, u and up, whose `denominators` are given too and whose ratio is plotted ×
    `multiplier`. `fix_after_n_points`: limits rest on the first n values of each phase. Limits of a ratio are cut to where it can be.
    """
    table = np.asarray(values, float)
    if kind == "xmr":
        limits = xmr_limits(table, group=group, fix_after_n_points=fix_after_n_points)
        lines = (limits.mean, limits.lower, limits.upper, limits.near_lower, limits.near_upper)
        return ProcessLimits(table, *lines, limits.points, limits.gaps, limits.trial)
    phases = np.zeros(table.shape[-1], int) if group is None else np.asarray(group)
    whole: dict[str, np.ndarray] = {}
    for number in np.unique(phases):
        part = _phase(kind, table, denominators, phases == number, fix_after_n_points)
        for name, column in part.items():
            line = whole.setdefault(name, np.zeros(column.shape, column.dtype))
            np.copyto(line, column, where=phases == number)
    counts = {name: whole.pop(name) for name in ("points", "gaps")}
    scaled = {name: each * multiplier for name, each in whole.items()}
    return ProcessLimits(**scaled, **counts, trial=counts["points"] < FEWEST_SETTLED_POINTS)


def between(counts: ArrayLike, exposure: ArrayLike) -> Between:
    """Gaps between events of which the count (M,) by period is known, NaN where it is not; `exposure` (M,): how long each period is, in
    days or in opportunities. Events of a period are taken as spread evenly over it. DefinitionError for counts that are not whole."""
    events, length = np.asarray(counts, float), np.asarray(exposure, float)
    known = np.isfinite(events) & np.isfinite(length)
    if np.any((events < 0) | (events != np.rint(events)), where=known):
        raise DefinitionError(
            "events must be counted in whole numbers of 0 or more to tell how far they lie apart"
        )
    number = np.where(known, events, 0).astype(int)
    period = np.repeat(np.arange(len(events)), number)
    order = np.arange(len(period)) - np.repeat(np.cumsum(number) - number, number)
    part = (order + 0.5) / number[period]
    until = np.concatenate([[0.0], np.cumsum(np.where(known, length, 0))])
    gone = until[period] + part * np.where(known, length, 0)[period]
    lost = np.concatenate([[0], np.cumsum(~known)])[period]
    gap = np.where(np.diff(lost) == 0, np.diff(gone), np.nan)
    is_open = len(period) > 0 and lost[-1] == np.count_nonzero(~known)
    return Between(period[1:] + part[1:], gap, float(until[-1] - gone[-1]) if is_open else np.nan)


def _phase(
    kind: str, table: Floats, denominators, inside: np.ndarray, first: int | None
) -> dict[str, np.ndarray]:
    """The lines of one phase by their names in `ProcessLimits`; outside of it they mean nothing."""
    mine = np.where(inside, table, np.nan)
    basis = None if first is None else (np.cumsum(np.isfinite(mine), axis=-1) <= first)
    if kind in OF_RATIO:
        if denominators is None:
            raise DefinitionError(f"a chart of the kind '{kind}' needs denominators; 'xmr' does without")
        found = OF_RATIO[kind](mine, denominators, basis)
    else:
        found = OF_VALUES[kind](mine, basis=basis)
    present = np.isfinite(found.values)
    return {
        "values": found.values,
        "mean": found.targets,
        "lower": found.ll99,
        "upper": found.ul99,
        "near_lower": found.ll95,
        "near_upper": found.ul95,
        "points": np.broadcast_to(present.sum(axis=-1, keepdims=True), present.shape),
        "gaps": np.broadcast_to(inner_gaps(present), present.shape),
    }

"""From what is published to a list that can be projected: rates, removals, who is treated first; and how well it would have foretold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from opencommissioning.catalogue.period import last_day, shift
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.projection import ListModel, project
from opencommissioning.statistics.queues import dispersion

SMOOTH = 4  # bands either way over which the chance of treatment is averaged
BALANCED = (
    "new pathways are not in the files: those who join, less those who leave untreated, were taken from the treated and the change of "
    "the list"
)
FEW = 6  # months below which scatter is not estimated


@dataclass(frozen=True)
class Month:
    """One month of a list. `waiting` (bands,) on its last day, `treated` (bands,) in it, by weeks waited; `started` clock starts in it.

    `told`: whether the starts were published, not taken from the balance.
    """

    month: date
    waiting: np.ndarray
    treated: np.ndarray
    started: float
    told: bool = True

    @property
    def weeks(self) -> float:
        """Length of the month in weeks."""
        return last_day(self.month).day / 7


@dataclass(frozen=True)
class Calibrated:
    """A list ready to be projected, and what had to be assumed."""

    model: ListModel
    weeks: float
    remarks: tuple[str, ...]


def calibrate(name: str, months: Sequence[Month]) -> Calibrated:
    """The list at the end of the last month with the mean rates of all months.

    Removals are what is missing from previous list + starts − treated − present list: positive ones leave, negative ones are transfers
    in. The first month only opens the list, when there are several.
    """
    if not months:
        raise DefinitionError(
            f"list '{name}': no month is loaded; load the RTT files, or give the list's file"
        )
    months = sorted(months, key=lambda each: each.month)
    weeks = sum(each.weeks for each in months)
    bands = len(months[-1].waiting)
    remarks = [] if len(months) >= FEW else [_short(months)]
    remarks += [] if all(each.told for each in months) else [BALANCED]
    leaving, transfers = _removals(months)
    scatters = [
        _scatter([each.started for each in months]),
        _scatter([each.treated.sum() for each in months]),
    ]
    model = ListModel(
        name=name,
        waiting=np.asarray(months[-1].waiting, float),
        arrivals=sum(each.started for each in months) / weeks,
        capacity=sum(float(each.treated.sum()) for each in months) / weeks,
        leaving=np.full(bands, leaving),
        weights=_weights(months),
        transfers=transfers,
        arrivals_scatter=scatters[0],
        capacity_scatter=scatters[1],
    )
    return Calibrated(model, weeks, tuple(remarks))


def started_by_balance(months: Sequence[Month], untold: Collection[date]) -> tuple[Month, ...]:
    """The months with, where starts were not published, those who must have joined (less those who left untreated).

    Joined = treated + list at the end − list of the month before; where no month before is there the list was taken to be steady.
    """
    out: list[Month] = []
    before: Month | None = None
    for each in sorted(months, key=lambda each: each.month):
        if each.month in untold:
            follows = before is not None and shift(before.month, 1) == each.month
            grown = float(each.waiting.sum() - before.waiting.sum()) if before and follows else 0.0
            each = replace(each, started=max(0.0, float(each.treated.sum()) + grown), told=False)
        out.append(each)
        before = each
    return tuple(out)


def _short(months: Sequence[Month]) -> str:
    if len(months) == 1:
        return (
            "only one month is there: removals other than treatment cannot be told, so the list was taken to be steady, "
            "and counts were taken to scatter as by chance"
        )
    return f"only {len(months)} months are there: counts were taken to scatter as by chance"


def _removals(months: Sequence[Month]) -> tuple[float, float]:
    """Chance per person and week to leave untreated, and transfers in per week."""
    if len(months) == 1:
        only = months[0]
        gap = (only.started - only.treated.sum()) / only.weeks
        total = max(float(only.waiting.sum()), 1.0)
        return min(1.0, max(0.0, gap) / total), max(0.0, -gap)
    out = inward = exposed = weeks = 0.0
    for before, now in pairwise(months):
        gone = before.waiting.sum() + now.started - now.treated.sum() - now.waiting.sum()
        out, inward = out + max(0.0, gone), inward + max(0.0, -gone)
        exposed += (before.waiting.sum() + now.waiting.sum()) / 2 * now.weeks
        weeks += now.weeks
    return (min(1.0, out / exposed) if exposed else 0.0), inward / weeks


def _weights(months: Sequence[Month]) -> np.ndarray:
    """Treatments over people waiting, band by band, smoothed; where nobody is seen to be treated a small chance remains."""
    treated = sum(np.asarray(each.treated, float) for each in months)
    listed = sum(np.asarray(each.waiting, float) for each in months) + treated
    top, bottom = _smoothed(treated), _smoothed(listed)
    rate = np.where(bottom > 0, top / np.maximum(bottom, 1e-9), 0)
    floor = max(float(rate.max()), 1e-9) * 1e-3
    return np.maximum(rate, floor)


def _smoothed(values: np.ndarray) -> np.ndarray:
    kernel = np.ones(2 * SMOOTH + 1)
    return np.convolve(np.pad(values, SMOOTH, mode="edge"), kernel, mode="valid") / kernel.sum()


def _scatter(counts: Sequence[float]) -> float:
    if len(counts) < FEW:
        return 1.0
    found = dispersion(np.asarray(counts))
    return 1.0 if np.isnan(found) else max(1.0, found)


@dataclass(frozen=True)
class BackTest:
    """How the second half of a list's months would have been foretold from the first. Errors are means of absolute ones.

    size_error in people, size_share of the list; within_error in percentage points.
    """

    months: tuple[date, ...]
    foretold: np.ndarray
    observed: np.ndarray
    size_error: float
    size_share: float
    within_error: float


def back_test(name: str, months: Sequence[Month], standard_weeks: int = 18) -> BackTest:
    """Calibrate on the first half of the months, project the second, compare month by month; at least four months."""
    if len(months) < 4:
        raise DefinitionError(
            f"list '{name}': a back-test needs at least four months, {len(months)} are there"
        )
    months = sorted(months, key=lambda each: each.month)
    half = len(months) // 2
    later = months[half:]
    ends = np.round(np.cumsum([each.weeks for each in later])).astype(int)
    path = project([calibrate(name, months[:half]).model], int(ends[-1]), standard_weeks=standard_weeks)
    foretold = path.waiting[0, ends]
    observed = np.array([float(each.waiting.sum()) for each in later])
    inside = np.array([each.waiting[:standard_weeks].sum() / max(each.waiting.sum(), 1) for each in later])
    off = np.abs(foretold - observed)
    known = observed > 0
    return BackTest(
        tuple(each.month for each in later),
        foretold,
        observed,
        float(off.mean()),
        float((off[known] / observed[known]).mean()) if known.any() else float("nan"),
        float(np.abs(path.within[0, ends] - inside).mean() * 100),
    )

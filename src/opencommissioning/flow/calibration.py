"""From what is published to a list that can be projected: rates, removals, who is treated first, with the errors of the rates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from opencommissioning.catalogue.period import last_day, shift
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError
from opencommissioning.flow.projection import ListModel
from opencommissioning.statistics.queues import dispersion

SMOOTH = 4  # bands either way over which the chance of treatment is averaged
BALANCED = (
    "new pathways are not in the files: those who join, less those who leave untreated, were taken from the treated and the change of "
    "the list"
)
FEW = 6  # months below which scatter is not estimated
# Standard deviation of England's starts, admitted and other completed pathways from month to month beside their trend, a day, as a share of
# their mean: 0.067 to 0.069 in 2015 to 2019 (NHS England, RTT time series, OGL v3.0). Months of a list cannot be taken to differ by less.
MONTHLY = 0.07
ASSUMED = f"Months were taken to differ by {per_cent(MONTHLY)}, as England's do, beside chance"


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
class Evidence:
    """What the rates of a list were read from, for their errors. Flows in people a week, their standard errors likewise.

    out, inward  left untreated, and joined without a start; exposed: mean list over the months
    errors       standard errors of arrivals, capacity, and of net removals (out − inward)
    freedom      degrees of freedom of the scatter; None where it was not estimated
    treated, listed  (bands,) people treated and at risk in all months, by weeks waited
    """

    out: float
    inward: float
    exposed: float
    errors: tuple[float, float, float]
    freedom: int | None
    treated: np.ndarray
    listed: np.ndarray


@dataclass(frozen=True)
class Calibrated:
    """A list ready to be projected, and what had to be assumed."""

    model: ListModel
    weeks: float
    remarks: tuple[str, ...]
    evidence: Evidence


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
    counts = [[each.started for each in months], [float(each.treated.sum()) for each in months]]
    scatters = [_scatter(each) for each in counts]
    evidence = _evidence(months, scatters)
    model = ListModel(
        name=name,
        waiting=np.asarray(months[-1].waiting, float),
        arrivals=sum(counts[0]) / weeks,
        capacity=sum(counts[1]) / weeks,
        leaving=np.full(bands, min(1.0, evidence.out / evidence.exposed) if evidence.exposed else 0.0),
        weights=weights_of(evidence.treated, evidence.listed),
        transfers=evidence.inward,
        arrivals_scatter=scatters[0],
        capacity_scatter=scatters[1],
    )
    return Calibrated(model, weeks, tuple(remarks), evidence)


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
            "only one month is there: removals other than treatment cannot be told, so the list was taken to be steady, and its rates are "
            f"those of four weeks: the fan is wide. {ASSUMED}"
        )
    return f"only {len(months)} months are there: {ASSUMED[0].lower()}{ASSUMED[1:]}"


def _evidence(months: Sequence[Month], scatters: Sequence[float]) -> Evidence:
    weeks = sum(each.weeks for each in months)
    pairs = [(before, now) for before, now in pairwise(months) if shift(before.month, 1) == now.month]
    starts = sum(each.started for each in months)
    treated = sum(np.asarray(each.treated, float) for each in months)
    flows = (starts * scatters[0], float(treated.sum()) * scatters[1])
    out, inward, exposed, removals = _removals(pairs) if pairs else _steady(months, flows)
    errors = (*(float(np.sqrt(each)) / weeks for each in flows), removals)
    return Evidence(
        out,
        inward,
        exposed,
        errors,
        len(months) - 1 if len(months) >= FEW else None,
        treated,
        sum(np.asarray(each.waiting, float) for each in months) + treated,
    )


def _removals(pairs: Sequence[tuple[Month, Month]]) -> tuple[float, float, float, float]:
    """People a week who left untreated and who joined without a start, the mean list, and the standard error of out less inward."""
    weeks = sum(now.weeks for _, now in pairs)
    gone = np.array([before.waiting.sum() + now.started - now.treated.sum() - now.waiting.sum() for before, now in pairs])  # fmt: skip
    out, inward = (float(np.maximum(0, each).sum()) / weeks for each in (gone, -gone))
    exposed = sum((before.waiting.sum() + now.waiting.sum()) / 2 * now.weeks for before, now in pairs) / weeks
    variance = float((np.abs(gone) + (MONTHLY * gone) ** 2).sum())
    if len(gone) >= FEW:
        variance = max(float(np.abs(gone).sum()), len(gone) * float(gone.var(ddof=1)))
    return out, inward, float(exposed), float(np.sqrt(variance)) / weeks


def _steady(months: Sequence[Month], flows: tuple[float, float]) -> tuple[float, float, float, float]:
    """The same where no two months follow each other: what keeps the list as it is, as uncertain as starts less treated."""
    weeks = sum(each.weeks for each in months)
    gap = sum(each.started - float(each.treated.sum()) for each in months) / weeks
    exposed = float(np.mean([each.waiting.sum() for each in months]))
    return max(0.0, gap), max(0.0, -gap), exposed, float(np.sqrt(sum(flows))) / weeks


def weights_of(treated: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """Treatments over people waiting, band by band (…, bands), smoothed; where nobody is seen to be treated a small chance remains."""
    top, bottom = _smoothed(treated), _smoothed(listed)
    rate = np.where(bottom > 0, top / np.maximum(bottom, 1e-9), 0)
    floor = np.maximum(rate.max(axis=-1, keepdims=True), 1e-9) * 1e-3
    return np.maximum(rate, floor)


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Running means over 2 × SMOOTH + 1 bands, the first and last band repeated beyond the ends."""
    width = 2 * SMOOTH + 1
    ends = [(0, 0)] * (values.ndim - 1) + [(SMOOTH, SMOOTH)]
    running = np.cumsum(np.pad(values, ends, mode="edge"), axis=-1)
    before = np.pad(running[..., :-width], [(0, 0)] * (values.ndim - 1) + [(1, 0)])
    return (running[..., width - 1 :] - before) / width


def _scatter(counts: Sequence[float]) -> float:
    mean = float(np.mean(counts))
    if len(counts) < FEW:
        return 1.0 + MONTHLY**2 * mean
    found = dispersion(np.asarray(counts))
    return 1.0 if np.isnan(found) else max(1.0, found)

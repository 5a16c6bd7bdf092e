"""What a larger population's distribution says of one measure: made where the population is, used where only a few of it are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.measures.series import Series, in_months
from opencommissioning.statistics.ranks import decile_lines
from opencommissioning.variation.events import enough_events, events_rate
from opencommissioning.variation.position import Given, position

CENTILES = tuple(f"p{centile:02d}" for centile in range(1, 100))
DECILES = CENTILES[9::10]
MONTHS = 36
PLACES = 9  # decimal places of the file
Statistics = Mapping[tuple[date, int], Mapping[str, float]]  # (month, window) → statistic → value


@dataclass(frozen=True)
class Comparator:
    """Statistics of one measure at one level. `window` of the verdicts; `words` say from which file and of how many.

    `mean` and centiles are in the measure's unit (numerator / denominator × `per`), `between_variance` and `dispersion` as `position` has them.
    """

    statistics: Statistics
    window: int
    per: float
    organisations: int
    words: str

    def given(self, months: Sequence[date]) -> Given:
        """Centre, τ and chance inflation for these months, nan where the file says nothing."""
        found = [self.statistics.get((month, self.window), {}) for month in months]
        centre = np.array([each.get("mean", np.nan) for each in found]) / self.per
        tau = np.sqrt([each.get("between_variance", np.nan) for each in found])
        spread = [each["dispersion"] for each in found if "dispersion" in each]
        return Given(centre, tau, spread[-1] if spread else 1.0)

    def monthly(self, months: Sequence[date]) -> np.ndarray:
        """The mean of all in each single month, nan where the file says nothing."""
        return np.array([self.statistics.get((month, 1), {}).get("mean", np.nan) for month in months])

    def percentile(self, values: np.ndarray, month: date) -> np.ndarray:
        """Where values lie among the file's centiles: interpolated between them, below the first 1, above the last 99.

        Of a value that many share the lowest centile speaks, as among the organisations themselves; 0 where it is the least there is.
        """
        found = self.statistics.get((month, self.window), {})
        known = [(int(name[1:]), found[name]) for name in CENTILES if name in found]
        if not known:
            return np.full(values.shape, np.nan)
        ranks, lines = (np.array(each, float) for each in zip(*known, strict=True))
        rounded = np.round(values, PLACES)
        place = np.minimum(np.searchsorted(lines, rounded), len(lines) - 1)
        lowest = np.where((lines == lines[0]) & (lines == lines[min(1, len(lines) - 1)]), 0.0, ranks)
        shared = np.where(lines[place] == rounded, lowest[place], np.interp(values, lines, ranks))
        return np.where(np.isfinite(values), shared, np.nan)

    def events(self, month: date) -> float:
        """Events behind an amount for each of its denominator; nan where the file says nothing."""
        return self.statistics.get((month, self.window), {}).get("events", np.nan) / self.per

    def deciles(self, months: Sequence[date]) -> np.ndarray:
        """Decile lines (9, months) in the measure's unit, nan where the file says nothing."""
        found = [self.statistics.get((month, self.window), {}) for month in months]
        return np.array([[each.get(name, np.nan) for each in found] for name in DECILES])


def statistics_of(
    windowed: Series, large: np.ndarray, column: int, behind: Series | None = None
) -> dict[date, dict[str, float]]:
    """month → statistic → value for the last 36 months to `column`: parameters and deciles of each, every centile of the last.

    `large` bool (O, M): whose values make them, as for verdicts. Each organisation counts once in a centile; in the last month those of whom
    too few events are expected are left out, as they are where organisations are ranked.
    """
    measure, last = windowed.measure, windowed.last(column, MONTHS)
    tops, bottoms, judged = (
        last.numerators,
        last.denominators,
        in_months(large, windowed.months, last.months, False),
    )
    where = position(tops, bottoms, measure.per, measure.shape(), judged, window=windowed.window)
    values = np.where(judged, last.values, np.nan)
    counts = np.isfinite(values).sum(axis=0)
    rate = events_rate(behind, large, column)
    values[~enough_events(measure, where.expected[:, -1], behind, rate, column), -1] = np.nan
    lines = decile_lines(values, axis=0, probabilities=[int(name[1:]) / 100 for name in CENTILES])
    out = {}
    for place, month in enumerate(last.months):
        if counts[place] == 0:
            continue
        wanted = CENTILES if place == len(counts) - 1 else DECILES
        out[month] = {
            "organisations": float(counts[place]),
            "mean": float(where.mean[place] * measure.per),
            "dispersion": where.within,
            "between_variance": float(where.tau[place] ** 2),
            **{name: float(lines[CENTILES.index(name), place]) for name in wanted},
        }
    out.setdefault(windowed.months[column], {})["events"] = rate * measure.per
    return out


def means_of(monthly: Series, large: np.ndarray, column: int) -> dict[date, dict[str, float]]:
    """month → mean of all in each single month: what everybody did from month to month."""
    last = monthly.last(column, MONTHS)
    judged = in_months(large, monthly.months, last.months, False)
    top, bottom = (np.where(judged, part, 0).sum(axis=0) for part in (last.numerators, last.denominators))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = top / bottom * monthly.measure.per
    return {
        month: {"mean": float(mean)}
        for month, mean in zip(last.months, means, strict=True)
        if np.isfinite(mean)
    }

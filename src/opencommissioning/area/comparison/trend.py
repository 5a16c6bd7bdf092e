"""How a measure moved: the decile lines of a level and one organisation's own values, from what the build keeps drawn out."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import comparable, kept_as
from opencommissioning.area.comparison.lines import MONTHS, Lines, read_lines
from opencommissioning.catalogue.period import months_between
from opencommissioning.measures.series import in_months
from opencommissioning.statistics.ranks import decile_lines


@dataclass(frozen=True)
class Trend:
    """deciles (9, months) of those that can be compared; mine (months,) of one organisation, None without one."""

    months: tuple[date, ...]
    deciles: np.ndarray
    mine: np.ndarray | None


def small_lines(build: Build, code: str, months: int, membership: str | None = None) -> dict[str, np.ndarray]:
    """Measure → an organisation's last values, nan where there is none; nothing in a build that keeps no lines."""
    kept = read_lines(build, kept_as(build, build.organisation(code).level, membership))
    return kept.of(code, months) if kept else {}


def trend(
    build: Build,
    measure: str,
    level: str,
    window: int,
    code: str | None = None,
    membership: str | None = None,
    months: int = MONTHS,
) -> Trend:
    """The last `months` months, from the first to the last in which anybody has a value. `window` is the verdicts' own."""
    kept = read_lines(build, kept_as(build, level, membership))
    if kept and measure in kept.measures:
        deciles = kept.deciles(measure)
        if np.isfinite(deciles).any():
            return _cut(kept.months(measure), deciles, _mine(kept, measure, code), months)
    return _computed(build, measure, level, window, code, membership, months)


def _mine(kept: Lines, measure: str, code: str | None) -> np.ndarray | None:
    return kept.of(code, len(kept.months(measure)))[measure] if code else None


def _computed(
    build: Build,
    measure: str,
    level: str,
    window: int,
    code: str | None,
    membership: str | None,
    months: int = MONTHS,
) -> Trend:
    """Where no lines are kept: a measure that is only tried, or one on which nobody can be compared."""
    series = build.series(measure, level, window, membership)
    mine = series.values[series.row(code)] if code else None
    whole = months_between(series.months[0], series.months[-1])
    drawn = [decile_lines(comparable(build, series), axis=0), mine, series.values]
    placed = [None if each is None else in_months(each, series.months, whole, np.nan) for each in drawn]
    return _cut(whole, placed[0], placed[1], months, placed[2])


def _cut(
    months: tuple[date, ...],
    deciles: np.ndarray,
    mine: np.ndarray | None,
    most: int,
    everybody: np.ndarray | None = None,
) -> Trend:
    drawn = [each for each in (deciles, mine, everybody) if each is not None]
    known = np.flatnonzero(np.any([np.isfinite(np.atleast_2d(each)).any(axis=0) for each in drawn], axis=0))
    cut = slice(max(int(known[0]), int(known[-1]) + 1 - most), int(known[-1]) + 1)
    return Trend(months[cut], deciles[:, cut], None if mine is None else mine[cut])

"""Verdicts of every organisation of a level on one measure, as columns."""

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.measures.series import REASONS, Missing, Series
from opencommissioning.statistics.ranks import percent_rank
from opencommissioning.variation.movement import Movement, movements
from opencommissioning.variation.position import Z95, Z998, Position, position
from opencommissioning.variation.verdict import FEWEST_EXPECTED, FEWEST_ORGANISATIONS, SMALLEST_LIST, Stand

MONTHS = 36


def judged(series: Series, patients: np.ndarray | None) -> np.ndarray:
    """bool (O, M): large enough to be compared. `patients` (O, M) at practice level; larger organisations are always large enough."""
    there = series.missing == Missing.NOTHING
    return there if patients is None else there & ~(patients < SMALLEST_LIST)


def verdicts(
    windowed: Series, monthly: Series, patients: np.ndarray | None, column: int, behind: Series | None = None
) -> pl.DataFrame:
    """One row per organisation for the month at `column`; `windowed` is what is shown, `monthly` what movement is read from.

    `behind`: the events that an amount rests on, over the same denominator and window; without them the list size alone decides
    whether an amount is judged.
    """
    first = max(0, column - MONTHS + 1)
    cut = slice(first, column + 1)
    measure = windowed.measure
    large = judged(windowed, patients)
    where = position(
        windowed.numerators[:, cut],
        windowed.denominators[:, cut],
        measure.per,
        measure.shape(),
        large[:, cut],
    )
    moved = movements(
        monthly.values[:, cut], _everybody(monthly, judged(monthly, patients))[:, cut], monthly.months[cut]
    )
    events = where.expected[:, -1] if measure.shape() is not Shape.RATIO else _events(behind, large, column)
    enough = large[:, column] if events is None else large[:, column] & enough_events(events)
    return verdict_frame(windowed, column, where, moved, enough, measure)


def _events(behind: Series | None, large: np.ndarray, column: int) -> np.ndarray | None:
    """Events behind an amount that each organisation would have at the rate of all of them (organisations,); None when nobody counts them."""
    if behind is None:
        return None
    top, bottom = (part[:, column] for part in (behind.numerators, behind.denominators))
    total = np.where(large[:, column], bottom, 0).sum()
    return bottom * (np.where(large[:, column], top, 0).sum() / total) if total > 0 else np.zeros(len(bottom))


def enough_events(events: np.ndarray) -> np.ndarray:
    """Enough expected events to be compared."""
    with np.errstate(invalid="ignore"):
        return events >= FEWEST_EXPECTED


def _everybody(series: Series, large: np.ndarray) -> np.ndarray:
    """What all organisations together did each month, in the measure's unit, for every row (organisations, months)."""
    top, bottom = (np.where(large, part, 0).sum(axis=0) for part in (series.numerators, series.denominators))
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(bottom > 0, top / bottom * series.measure.per, np.nan)
    return np.broadcast_to(centre, series.numerator.shape)


def verdict_frame(
    series: Series, column: int, where: Position, moved: Movement, enough: np.ndarray, measure: Measure
) -> pl.DataFrame:
    """The columns of a verdict: `enough` (O,) tells who is large enough to be compared in the month at `column`."""
    values = series.values[:, column]
    stands = _stands(values, where.z[:, -1], enough, moved)
    shown = np.where(enough, values, np.nan)
    columns = {
        "numerator": series.numerators[:, column],
        "denominator": series.denominators[:, column],
        "value": values,
        "centre": where.centre[:, -1],
        "lower95": where.lower95[:, -1],
        "upper95": where.upper95[:, -1],
        "lower998": where.lower998[:, -1],
        "upper998": where.upper998[:, -1],
        "z": where.z[:, -1],
        "shrunken": where.shrunken[:, -1],
        "p_above": where.above[:, -1],
        "p_below": where.below[:, -1],
        "percentile": percent_rank(shown),
        "moved_from": moved.before,
        "moved_to": moved.after,
        "moved_p": moved.p,
        "share": series.share[:, column],
    }
    frame = pl.DataFrame(columns, nan_to_null=True)
    return frame.with_columns(
        pl.Series("organisation", series.organisations),
        pl.Series("stand", stands),
        pl.Series("months_beyond", _run(where.z)),
        pl.Series("moved_in", moved.month, dtype=pl.Date),
        pl.Series("practices", series.counted[:, column]),
        pl.Series("expected", series.expected[:, column]),
        pl.Series("missing", [REASONS[code] for code in series.missing[:, column].tolist()]),
        pl.lit(measure.id).alias("measure"),
        pl.lit(series.level).alias("level"),
        pl.lit(series.months[column]).alias("month"),
    )


def _stands(values: np.ndarray, z: np.ndarray, enough: np.ndarray, moved: Movement) -> list[str]:
    """The precedence of `verdict.py`, line by line from the last to the first so that the first wins."""
    stands = np.full(len(values), Stand.USUAL, object)
    with np.errstate(invalid="ignore"):
        stands[moved.recent] = Stand.MOVED
        for test, stand in (
            (z > Z95, Stand.HIGHER),
            (z < -Z95, Stand.LOWER),
            (z > Z998, Stand.FAR_HIGHER),
            (z < -Z998, Stand.FAR_LOWER),
        ):
            stands[test] = stand
    if (enough & np.isfinite(values)).sum() < FEWEST_ORGANISATIONS:
        stands[:] = Stand.NOT_COMPARED
    stands[~enough] = Stand.TOO_SMALL
    stands[~np.isfinite(values)] = Stand.NO_VALUE
    return [str(stand) for stand in stands]


def _run(z: np.ndarray) -> np.ndarray:
    """For how many months up to the last an organisation has been beyond the 95 % limit on the side where it is now."""
    side = np.where(z > Z95, 1, np.where(z < -Z95, -1, 0))
    same = (side == side[:, -1:]) & (side != 0)
    return np.cumprod(same[:, ::-1], axis=1).sum(axis=1).astype(np.int32)

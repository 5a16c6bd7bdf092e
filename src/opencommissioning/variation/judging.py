"""Verdicts of every organisation of a level on one measure, as columns."""

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.measures.series import REASONS, Missing, Series, in_months
from opencommissioning.statistics.ranks import percent_rank
from opencommissioning.variation.comparator import Comparator
from opencommissioning.variation.events import enough_events, events_rate
from opencommissioning.variation.movement import Movement, movements
from opencommissioning.variation.position import Z95, Z998, Position, position
from opencommissioning.variation.verdict import FEWEST_ORGANISATIONS, SMALLEST_LIST, Stand

MONTHS = 36
POOLED = ("centre", "lower95", "upper95", "lower998", "upper998", "z", "percentile", "shrunken")


def judged(series: Series, patients: np.ndarray | None) -> np.ndarray:
    """bool (O, M): large enough to be compared. `patients` (O, M) at practice level; larger organisations are always large enough."""
    there = series.missing == Missing.NOTHING
    return there if patients is None else there & ~(patients < SMALLEST_LIST)


def verdicts(
    windowed: Series,
    monthly: Series,
    patients: np.ndarray | None,
    column: int,
    behind: Series | None = None,
    comparator: Comparator | None = None,
) -> pl.DataFrame:
    """One row per organisation for the month at `column`; `windowed` is what is shown, `monthly` what movement is read from.

    `behind`: the events that an amount rests on, over the same denominator and window; without them the list size alone decides
    whether an amount is judged. With a `comparator` organisations are compared with what it says of a larger population instead of with
    each other.
    """
    measure, large = windowed.measure, judged(windowed, patients)
    shown, each = windowed.last(column, MONTHS), monthly.last(column, MONTHS)
    theirs = None if patients is None else in_months(patients, windowed.months, shown.months, np.nan)
    where = position(
        shown.numerators,
        shown.denominators,
        measure.per,
        measure.shape(),
        in_months(large, windowed.months, shown.months, False),
        comparator.given(shown.months) if comparator else None,
        shown.window,
    )
    everybody = (
        np.broadcast_to(comparator.monthly(each.months), each.numerator.shape)
        if comparator
        else _everybody(each, judged(each, theirs))
    )
    moved = movements(each.values, everybody, each.months)
    rate = comparator.events(windowed.months[column]) if comparator else np.nan
    rate = rate if np.isfinite(rate) else events_rate(behind, large, column)
    enough = large[:, column] & enough_events(measure, where.expected[:, -1], behind, rate, column)
    return verdict_frame(shown, len(shown.months) - 1, where, moved, enough, measure, comparator)


def _everybody(series: Series, large: np.ndarray) -> np.ndarray:
    """What all organisations together did each month, in the measure's unit, for every row (organisations, months)."""
    top, bottom = (np.where(large, part, 0).sum(axis=0) for part in (series.numerators, series.denominators))
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(bottom > 0, top / bottom * series.measure.per, np.nan)
    return np.broadcast_to(centre, series.numerator.shape)


def without_pooled(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Verdicts without centre and limits where too few organisations have values: pooled over four, they are nobody's "all"."""
    if "compared" not in verdicts.columns:
        return verdicts
    if not verdicts["compared"].null_count() and (verdicts["compared"].min() or 0) >= FEWEST_ORGANISATIONS:
        return verdicts
    alone = (pl.col("compared") < FEWEST_ORGANISATIONS) & (pl.col("against") == "")
    pooled = [name for name in POOLED if name in verdicts.columns]
    return verdicts.with_columns(pl.when(~alone).then(pl.col(name)).alias(name) for name in pooled)


def verdict_frame(
    series: Series,
    column: int,
    where: Position,
    moved: Movement,
    enough: np.ndarray,
    measure: Measure,
    comparator: Comparator | None = None,
) -> pl.DataFrame:
    """The columns of a verdict: `enough` (O,) tells who is large enough to be compared in the month at `column`."""
    values = series.values[:, column]
    compared = comparator.organisations if comparator else int((enough & np.isfinite(values)).sum())
    stands = _stands(values, where.z[:, -1], enough, moved, compared)
    shown = np.where(enough, values, np.nan)
    ranks = comparator.percentile(shown, series.months[column]) if comparator else percent_rank(shown)
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
        "percentile": ranks,
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
        pl.lit(compared).alias("compared"),
        pl.lit(comparator.words if comparator else "").alias("against"),
        pl.lit(measure.id).alias("measure"),
        pl.lit(series.level).alias("level"),
        pl.lit(series.months[column]).alias("month"),
    )


def _stands(
    values: np.ndarray, z: np.ndarray, enough: np.ndarray, moved: Movement, compared: int
) -> list[str]:
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
    if compared < FEWEST_ORGANISATIONS:
        stands[:] = Stand.NOT_COMPARED
    stands[~enough] = Stand.TOO_SMALL
    stands[~np.isfinite(values)] = Stand.NO_VALUE
    return [str(stand) for stand in stands]


def _run(z: np.ndarray) -> np.ndarray:
    """For how many months up to the last an organisation has been beyond the 95 % limit on the side where it is now."""
    side = np.where(z > Z95, 1, np.where(z < -Z95, -1, 0))
    same = (side == side[:, -1:]) & (side != 0)
    return np.cumprod(same[:, ::-1], axis=1).sum(axis=1).astype(np.int32)

"""What is named: of all an organisation's measures, those that luck would seldom name, however many are looked at.

With 130 measures, 95 % limits alone name six at an organisation where nothing is unusual. So a verdict stands at every point, but pages,
packs, letters and the screen put forward by one rule only what is named here. Each measure gets a
p-value, the smaller of its position among peers and its recent movement (each divided by its share of the risk, for two were looked
at), and those are named that stand out at a false-discovery rate of `RATE` among all measures of the organisation (Benjamini and
Hochberg 1995): an organisation at which nothing is unusual gets something named in at most about 1 letter in 10, and of all that is
named about 1 in 10 is luck. How well this holds is measured in docs/explanation/calibration.md.
"""

import numpy as np
import polars as pl

from opencommissioning.statistics.false_alarms import benjamini_hochberg
from opencommissioning.statistics.laws import student_beyond
from opencommissioning.variation.position import TRIM
from opencommissioning.variation.verdict import UNJUDGED

RATE = 0.10
SHARE_OF_POSITION = 0.9  # of the risk of naming by luck; the rest is for movement
UNJUDGED_WORDS = [str(stand) for stand in UNJUDGED]
# Organisations differ by factors rather than by amounts, so the far tail is heavier than the normal's even where thousands are
# compared. Simulation (tests/calibration) finds it close to Student's t of this many degrees of freedom.
GREATEST_FREEDOM = 25


def position_p(z: np.ndarray, compared: np.ndarray) -> np.ndarray:
    """Two-sided p of lying `z` spreads from the centre of `compared` peers, whose spread is itself estimated from their inner part."""
    inner = (1 - 2 * TRIM) * np.asarray(compared, float) - 1
    return 2 * student_beyond(np.abs(z), np.clip(inner, 1, GREATEST_FREEDOM))


def worth_telling(rows: pl.DataFrame, compared: np.ndarray, rate: float = RATE) -> np.ndarray:
    """bool per row of one organisation's verdicts (a row a measure): name it. `compared` is how many organisations were judged on each.

    Rows that could not be judged are not counted and never named.
    """
    return benjamini_hochberg(p_of(rows, compared), rate).flagged


def p_of(rows: pl.DataFrame, compared: np.ndarray) -> np.ndarray:
    """The p-value of each row, of whatever organisation; nan where it could not be judged."""
    judged = ~rows["stand"].is_in(UNJUDGED_WORDS).to_numpy()
    where = position_p(_floats(rows, "z"), compared) / SHARE_OF_POSITION
    recent = rows["moved_in"].is_not_null().to_numpy()
    moved = np.where(recent, _floats(rows, "moved_p"), np.nan) / (1 - SHARE_OF_POSITION)
    return np.where(judged, np.fmin(np.fmin(where, moved), 1.0), np.nan)


def named(rows: pl.DataFrame) -> pl.Series:
    """bool per row of a level's verdicts, sorted by organisation: whether the organisation is named on the measure.

    Where a comparator file speaks (`against`) it tells how many were `compared`.
    """
    compared = (~pl.col("stand").is_in(UNJUDGED_WORDS)).sum().over("measure")
    if "against" in rows.columns:
        compared = pl.when(pl.col("against") == "").then(compared).otherwise("compared")
    compared = rows.select(compared).to_series().to_numpy()
    p, found = p_of(rows, compared), np.zeros(rows.height, bool)
    lengths = rows["organisation"].rle().struct.field("len").to_numpy().astype(int)
    for end, length in zip(np.cumsum(lengths), lengths, strict=True):
        here = slice(end - length, end)
        if np.isfinite(p[here]).any():
            found[here] = benjamini_hochberg(p[here], RATE).flagged
    return pl.Series("named", found)


def _floats(rows: pl.DataFrame, column: str) -> np.ndarray:
    return rows[column].cast(pl.Float64).fill_null(np.nan).to_numpy()

"""The disclosure gate of series: counts of people leave hidden when small, rounded otherwise."""

from dataclasses import replace

import numpy as np
import polars as pl

from opencommissioning.disclosure.rules import HES, Rule
from opencommissioning.measures.series import REASONS, Missing, Series

HIDDEN = ("numerator", "denominator", "value", "shrunken", "z", "percentile", "p_above", "p_below")

MOST_HIDDEN = 0.1  # of the months, beyond which what is left of them tells another story


def often_hidden(missing: np.ndarray) -> bool:
    """Whether so many months of one organisation (uint8 of `Missing`, shape (M,)) are hidden that the rest must not be read as a process."""
    hidden, told = int((missing == Missing.SMALL).sum()), int((missing == Missing.NOTHING).sum())
    return hidden > MOST_HIDDEN * (hidden + told)


def shielded(series: Series, disclosive: tuple[bool, bool], rule: Rule = HES) -> Series:
    """What may be shown of a series: where the numerator (denominator) counts people, 1 to 7 is no value, others go to the nearest 5.

    `disclosive`: whether numerator and denominator are counts of people's records. Values are of the rounded counts. Rates, limits
    and models made of exact counts are not touched (HES analysis guide).
    """
    if not any(disclosive):
        return series
    sides = (series.numerator, series.numerator_scale), (series.denominator, series.denominator_scale)
    small, parts = np.zeros(series.missing.shape, bool), []
    for (part, scale), counted in zip(sides, disclosive, strict=True):
        whole = part // 10**scale
        small |= rule.small(whole) & counted
        parts.append(np.where(counted, rule.rounded(whole) * 10**scale, part))
    told = series.missing == Missing.NOTHING
    missing = np.where(told & small, Missing.SMALL, series.missing).astype(np.uint8)
    kept = missing == Missing.NOTHING
    missing = np.where(kept & (parts[1] == 0), Missing.SMALL, missing).astype(np.uint8)
    kept = missing == Missing.NOTHING
    numerator, denominator = (np.where(kept | ~told, part, 0) for part in parts)
    return replace(series, numerator=numerator, denominator=denominator, missing=missing)


def shielded_verdicts(verdicts: pl.DataFrame, shown: Series, column: int, no_value: str) -> pl.DataFrame:
    """Verdicts with the numbers of what may be shown; without numbers, and with the stand `no_value`, where nothing may.

    `verdicts`: a row for each organisation of `shown`, in its order.
    """
    small = pl.Series("small", shown.missing[:, column] == Missing.SMALL)
    numbers = {
        "numerator": shown.numerators[:, column],
        "denominator": shown.denominators[:, column],
        "value": shown.values[:, column],
    }
    out = verdicts.with_columns(
        *(pl.Series(name, each).fill_nan(None) for name, each in numbers.items()), small
    )
    hidden = [pl.when("small").then(None).otherwise(pl.col(name)).alias(name) for name in HIDDEN]
    words = {"stand": no_value, "missing": REASONS[Missing.SMALL]}
    said = [
        pl.when("small").then(pl.lit(word)).otherwise(pl.col(name)).alias(name)
        for name, word in words.items()
    ]
    return out.with_columns(*hidden, *said).drop("small")

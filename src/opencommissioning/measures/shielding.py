"""What is shown of counts of people that a build keeps rounded together: nothing that may stand for 1 to 7."""

from dataclasses import replace

import numpy as np
import polars as pl

from opencommissioning.disclosure.rules import HES, Rule
from opencommissioning.measures.series import REASONS, Missing, Series, known

HIDDEN = ("numerator", "denominator", "value", "shrunken", "z", "percentile", "p_above", "p_below")

MOST_HIDDEN = 0.1  # of the months, beyond which what is left of them tells another story


def often_hidden(missing: np.ndarray) -> bool:
    """Whether so many months of one organisation (uint8 of `Missing`, shape (M,)) are hidden that the rest must not be read as a process."""
    hidden, told = int((missing == Missing.SMALL).sum()), int((missing == Missing.NOTHING).sum())
    return hidden > MOST_HIDDEN * (hidden + told)


def shielded(series: Series, disclosive: tuple[bool, bool], rule: Rule = HES) -> Series:
    """What may be shown of a series as a build keeps it: no value where a count of people may be small.

    `disclosive`: whether numerator and denominator are counts of people's records, rounded together when the build was made.
    """
    if not any(disclosive):
        return series
    sides = (series.numerator, series.numerator_scale), (series.denominator, series.denominator_scale)
    small = np.zeros(series.missing.shape, bool)
    for (part, scale), counted in zip(sides, disclosive, strict=True):
        small |= (part < rule.fewest_shown * 10**scale) & counted
    missing = np.where(known(series.missing) & small, Missing.SMALL, series.missing).astype(np.uint8)
    told = missing == Missing.NOTHING
    numerator, denominator = (np.where(told, part, 0) for part in (series.numerator, series.denominator))
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

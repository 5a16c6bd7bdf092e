"""What pages ask about the products behind a measure."""

from functools import lru_cache

import polars as pl

from opencommissioning.area.money.products import (
    SIDES,
    ProductLine,
    breaks_down,
    contributions,
    product_lines,
)
from opencommissioning.web import questions


def sides(name: str) -> tuple[str, ...]:
    """The sides of the measure that count products."""
    return tuple(side for side in SIDES if breaks_down(questions.build(), name, side))


def lines(name: str, level: str, side: str, code: str) -> list[ProductLine]:
    """Products of a side of the measure at an organisation, in the months that the measure's verdicts look at."""
    told = questions.measure_report(name, level)
    window = int(told.verdicts["window"][0]) if told.verdicts.height else told.measure.window
    added = _contributions(questions.build_id(), name, side, told.month, window)
    return product_lines(questions.build(), added, code)


@lru_cache(maxsize=60)
def _contributions(of_build: str, name: str, side: str, month, window: int) -> pl.DataFrame:
    return contributions(questions.build(), questions.area().store, name, side, month, window)

"""One measure at one level: what it says, who is beyond chance, how sure we are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Change, Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.numbers import plain, valued
from opencommissioning.reports.organisation import compared_with, words_of
from opencommissioning.statistics.ranks import decile_lines
from opencommissioning.variation.verdict import BEYOND_CHANCE, FEWEST_ORGANISATIONS, LUCK, UNJUDGED, Stand

COLUMNS = ("Code", "Name", "Value", "Numerator", "Denominator", "Expected between", "Verdict")


CENTILES = (10, 25, 50, 75, 90)
SPECIAL = "Practices that are marked are unlike the others; what sets them apart may explain their values."


@dataclass(frozen=True)
class Row:
    """An organisation of a measure's long table: texts ready to show; `expected` is empty where nothing is expected of it."""

    code: str
    name: str
    value: str
    numerator: str
    denominator: str
    expected: str
    words: str
    special: str = ""


def row_of(row: Mapping[str, object], measure: Measure, special: str = "") -> Row:
    """A row of verdicts that has its `name`; `special` says what sets the organisation apart."""
    words = row["missing"] or words_of(row, measure)
    return Row(
        code=row["organisation"],
        name=row["name"],
        value=valued(row["value"], measure),
        numerator=plain(row["numerator"], 2000),
        denominator=plain(row["denominator"], 2000),
        expected=expected_of(row, measure),
        words=words[:1].upper() + words[1:],
        special=special,
    )


def expected_of(row: Mapping[str, object], measure: Measure) -> str:
    """`21.0 % to 48.3 %`: the 95 % limits of its size; empty without a value or without limits."""
    if row["upper95"] is None or row["value"] is None:
        return ""
    return f"{valued(row['lower95'], measure)} to {valued(row['upper95'], measure)}"


@dataclass(frozen=True)
class MeasureReport:
    """`verdicts` has one row per organisation, best known last month; `words` is the definition as a sentence, `sql` as queries.

    `changes` of the definition, the newest first: values are always of the definition as it is now. `special`: organisation → what sets it apart.
    """

    measure: Measure
    level: str
    month: date
    verdicts: pl.DataFrame
    names: Mapping[str, str]
    words: str
    sql: str
    review: str
    changes: tuple[Change, ...] = ()
    special: Mapping[str, str] = field(default_factory=dict)

    columns = COLUMNS

    @property
    def title(self) -> str:
        """`Broad-spectrum antibacterials …, by practice, September 2017`, and how many months were wanted where there are too few."""
        short = "" if self.window == self.measure.window else f" ({self.window_words})"
        return f"{self.measure.title}, by {level_name(self.level, self.month)}, {spoken(self.month)}{short}"

    @property
    def window(self) -> int:
        """How many months values are of: the measure's own, or one where too few months are loaded."""
        known = "window" in self.verdicts.columns and self.verdicts.height
        return int(self.verdicts["window"][0]) if known else self.measure.window

    @property
    def window_words(self) -> str:
        """`over 3 months`, `one month; 3 are wanted`; empty of a measure of single months."""
        if self.window != self.measure.window:
            return f"one month; {self.measure.window} are wanted"
        return f"over {self.window} months" if self.window > 1 else ""

    @property
    def sentence(self) -> str:
        """The definition in words."""
        return self.words[0].upper() + self.words[1:] + "."

    @property
    def order(self) -> np.ndarray:
        """Rows of `verdicts` from the highest value to the lowest, as they were where it is the same; those without a value last."""
        return np.argsort(-self.verdicts["value"].cast(pl.Float64).to_numpy(), kind="stable")

    @property
    def beyond(self) -> pl.DataFrame:
        """Organisations beyond the 95 % limits, furthest first."""
        beyond = self.verdicts.filter(pl.col("stand").is_in([str(stand) for stand in BEYOND_CHANCE]))
        return beyond.sort(pl.col("z").abs(), descending=True)

    @property
    def judged(self) -> int:
        """How many organisations could be compared."""
        return self.verdicts.height - self._standing(UNJUDGED)

    def _standing(self, stands: tuple[Stand, ...]) -> int:
        return sum(self._counts.get(str(stand), 0) for stand in stands)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return dict(self.verdicts["stand"].value_counts().iter_rows())

    @property
    def against(self) -> str:
        """With which comparator file they are compared; empty when with each other."""
        return compared_with(self.verdicts)

    @property
    def luck(self) -> str:
        """How many of them luck alone would give, and with whom they are compared when not with each other."""
        return f"{self._luck} {self.against}".rstrip()

    @property
    def _luck(self) -> str:
        words = level_name(self.level, self.month, plural=True)
        if not self.verdicts.height:
            return f"None of the {words} has a value: nothing of this measure's denominator is in the files loaded."
        if not self.judged and self.level == "england":
            return "England is compared with nobody."
        if not self.judged:
            return f"Too few {words} have values to be compared with each other."
        beyond, judged = self._standing(BEYOND_CHANCE), self.judged
        return f"{beyond} of {judged} {words} lie beyond the 95 % limits; luck alone would give about {judged * LUCK:.0f}."

    def named(self, code: str) -> str:
        """The name of an organisation, with what sets it apart: `Elm Surgery [practice of students]`."""
        name, special = self.names.get(code, code), self.special.get(code, "")
        return f"{name} [{special[:1].lower()}{special[1:]}]" if special else name

    @property
    def special_words(self) -> str:
        """What is meant by those that are marked as set apart, a sentence; empty when none has a value."""
        known = self.verdicts.filter(
            pl.col("value").is_not_null() & pl.col("organisation").is_in(list(self.special))
        )
        return SPECIAL if self.special and known.height else ""

    @property
    def deciles(self) -> str:
        """`10th centile 5.6 %, 25th …, 90th …` of those that are compared with each other, each counting once; empty where too few are."""
        unlike = [str(Stand.TOO_SMALL), str(Stand.NO_VALUE)]
        values = self.verdicts.filter(~pl.col("stand").is_in(unlike))["value"].cast(pl.Float64).drop_nulls()
        if len(values) < FEWEST_ORGANISATIONS or not self.judged:
            return ""
        lines = decile_lines(values.to_numpy(), probabilities=[each / 100 for each in CENTILES])
        told = (f"{each}th {valued(line, self.measure)}" for each, line in zip(CENTILES, lines, strict=True))
        return f"Centiles of {len(values):,} {level_name(self.level, self.month, plural=True)}: {', '.join(told)}."

    def rows(self, top: int) -> list[tuple[str, ...]]:
        """The `top` highest and lowest of those beyond chance, ready to show; where nobody can be compared, the values alone."""
        if not self.judged:
            shown = self.verdicts.filter(pl.col("value").is_not_null()).sort("value", descending=True)
            return [self._row(row) for row in shown.head(2 * top).iter_rows(named=True)]
        high = self.beyond.filter(pl.col("z") > 0).head(top)
        low = self.beyond.filter(pl.col("z") < 0).head(top)
        return [self._row(row) for frame in (high, low) for row in frame.iter_rows(named=True)]

    def _row(self, row: Mapping[str, object]) -> tuple[str, ...]:
        measure = self.measure
        name = self.named(row["organisation"])
        parts = (plain(row["numerator"], 2000), plain(row["denominator"], 2000))
        return (
            row["organisation"],
            name,
            valued(row["value"], measure),
            *parts,
            expected_of(row, measure) or "–",
            row["stand"],
        )

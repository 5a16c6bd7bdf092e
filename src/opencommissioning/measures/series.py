"""Series: one measure, organisations of one level × months, both parts, and why a value is missing. The parts never leave each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

import numpy as np
import polars as pl

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import last_months
from opencommissioning.errors import DefinitionError


class Missing(IntEnum):
    """Why there is no value. 0: there is one."""

    NOTHING = 0
    NOT_OPEN = 1
    NOT_IN_FILE = 2
    MONTH_NOT_LOADED = 3
    NO_DENOMINATOR = 4
    WINDOW_INCOMPLETE = 5
    COVERAGE = 6
    DENOMINATOR_ZERO = 7
    NO_MEMBERS = 8
    SMALL = 9
    OTHER_LEVEL = 10
    FEW = 11


REASONS: Mapping[int, str] = {
    Missing.NOTHING: "",
    Missing.NOT_OPEN: "not open in this month",
    Missing.NOT_IN_FILE: "no rows in this month's file",
    Missing.MONTH_NOT_LOADED: "this month's file is not loaded",
    Missing.NO_DENOMINATOR: "no denominator (list size) for this month",
    Missing.WINDOW_INCOMPLETE: "a month of the window is missing",
    Missing.COVERAGE: "too few of its practices have data",
    Missing.DENOMINATOR_ZERO: "the denominator is 0",
    Missing.NO_MEMBERS: "no practice belonged to it in this month",
    Missing.SMALL: "a small count, which is not shown",
    Missing.OTHER_LEVEL: "published for organisations of another kind",
    Missing.FEW: "too few people wait for a median or percentile to be shown",
}


def known(missing: np.ndarray) -> np.ndarray:
    """bool: where numerator and denominator are known, be the denominator 0."""
    return (missing == Missing.NOTHING) | (missing == Missing.DENOMINATOR_ZERO)


@dataclass(frozen=True)
class Series:
    """Arrays have the shape (organisations, months). Months are in order; where files lie years apart some of those between are left out,
    and before the next file there are months without values: neighbouring columns with values are neighbouring months.

    numerator, denominator  int64, exact: divide by 10**scale for the number in the unit of the column. 0 where missing.
    window                  months that each value looks at: the month and those before it
    months_in_window        what a stock's sum is divided by to be an average (1 when nothing was windowed)
    missing                 uint8 of `Missing`
    counted, expected       practices with data, practices that should have it
    share                   share of the expected practices' patients that the counted ones have (nan when unknown)
    days                    dispensing days of each month's window, shape (months,), when values are per day; else None
    """

    measure: Measure
    level: str
    organisations: tuple[str, ...]
    months: tuple[date, ...]
    numerator: np.ndarray
    denominator: np.ndarray
    numerator_scale: int
    denominator_scale: int
    missing: np.ndarray
    counted: np.ndarray
    expected: np.ndarray
    share: np.ndarray
    numerator_months: int = 1
    denominator_months: int = 1
    days: np.ndarray | None = None
    window: int = 1

    @property
    def numerators(self) -> np.ndarray:
        """Numerators in their unit, float, nan where missing; a percentile has none."""
        if self.measure.percentile is not None:
            return np.full(self.numerator.shape, np.nan)
        return self._unscaled(self.numerator, self.numerator_scale, self.numerator_months)

    @property
    def denominators(self) -> np.ndarray:
        """Denominators in their unit, float (averages for stocks), nan where missing."""
        return self._unscaled(self.denominator, self.denominator_scale, self.denominator_months)

    @property
    def values(self) -> np.ndarray:
        """numerator / denominator × per, for each dispensing day when `days` are given; nan where missing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            top = self._unscaled(self.numerator, self.numerator_scale, self.numerator_months)
            values = top / self.denominators * self.measure.per
        return values if self.days is None else values / self.days

    def _unscaled(self, whole: np.ndarray, scale: int, months: int) -> np.ndarray:
        return np.where(self.missing == Missing.NOTHING, whole / (10.0**scale * months), np.nan)

    def row(self, organisation: str) -> int:
        """The organisation's row; ValueError when it is not of this level."""
        return self.organisations.index(organisation)

    def of(self, organisation: str) -> "Series":
        """The series of one organisation alone, shape (1, months); ValueError when it is not of this level."""
        row = self.row(organisation)
        parts = ("numerator", "denominator", "missing", "counted", "expected", "share")
        return replace(
            self,
            organisations=(organisation,),
            **{name: getattr(self, name)[row : row + 1] for name in parts},
        )

    def windowed(self, window: int, stocks: tuple[bool, bool]) -> "Series":
        """Each month with the `window − 1` before it: parts are summed first (stocks averaged), a gap anywhere is no value.

        `stocks` tells whether numerator and denominator are stocks.
        """
        if window == 1:
            return self
        if self.measure.percentile is not None:
            raise DefinitionError(
                f"'{self.measure.id}' is a percentile of one month's people: months cannot be looked at together; ask for one month"
            )
        gap = ~known(self.missing)
        incomplete = _rolling(gap.astype(np.int64), window) > 0
        incomplete[:, : window - 1] = True
        numerator, denominator = (
            _rolling(np.where(gap, 0, part), window) for part in (self.numerator, self.denominator)
        )
        missing = np.where(denominator == 0, Missing.DENOMINATOR_ZERO, Missing.NOTHING)
        missing = np.where(
            incomplete, np.where(gap, self.missing, Missing.WINDOW_INCOMPLETE), missing
        ).astype(np.uint8)
        months = tuple(window if stock else 1 for stock in stocks)
        return replace(
            self,
            numerator=numerator,
            denominator=denominator,
            missing=missing,
            numerator_months=months[0],
            denominator_months=months[1],
            window=window,
        )

    def in_its_window(self, stocks: tuple[bool, bool]) -> "Series":
        """With the measure's own window or, where months are too few for anybody to have a value, of one month: `window` tells which."""
        windowed = self.windowed(self.measure.window, stocks)
        return windowed if (windowed.missing == Missing.NOTHING).any() else self

    def cut(self, columns: slice) -> "Series":
        """The same series in some of its months, told by their columns: a measure's last years are little beside its history."""
        parts = {name: getattr(self, name)[:, columns] for name in _FILLERS}
        days = None if self.days is None else self.days[columns]
        return replace(self, months=self.months[columns], days=days, **parts)

    def last(self, column: int, count: int) -> "Series":
        """The same series in the `count` months of the calendar up to that of a column, none before its first."""
        wanted = last_months(self.months, column, count)
        columns = slice(column + 1 - len(wanted), column + 1)
        return self.cut(columns) if self.months[columns] == wanted else self.over(wanted)

    def over(self, months: Sequence[date]) -> "Series":
        """The same series in other months: those that it has not are not loaded."""
        parts = {
            name: in_months(getattr(self, name), self.months, months, filler)
            for name, filler in _FILLERS.items()
        }
        days = None if self.days is None else in_months(self.days, self.months, months, 0)
        return replace(self, months=tuple(months), days=days, **parts)

    def per_day(self, days: np.ndarray) -> "Series":
        """The same series with values for each dispensing day; the parts stay what they are."""
        return replace(self, days=days)

    def frame(self) -> pl.DataFrame:
        """Long table: organisation, month, window, numerator, denominator, value, practices, practices_expected, patients_share, missing.

        `window`: the number of months that a value looks at.
        """
        flat = {
            "organisation": np.repeat(np.array(self.organisations, dtype=object), len(self.months)),
            "month": np.tile(np.array(self.months, "datetime64[D]"), len(self.organisations)),
            "numerator": self.numerators.ravel(),
            "denominator": self.denominators.ravel(),
            "value": self.values.ravel(),
            "practices": self.counted.ravel(),
            "practices_expected": self.expected.ravel(),
            "patients_share": self.share.ravel(),
        }
        frame = pl.DataFrame(
            {name: pl.Series(name, list(col) if col.dtype == object else col) for name, col in flat.items()}
        )
        reasons = pl.Series("missing", [REASONS[code] for code in self.missing.ravel().tolist()])
        nan_is_null = [
            pl.col(name).fill_nan(None) for name in ("numerator", "denominator", "value", "patients_share")
        ]
        return frame.with_columns(
            *nan_is_null,
            reasons,
            pl.lit(self.measure.id).alias("measure"),
            pl.lit(self.level).alias("level"),
            pl.lit(self.window).alias("window"),
        )


_FILLERS = {
    "numerator": 0,
    "denominator": 0,
    "missing": Missing.MONTH_NOT_LOADED,
    "counted": 0,
    "expected": 0,
    "share": np.nan,
}


def in_months(part: np.ndarray, months: Sequence[date], wanted: Sequence[date], filler: float) -> np.ndarray:
    """An array (…, months) in other months, `filler` in those that it has not; a view where they follow each other in it."""
    first = months.index(wanted[0]) if wanted and wanted[0] in months else len(months)
    if tuple(months[first : first + len(wanted)]) == tuple(wanted):
        return part[..., first : first + len(wanted)]
    place = {month: column for column, month in enumerate(months)}
    into, held = [], []
    for column, month in enumerate(wanted):
        if month in place:
            into.append(column)
            held.append(place[month])
    out = np.full((*part.shape[:-1], len(wanted)), filler, part.dtype)
    out[..., into] = part[..., held]
    return out


def _rolling(part: np.ndarray, window: int) -> np.ndarray:
    """Sums of each column with the window − 1 before it (fewer at the start)."""
    total = np.cumsum(part, axis=1)
    out = total.copy()
    out[:, window:] -= total[:, :-window]
    return out

"""How a measure runs along deprivation: practices in groups from most to least deprived, and the indices of inequality between them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.peering import deprivation_scores
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.series import Missing, Series
from opencommissioning.reports.numbers import plain, valued
from opencommissioning.statistics.inequality import Inequality, inequality
from opencommissioning.statistics.intervals import z_of
from opencommissioning.warehouse.store import Store

GROUPS = 5
FEWEST_EACH = 5  # practices in a group


@dataclass(frozen=True)
class InequalityReport:
    """`groups`: number (1 = most deprived), practices, patients, numerator, denominator, value, lower, upper; `index` in the measure's unit."""

    measure: Measure
    name: str
    month: date
    groups: pl.DataFrame
    index: Inequality

    columns = ("Deprivation", "Practices", "Patients", "Value", "95 % interval")

    @property
    def sentence(self) -> str:
        """The slope in words, with its interval, and whether it is beyond chance."""
        index, measure = self.index, self.measure
        gap, low, high = (float(each) for each in (index.slope, index.slope_lower, index.slope_upper))
        sure = "beyond chance" if low > 0 or high < 0 else "not beyond chance"
        way = "higher" if gap > 0 else "lower"
        return (
            f"From the most to the least deprived end of its practices' patients the value is {valued(abs(gap), measure)} {way} "
            f"(95 % interval of the slope {plain(low)} to {plain(high)}; {sure}); the ratio of the ends is {float(index.relative):.2f} "
            f"({float(index.relative_lower):.2f} to {float(index.relative_upper):.2f})."
        )

    def rows(self) -> list[tuple[str, ...]]:
        """As `columns`, ready to show."""
        last = self.groups.height
        ends = {1: " (most deprived)", last: " (least deprived)"}
        return [
            (
                f"{row['group']} of {last}{ends.get(row['group'], '')}",
                f"{row['practices']}",
                f"{row['patients']:,.0f}",
                valued(row["value"], self.measure),
                f"{valued(row['lower'], self.measure)} to {valued(row['upper'], self.measure)}",
            )
            for row in self.groups.iter_rows(named=True)
        ]


def inequality_of(
    build: Build, store: Store, name: str, organisation: str = "ENGLAND", groups: int = GROUPS
) -> InequalityReport:
    """The measure at an organisation's practices by deprivation of their patients, in the last month (with its window).

    Groups hold about as many patients each. Practices are what is compared, so it says how practices with deprived lists differ, not
    how deprived patients do. NotLoaded without deprivation scores, or with fewer than five practices a group.
    """
    measure, place = build.measure(name), build.organisation(organisation)
    series = build.kept(name, "practice")
    column = _latest(series)
    table = _practices(build, store, series, column, place)
    if table.height < groups * FEWEST_EACH:
        raise NotLoaded(
            f"{place.name} has {table.height} practices with a deprivation score and a value of '{name}'; "
            f"{groups * FEWEST_EACH} are needed for {groups} groups: load practice deprivation scores, or ask for a larger organisation"
        )
    table = numbered(table, groups)
    grouped = _grouped(table)
    value = (grouped["numerator"] / grouped["denominator"]).to_numpy() * measure.per
    se = _spread_within(table, grouped) * measure.per
    reach = z_of(0.95) * se
    shown = grouped.with_columns(value=value, lower=np.maximum(value - reach, 0), upper=value + reach)
    index = inequality(grouped["patients"].to_numpy(), value, se)
    return InequalityReport(measure, place.name, series.months[column], shown, index)


def _latest(series: Series) -> int:
    """The last month in which any practice has a value, the very last when none has."""
    there = np.flatnonzero((series.missing == Missing.NOTHING).any(axis=0))
    return int(there[-1]) if len(there) else len(series.months) - 1


def _practices(build: Build, store: Store, series: Series, column: int, place) -> pl.DataFrame:
    table = pl.DataFrame(
        {
            "practice": series.organisations,
            "numerator": series.numerators[:, column],
            "denominator": series.denominators[:, column],
            "patients": build.patients(series)[:, column],
        }
    )
    inside = (
        table if place.level == "england" else table.filter(pl.col("practice").is_in(_members(build, place)))
    )
    scored = inside.join(deprivation_scores(store), on="practice")
    return scored.fill_nan(None).drop_nulls().filter(pl.col("denominator") > 0)


def _members(build: Build, place) -> list[str]:
    codes, parents = build.members(place.level, True)
    mine = parents[:, -1] == codes.index(place.code)
    return [
        practice for practice, inside in zip(build.register.practices, mine.tolist(), strict=True) if inside
    ]


def numbered(table: pl.DataFrame, groups: int) -> pl.DataFrame:
    """With `group`: about equal shares of patients, most deprived first (a higher score is more deprived)."""
    ordered = table.sort("deprivation", "practice", descending=[True, False])
    middle = pl.col("patients").cum_sum() - pl.col("patients") / 2
    number = (middle / pl.col("patients").sum() * groups).floor().cast(pl.Int64).clip(0, groups - 1) + 1
    return ordered.with_columns(number.alias("group"))


def _grouped(table: pl.DataFrame) -> pl.DataFrame:
    totals = [pl.col(each).sum() for each in ("patients", "numerator", "denominator")]
    return table.group_by("group").agg(pl.len().alias("practices"), *totals).sort("group")


def _spread_within(table: pl.DataFrame, grouped: pl.DataFrame) -> np.ndarray:
    """Standard error of each group's ratio with practices as its units (Cochran 1977, 6.4): repeat items and habits make practices
    differ by far more than independent events would, so an interval of counts alone would be much too narrow."""  # fmt: skip
    ratio = grouped.select("group", (pl.col("numerator") / pl.col("denominator")).alias("ratio"))
    off = (pl.col("numerator") - pl.col("ratio") * pl.col("denominator")) ** 2
    k = pl.len()
    error = (off.sum() * k / (k - 1)).sqrt() / pl.col("denominator").sum()
    return (
        table.join(ratio, on="group").group_by("group").agg(error.alias("se")).sort("group")["se"].to_numpy()
    )

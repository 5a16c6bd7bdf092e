"""Reconciliation: our items, NIC and actual cost per practice and month beside the user's own sheet, to the last digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
from fastexcel import FastExcelError
from sqlglot import exp

from opencommissioning.area.build import Build
from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import FileRefused, NotLoaded, did_you_mean
from opencommissioning.warehouse.engine import DuckDB
from opencommissioning.warehouse.store import Store

AMOUNTS = ("items", "nic", "actual_cost")
SPELLINGS = {
    "practice": ("practice", "practice code", "practice_code", "org code", "organisation", "prescriber code"),
    "month": ("month", "year_month", "year month", "period", "year month code", "date"),
    "items": ("items", "total items", "number of items"),
    "nic": ("nic", "net ingredient cost", "nic (£)", "total nic"),
    "actual_cost": ("actual cost", "actual_cost", "actual cost (£)", "act cost", "total actual cost"),
}
TITLES = {"items": "Items", "nic": "NIC £", "actual_cost": "Actual £"}
TOLERANCE = Decimal("0.005")  # their sheet is rounded to pence
EXACT = pl.Decimal(
    38, 5
)  # the publisher's pounds have five decimal places; what a spreadsheet adds behind them is its noise
FORMATS = {pl.Int64: "#,##0", pl.Decimal: "#,##0.00###"}
BOTH, OURS, THEIRS = "both", "ours only", "sheet only"
NAMED = 5  # practice-months of one side that a sentence names


@dataclass(frozen=True)
class Reconciliation:
    """One row per practice and month of the sheet's months: ours, theirs, difference, and `held_by` which side. `amounts` are the columns
    that their sheet has."""

    frame: pl.DataFrame
    amounts: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def different(self) -> pl.DataFrame:
        """Rows of the sheet in which any amount differs by more than rounding, or of which we hold nothing."""
        tests = [pl.col(f"{name}_difference").abs() > TOLERANCE for name in self.amounts]
        missing = [pl.col(f"{name}_{side}").is_null() for name in self.amounts for side in ("ours", "theirs")]
        return self._of_sheet.filter(pl.any_horizontal(*tests, *missing))

    @property
    def _of_sheet(self) -> pl.DataFrame:
        return self.frame.filter(pl.col("held_by") != OURS)

    @property
    def sides(self) -> tuple[str, ...]:
        """What only one side has, in the months of the sheet: a sentence a side with how many and the largest; none when both have all."""
        told = (
            (THEIRS, "theirs", "The sheet has", "we do not hold"),
            (OURS, "ours", "We hold", "the sheet lacks"),
        )
        return tuple(filter(None, (self._only(*each) for each in told)))

    def _only(self, held_by: str, side: str, who: str, lacks: str) -> str:
        rows = self.frame.filter(pl.col("held_by") == held_by)
        if not rows.height:
            return ""
        column = f"{self.amounts[0]}_{side}"
        largest = rows.sort(
            column, "practice", "month", descending=[True, False, False], nulls_last=True
        ).head(NAMED)
        named = [
            f"{practice} in {month:%Y-%m} ({_told(self.amounts[0], amount)})"
            for practice, month, amount in largest.select("practice", "month", column).iter_rows()
        ]
        rest = f" and {rows.height - NAMED:,} more" if rows.height > NAMED else ""
        first = ", the largest first" if rows.height > 1 else ""
        return f"{who} {rows.height:,} practice-month{'s' if rows.height > 1 else ''} that {lacks}{first}: {', '.join(named)}{rest}."

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings of `rows`."""
        return (
            "Code",
            "Month",
            *(f"{TITLES[name]} {side}" for name in self.amounts for side in ("ours", "theirs")),
        )

    def rows(self, most: int) -> list[tuple[object, ...]]:
        """The rows that differ, largest difference first."""
        order = pl.max_horizontal(*(pl.col(f"{name}_difference").abs() for name in self.amounts))
        names = [f"{name}_{side}" for name in self.amounts for side in ("ours", "theirs")]
        shown = (
            self.different.sort(order, descending=True, nulls_last=False)
            .head(most)
            .select("practice", "month", *names)
        )
        return [(row[0], f"{row[1]:%Y-%m}", *map(_shown, names, row[2:])) for row in shown.iter_rows()]

    @property
    def sentence(self) -> str:
        """How many agree."""
        asked = self._of_sheet.height
        agree = asked - self.different.height
        return f"{agree:,} of the sheet's {asked:,} practice-months agree to the penny; {_differ(self.different.height)}."

    def write(self, path: Path) -> Path:
        """The whole comparison as csv or xlsx, by the file's ending: exact pounds, whole items."""
        return _write(self.frame, path)


def _told(name: str, amount: Decimal | int | None) -> str:
    """`18,241 items`, `NIC £1.20`; what an empty cell holds is not known."""
    if amount is None:
        return "without an amount"
    return f"{_shown(name, amount)} items" if name == "items" else f"{TITLES[name]}{_shown(name, amount)}"


def _differ(count: int) -> str:
    return "1 differs" if count == 1 else f"{count:,} differ"


def _write(frame: pl.DataFrame, path: Path) -> Path:
    told = with_months_told(frame)
    told.write_excel(
        path, autofit=True, column_formats=formats(told)
    ) if path.suffix == ".xlsx" else told.write_csv(path)
    return path


def with_months_told(frame: pl.DataFrame) -> pl.DataFrame:
    """Months as every screen writes them (`2017-09`): a date would be one day of theirs."""
    return frame.with_columns(pl.col("month").dt.strftime("%Y-%m"))


def formats(frame: pl.DataFrame) -> dict[str, str]:
    """How a workbook shows columns of amounts: items whole, pounds with all their places."""
    return {
        name: FORMATS[kind.base_type()] for name, kind in frame.schema.items() if kind.base_type() in FORMATS
    }


def _shown(name: str, amount: Decimal | int | None) -> str:
    if amount is None:
        return "absent"
    return f"{amount:,.0f}" if name.startswith("items") and amount == int(amount) else f"{amount:,.2f}"


def reconcile(build: Build, store: Store, against: Path) -> Reconciliation:
    """Compare with the user's sheet (csv or xlsx with a practice, a month and at least one amount)."""
    theirs, amounts = _theirs(against)
    ours = totals(store, sorted(set(theirs["month"])), build)
    mine = (pl.col(name).cast(EXACT).alias(f"{name}_ours") for name in amounts)
    left = ours.select("practice", "month", *mine, pl.lit(True).alias("is_ours"))
    right = theirs.with_columns(pl.lit(True).alias("is_theirs"))
    joined = left.join(right, on=["practice", "month"], how="full", coalesce=True).sort("practice", "month")
    differences = [
        (pl.col(f"{name}_ours") - pl.col(f"{name}_theirs")).alias(f"{name}_difference") for name in amounts
    ]
    compared = joined.with_columns(*differences, _held_by()).drop("is_ours", "is_theirs")
    return Reconciliation(_whole(compared), amounts, _outside(build, ours))


def _held_by() -> pl.Expr:
    theirs = pl.when(pl.col("is_ours").is_null()).then(pl.lit(THEIRS))
    return (
        theirs.when(pl.col("is_theirs").is_null()).then(pl.lit(OURS)).otherwise(pl.lit(BOTH)).alias("held_by")
    )


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Items as whole numbers, unless the user's sheet has parts of them."""
    items = [name for name in frame.columns if name.startswith("items_")]
    if any((frame[name] % 1 != 0).any() for name in items):
        return frame
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in items)


def _theirs(path: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    raw = _read(path)
    found = {name: _column(raw.columns, spellings) for name, spellings in SPELLINGS.items()}
    amounts = tuple(name for name in AMOUNTS if found[name])
    if not (found["practice"] and found["month"] and amounts):
        raise FileRefused(
            f"{path.name}: needs a column of practice codes, a month, and items, NIC or actual cost; it has {', '.join(raw.columns)}"
        )
    columns = [
        pl.col(found["practice"]).str.strip_chars().alias("practice"),
        pl.Series("month", _months(raw[found["month"]], path, found["month"]), dtype=pl.Date),
        *(_amounts(raw[found[name]], path, found[name]).alias(f"{name}_theirs") for name in amounts),
    ]
    summed = (
        raw.with_columns(columns)
        .group_by("practice", "month")
        .agg(_added(f"{name}_theirs") for name in amounts)
    )
    return summed, amounts


def _added(name: str) -> pl.Expr:
    """The sum of a column's cells; nothing where all are empty."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())


def _read(path: Path) -> pl.DataFrame:
    """The sheet with every cell as text; FileRefused when there is none, or it is neither csv nor xlsx."""
    if not path.exists():
        raise FileRefused(f"there is no file '{path}'{_beside(path)}")
    excel = path.suffix.lower() in (".xlsx", ".xls")
    try:
        raw = pl.read_excel(path, infer_schema_length=0) if excel else pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, FastExcelError, ValueError, OSError) as problem:
        kind = "a workbook (xlsx)" if excel else "a table (csv, UTF-8)"
        raise FileRefused(
            f"{path.name} cannot be read as {kind}; save it again and check that it opens"
        ) from problem
    return raw.with_columns(pl.all().cast(pl.String))


def _beside(path: Path) -> str:
    """The sheet in the same folder that may have been meant, or those that there are; or that there is no such folder."""
    if not path.parent.is_dir():
        return f": there is no folder '{path.parent}' either"
    sheets = [each.name for each in path.parent.iterdir() if each.suffix.lower() in (".csv", ".xlsx", ".xls")]
    return (
        did_you_mean(path.name, sheets)
        or "; give a csv or xlsx with practice, month and items, NIC or actual cost"
    )


def _amounts(column: pl.Series, path: Path, name: str) -> pl.Series:
    """Numbers of a column of text, pound signs and commas passed over; FileRefused with the row of the first that is none."""
    text = column.str.replace_all(r"[£,\s]", "").replace("", None)
    numbers = text.cast(EXACT, strict=False)
    wrong = (text.is_not_null() & numbers.is_null()).arg_true()
    if len(wrong):
        raise FileRefused(
            f"{path.name}, row {wrong[0] + 2}, column '{name}': '{column[wrong[0]]}' is not a number"
        )
    return numbers


def _column(columns: Sequence[str], spellings: Sequence[str]) -> str:
    known = {column.strip().lower(): column for column in columns}
    return next((known[spelling] for spelling in spellings if spelling in known), "")


def _months(column: pl.Series, path: Path, name: str) -> list:
    months = []
    for row, text in enumerate(column.to_list(), start=2):
        try:
            months.append(parse_month(str(text or "")[:10]))
        except ValueError:
            raise FileRefused(
                f"{path.name}, row {row}, column '{name}': '{text}' is not a month; write it as 2017-09"
            ) from None
    return months


@dataclass(frozen=True)
class Totals:
    """Our own side, when there is no sheet: one row per prescriber and month, exact decimals. `outside`: whether no measure counts them."""

    frame: pl.DataFrame
    notes: tuple[str, ...]

    columns = ("Month", *(TITLES[name] for name in AMOUNTS), "Items outside", "Actual £ outside")

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """A row a month, and one of all months together: `columns`."""
        months = [
            (f"{month:%Y-%m}", rows) for (month,), rows in self.frame.group_by("month", maintain_order=True)
        ]
        return [
            (name, *_line(rows)) for name, rows in (*months, *[("together", self.frame)][: len(months) > 1])
        ]

    def write(self, path: Path) -> Path:
        """Every prescriber and month as csv or xlsx, by the file's ending: exact pounds, whole items."""
        return _write(self.frame, path)


def _line(rows: pl.DataFrame) -> tuple[str, ...]:
    apart = rows.filter("outside")
    amounts = [*(rows[name].sum() for name in AMOUNTS), apart["items"].sum(), apart["actual_cost"].sum()]
    places = (0, 2, 2, 0, 2)
    return tuple(f"{amount:,.{place}f}" for amount, place in zip(amounts, places, strict=True))


def own_totals(build: Build, store: Store, months: int = 12) -> Totals:
    """Our totals of the last months of prescribing, by prescriber, and what of them lies outside the measures' population."""
    loaded = [part.period for part in store.parts("prescribing") if part.period][-months:]
    sums = _sums(store, loaded, build).sort("month", "practice")
    outside = ~pl.col("practice").is_in(set(build.register.practices))
    return Totals(sums.with_columns(outside.alias("outside")), _outside(build, sums))


def totals(store: Store, months: Sequence, build: Build) -> pl.DataFrame:
    """Our items (whole), NIC and actual cost (exact decimals) by practice and month, of every prescriber; NotLoaded when none of the months is."""
    return _sums(store, months, build)


def _sums(store: Store, months: Sequence, build: Build) -> pl.DataFrame:
    paths = [part.path for part in store.parts("prescribing") if part.period in months]
    if not paths:
        raise NotLoaded("no prescribing is loaded for these months; 'opencommissioning status' says what is")
    group = [exp.column(name) for name in ("practice", "month")]
    sums = [exp.Sum(this=exp.column(name)).as_(name) for name in AMOUNTS]
    query = exp.select(*group, *sums).from_("facts").group_by(*(column.copy() for column in group))
    with DuckDB(store, threads=build.settings.threads, memory=build.settings.memory) as engine:
        sums = engine.frame(query, {"facts": paths})
    return sums.with_columns(pl.col("items").cast(pl.Int64), pl.col("nic", "actual_cost").cast(EXACT))


def _outside(build: Build, ours: pl.DataFrame) -> tuple[str, ...]:
    """What our files hold that no measure counts: unidentified prescribers and organisations that are no GP practices."""
    known = set(build.register.practices)
    outside = ours.filter(~pl.col("practice").is_in(known))
    if not outside.height:
        return ()
    items, cost = outside["items"].sum(), outside["actual_cost"].sum()
    return (
        f"Outside the measures' population: {outside['practice'].n_unique()} prescribers that the register does not call GP practices "
        f"(unidentified, out of hours, hospices …) with {items:,.0f} items and £{cost:,.2f} actual cost in these months.",
    )

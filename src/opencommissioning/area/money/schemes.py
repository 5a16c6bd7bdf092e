"""What practices have achieved in a local scheme: values and intervals from the build, points and pounds from the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from opencommissioning.area.build import Build
from opencommissioning.catalogue.measure import Shape
from opencommissioning.catalogue.period import months_between, shift, spoken
from opencommissioning.errors import NotLoaded
from opencommissioning.finance.scheme import Indicator, Observed, Scheme, achieve, payment
from opencommissioning.measures.series import REASONS, Series
from opencommissioning.statistics.intervals import rate, wilson
from opencommissioning.variation.verdict import SMALLEST_LIST

FEWEST_OF = 20  # a share of fewer is decided by one or two of them


@dataclass(frozen=True)
class SchemeReport:
    """`lines`: a row per practice and indicator; `totals`: a row per practice, with points, pounds and what is missing."""

    scheme: Scheme
    month: date
    lines: pl.DataFrame
    totals: pl.DataFrame

    @property
    def final(self) -> bool:
        """Whether the scheme's last month is in."""
        return self.month >= self.scheme.last

    @property
    def sentence(self) -> str:
        """How many practices have points, what it comes to, and how far the figures are."""
        paid = self.totals["pounds"].drop_nulls().sum()
        got = self.totals.filter(pl.col("points") > 0).height
        state = "final" if self.final else f"as at {spoken(self.month)}, not final"
        unknown = self.totals["pounds"].null_count()
        more = f" {unknown} practices cannot be paid yet: their list size is unknown." if unknown else ""
        return f"{got} of {self.totals.height} practices have points; together £{paid:,.2f} ({state}).{more}"

    @property
    def near(self) -> str:
        """How many outcomes luck may have decided."""
        count = int(self.lines["near"].sum())
        return f"{count} of {self.lines.height} outcomes lie within chance of a threshold: a little luck either way would have changed them."

    def of(self, practice: str) -> "SchemeReport":
        """The same of one practice."""
        mine = [frame.filter(pl.col("practice") == practice) for frame in (self.lines, self.totals)]
        return SchemeReport(self.scheme, self.month, *mine)


def achievement(build: Build, scheme: Scheme) -> SchemeReport:
    """Points and pounds of every practice open in the last month; NotLoaded while too few months of the scheme are in."""
    month = min(scheme.last, build.latest)
    _check_months(scheme, month)
    register, column = build.register, build.months.index(month)
    rows = [int(row) for row in np.flatnonzero(register.open[:, column] & _takes_part(build, scheme, column))]
    lines = [line for each in scheme.indicators for line in _lines(build, each, rows, month)]
    frame = pl.DataFrame(lines, schema=_SCHEMA, orient="row").sort("practice", maintain_order=True)
    return SchemeReport(scheme, month, frame, _totals(build, scheme, frame, rows, column))


def _takes_part(build: Build, scheme: Scheme, column: int) -> np.ndarray:
    """bool (P,): practices of the scheme's organisation, or of the area's home; all when neither is known."""
    code = scheme.organisation or build.settings.home
    if not code or (not scheme.organisation and code not in build.organisations):
        return np.ones(len(build.register.practices), bool)
    organisation = build.organisation(code)
    if organisation.level == "practice":
        return np.array([practice == organisation.code for practice in build.register.practices])
    codes, parents = build.members(organisation.level, False)
    return np.asarray(parents[:, column]) == codes.index(organisation.code)


_SCHEMA = {
    "practice": pl.String,
    "name": pl.String,
    "measure": pl.String,
    "indicator": pl.String,
    "value": pl.Float64,
    "lower95": pl.Float64,
    "upper95": pl.Float64,
    "baseline": pl.Float64,
    "target": pl.Float64,
    "points": pl.Decimal(12, 3),
    "of": pl.Decimal(12, 3),
    "near": pl.Boolean,
    "outcome": pl.String,
}


def _check_months(scheme: Scheme, month: date) -> None:
    longest = max(each.months for each in scheme.indicators)
    if len(months_between(scheme.first, month)) < longest:
        wanted = shift(scheme.first, longest - 1)
        raise NotLoaded(
            f"the scheme '{scheme.id}' began in {spoken(scheme.first)} and looks at {longest} months together; "
            f"it can be shown once {spoken(wanted)} is loaded"
        )


def _lines(build: Build, indicator: Indicator, rows: Sequence[int], month: date) -> list[tuple]:
    """One line per practice."""
    series = build.series(indicator.measure, "practice", indicator.months).over((month,))
    column, names = 0, build.register.names
    lower, upper = _limits(series, column)
    before, small = _baseline(build, indicator), _small(build, series)
    out = []
    for row in rows:
        value = float(series.values[row, column])
        reason = REASONS[int(series.missing[row, column])]
        done = achieve(indicator, Observed(value, lower[row], upper[row], before[row], reason, small[row]))
        code = series.organisations[row]
        shown = [_known(each) for each in (value, lower[row], upper[row], before[row], done.target)]
        head = (code, names.get(code, code), indicator.measure, indicator.title)
        out.append((*head, *shown, done.points, done.of, done.near, done.words))
    return out


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _limits(series: Series, column: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % limits of each practice's value: Wilson for shares, Poisson for rates; nan for amounts, which have no events to count."""
    events, totals = series.numerators[:, column], series.denominators[:, column]
    lower, upper = np.full(len(events), np.nan), np.full(len(events), np.nan)
    shape, there = series.measure.shape(), np.isfinite(events) & (totals > 0)
    if shape is Shape.RATIO or not there.any():
        return lower, upper
    interval = wilson if shape is Shape.PROPORTION else rate
    found = interval(events[there], totals[there], 0.95, series.measure.per)
    lower[there], upper[there] = np.nan_to_num(found.lower, nan=0.0), found.upper
    return lower, upper


def _small(build: Build, series: Series) -> list[str]:
    """For each practice why it is too small to judge; "" when it is not."""
    patients, of = build.patients(series)[:, 0], series.denominators[:, 0]
    few = of < FEWEST_OF if series.measure.shape() is Shape.PROPORTION else np.zeros(of.shape, bool)
    column = series.measure.denominator.column.replace("_", " ")
    return [
        f"fewer than {SMALLEST_LIST:,} patients"
        if size < SMALLEST_LIST
        else f"fewer than {FEWEST_OF} {column}" * bool(little)
        for size, little in zip(patients, few, strict=True)
    ]


def _baseline(build: Build, indicator: Indicator) -> np.ndarray:
    unknown = np.full(len(build.register.practices), np.nan)
    if indicator.baseline is None:
        return unknown
    window = len(months_between(*indicator.baseline))
    series = build.series(indicator.measure, "practice", window)
    return series.over((indicator.baseline[1],)).values[:, 0]


def _totals(
    build: Build, scheme: Scheme, lines: pl.DataFrame, rows: Sequence[int], column: int
) -> pl.DataFrame:
    grouped = lines.group_by("practice", "name", maintain_order=True).agg(
        pl.col("points").sum(),
        pl.col("near").sum().alias("near"),
        pl.col("value").null_count().alias("without_value"),
    )
    patients = {build.register.practices[row]: float(build.grid.patients[row, column]) for row in rows}
    listed = [patients[code] for code in grouped["practice"]]
    pounds = [
        payment(scheme, points, people) for points, people in zip(grouped["points"], listed, strict=True)
    ]
    return grouped.with_columns(
        pl.lit(scheme.most).cast(pl.Decimal(12, 3)).alias("of"),
        pl.Series("patients", [_known(each) for each in listed], dtype=pl.Float64),
        pl.Series("pounds", pounds, dtype=pl.Decimal(14, 2)),
    )


def write_scheme(report: SchemeReport, path: Path) -> Path:
    """The report as a workbook: a sheet of practices, a sheet of indicators."""
    with xlsxwriter.Workbook(path) as book:
        for sheet, frame in (("Practices", report.totals), ("Indicators", report.lines)):
            frame.write_excel(book, worksheet=sheet, autofit=True, freeze_panes=(1, 0))
    return path

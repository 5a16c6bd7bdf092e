"""Lists counted in buckets of their own (cancer, community services, diagnostics …) as a source: a row a bucket, checked as `flow` checks."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Era, Projection, Sniff, Source, Table
from opencommissioning.catalogue.waiting import STANDARD_WEEKS
from opencommissioning.errors import FileRefused
from opencommissioning.sources.list_records import columns_of
from opencommissioning.sources.own_buckets import (
    COLUMNS,
    NEEDED,
    UNITS,
    WHATS,
    Bucket,
    edges,
    reach,
    read_buckets,
)
from opencommissioning.sources.words import any_month, number, text

OURS = "the organisation whose list it is"
LICENCE = "under the area's own agreement"
DATASET = "bucketed_lists"
CONTRACT = Contract(
    dataset=DATASET,
    title="Any waiting list in buckets of its own",
    publisher=OURS,
    licence=LICENCE,
    level="none",
    every="month",
    key=("month", "organisation", "list", "what", "bucket"),
    sort=("organisation", "list", "what"),
    unlocks="waiting lists that no RTT return holds, on waiting pages and in `flow project`, `clear` and `move`",
    columns=(
        Column("month", Kind.MONTH, "month; people wait on its last day, join and are treated in it", example="2026-08-01"),
        Column("organisation", Kind.CODE, "whose list it is: provider, commissioner, network or practice", example="RX1"),
        Column("list", Kind.CODE, "the list's name, or a treatment function's code", example="podiatry"),
        Column("what", Kind.CODE, "waiting, treated or joined", pattern="|".join(WHATS), example="waiting"),
        Column("bucket", Kind.CODE, "the bucket in words, or 'in all'", example="4 to 12 weeks"),
        Column("low", Kind.DECIMAL, "where it begins; empty where counts are in all", required=False, scale=3, minimum=Decimal(0), example="4"),
        Column("high", Kind.DECIMAL, "where it ends; empty for an open one", required=False, scale=3, minimum=Decimal(0), example="12"),
        Column("unit", Kind.CODE, "of both", pattern="|".join(UNITS), example="weeks"),
        Column("people", Kind.INTEGER, "people", "people", minimum=Decimal(0), example="480"),
    ),
)  # fmt: skip


def read(path: Path) -> pl.DataFrame:
    """The rows as text; FileRefused for a row, bucket or month that cannot be, and where no organisation is told."""
    buckets = read_buckets(path)
    groups: dict[tuple, list[Bucket]] = {}
    for each in buckets:
        if not each.organisation:
            raise FileRefused(f"{path.name}: row {each.row}: does not say whose list it is; add a column 'organisation' with the code of the provider, commissioner or practice")  # fmt: skip
        if each.month > date.today():
            raise FileRefused(f"{path.name}: row {each.row}, column 'month' is {each.month:%Y-%m}, which is still to come; mend the month")  # fmt: skip
        if each.low is not None:
            groups.setdefault((each.organisation, each.list, each.month, each.what), []).append(each)
    _refuse_untreated(path.name, buckets)
    for group in groups.values():
        if reach([edges(path.name, group)]) < STANDARD_WEEKS:
            raise FileRefused(f"{path.name}: row {group[-1].row}: the last bucket begins before {STANDARD_WEEKS} weeks, so it does not tell who waits over {STANDARD_WEEKS}; split it there (126 days)")  # fmt: skip
    rows = [
        (str(each.row), each.month.isoformat(), each.organisation, each.list, each.what, _words(each), _plain(each.low), _plain(each.high), each.unit, f"{each.count:.0f}")
        for each in buckets
    ]  # fmt: skip
    names = ("_row", "month", "organisation", "list", "what", "bucket", "low", "high", "unit", "people")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(pl.col("_row").cast(pl.Int64))  # fmt: skip


def _refuse_untreated(file: str, buckets: list[Bucket]) -> None:
    told = {what: {(each.organisation, each.list, each.month) for each in buckets if each.what == what} for what in WHATS}  # fmt: skip
    for organisation, name, month in sorted(told["waiting"] - told["treated"]):
        raise FileRefused(
            f"{file}: list '{name}' of {organisation} has nobody treated in {month:%Y-%m}, so it is not known how many leave a week; give rows "
            "with 'treated' in a column 'what', by bucket or, without buckets, in all"
        )


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _words(bucket: Bucket) -> str:
    if bucket.low is None:
        return "in all"
    end = "and more" if bucket.high is None else f"to {_plain(bucket.high)}"
    return f"{_plain(bucket.low)} {end} {bucket.unit}"


def of_rows(rows: pl.DataFrame) -> list[Bucket]:
    """The buckets of stored rows."""

    def value(number: Decimal | None) -> float | None:
        return None if number is None else float(number)

    return [
        Bucket(place, row["organisation"], row["list"], row["month"], row["what"], value(row["low"]), value(row["high"]), row["unit"], float(row["people"]))
        for place, row in enumerate(rows.iter_rows(named=True), start=1)
    ]  # fmt: skip


def _recognises(sniff: Sniff) -> bool:
    return set(NEEDED) <= columns_of(sniff.heading, COLUMNS).keys()


SOURCE = Source(
    "own_buckets",
    "Any waiting list in buckets of its own",
    OURS,
    LICENCE,
    "your own system: a row for each organisation, list, month and bucket of waits, in weeks or days",
    (
        Era(
            "any list in buckets of its own",
            _recognises,
            Table(read),
            (
                Projection(
                    CONTRACT,
                    {name: text(name) for name in ("organisation", "list", "what", "bucket", "unit")}
                    | {name: number(name) for name in ("low", "people")}
                    | {"high": number("high"), "month": any_month("month")},
                ),
            ),
        ),
    ),
    traps=(
        "columns: organisation, list, month, what (waiting, treated, joined), bucket_from, bucket_to (empty for the last), unit (weeks, days), count",
        "buckets of a list and month follow each other without gap or overlap, the last one open; one must end at 18 weeks (126 days) for a share within 18 weeks",
        "those treated must be told, and those who joined may be: by bucket or, without one, in all",
        "on pages and in charts people are rounded to 5 in each bucket",
    ),
)

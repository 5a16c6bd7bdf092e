"""Whether waiting lists add up from month to month: list = list before + new pathways − completed − what nobody reported.

What is left over is removals other than treatment (validation, discharge, transfers) or pathways that arrived without a recorded start.
Neither is an error of the file; a large one is worth a question to the provider.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from opencommissioning.catalogue.period import shift, spoken
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.warehouse.report import LoadReport
from opencommissioning.warehouse.store import Store

SIDES = ("provider", "commissioner")
LARGE, FEWEST = 0.05, 500  # share of the list, and people on it, from which a gap is named
NAMED = 3
FLOWS = {"started": 1, "admitted": -1, "not_admitted": -1}


def balances(store: Store, side: str, months: Sequence[date] | None = None) -> pl.DataFrame:
    """organisation, month, before, started, completed, listed, left: `left` = before + started − completed − listed.

    Positive: people left the list without a reported treatment. Negative: people came without a reported start. Only months whose month
    before is loaded too, with all parts, and organisations in both; `months` narrows them.
    """
    wanted = None if months is None else {*months, *(shift(month, -1) for month in months)}
    listed = _sums(store, f"waiting_by_{side}", side, wanted)
    flows = {name: _sums(store, f"{name}_by_{side}", side, wanted) for name in FLOWS}
    known = set(listed["month"])
    whole = [
        month
        for month in sorted(known)
        if shift(month, -1) in known
        and all(month in set(part["month"]) for part in flows.values())
        and (months is None or month in months)
    ]
    before = listed.with_columns(pl.col("month").dt.offset_by("1mo"))
    table = listed.filter(pl.col("month").is_in(whole)).rename({"pathways": "listed"})
    table = table.join(before.rename({"pathways": "before"}), on=["organisation", "month"])
    for name, part in flows.items():
        table = table.join(part.rename({"pathways": name}), on=["organisation", "month"], how="left")
    table = table.with_columns(pl.col(*FLOWS).fill_null(0))
    completed = (pl.col("admitted") + pl.col("not_admitted")).alias("completed")
    left = pl.col("before") + pl.col("started") - pl.col("completed") - pl.col("listed")
    told = table.with_columns(completed).with_columns(left.alias("left"))
    return told.select("organisation", "month", "before", "started", "completed", "listed", "left").sort(
        "month", "organisation"
    )


def _sums(store: Store, dataset: str, side: str, wanted: Collection[date] | None) -> pl.DataFrame:
    """Pathways by organisation and month, of all months or of those wanted."""
    schema = {"organisation": pl.String, "month": pl.Date, "pathways": pl.Int64}
    frames = [
        pl.scan_parquet(part.path).group_by(pl.col(side).alias("organisation")).agg(pl.col("pathways").sum()).collect()
        .with_columns(pl.lit(part.period).alias("month")).select(*schema).cast(schema)
        for part in store.parts(dataset)
        if part.period and (wanted is None or part.period in wanted)
    ]  # fmt: skip
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def balance_sentences(store: Store) -> list[str]:
    """One sentence for each side on the latest month that can be told: the gap of all together, and the largest ones."""
    out = []
    for side in SIDES:
        last = _latest(store, side)
        table = balances(store, side, [last]) if last else None
        out += [_sentence(side, last, table)] if table is not None and table.height else []
    return out


def _latest(store: Store, side: str) -> date | None:
    """The last month with lists and flows whose month before has lists."""
    loaded = [{part.period for part in store.parts(f"{name}_by_{side}")} for name in ("waiting", *FLOWS)]
    whole = [month for month in set.intersection(*loaded) if month and shift(month, -1) in loaded[0]]
    return max(whole, default=None)


def with_balance(store: Store, report: LoadReport) -> LoadReport:
    """A loading's report with a sentence for each side and month whose lists, all together, are out of balance by `LARGE` and more."""
    months = _touched(report)
    out = []
    for side in SIDES if months else ():
        table = balances(store, side, months)
        for (month,), rows in table.group_by("month", maintain_order=True):
            if abs(rows["left"].sum()) >= LARGE * max(1, rows["before"].sum()):
                out.append(_sentence(side, month, rows))
    return replace(report, warnings=(*report.warnings, *out)) if out else report


def _touched(report: LoadReport) -> list[date]:
    """The months of waiting lists in a report, and the months after them: a list is the end of one step and the beginning of the next."""
    parts = [each.part for each in report.loaded]
    mine = {
        part.period
        for part in parts
        if part.period and part.dataset.startswith(("waiting_by_", *(f"{name}_by_" for name in FLOWS)))
    }
    return sorted(mine | {shift(month, 1) for month in mine})


def _sentence(side: str, month: date, rows: pl.DataFrame) -> str:
    left, before = rows["left"].sum(), rows["before"].sum()
    share = pl.col("left") / pl.col("before")
    large = rows.filter((pl.col("before") >= FEWEST) & (share.abs() >= LARGE)).sort(
        share.abs(), descending=True
    )
    named = ", ".join(
        f"{row['organisation']} ({_people(row['left'])})" for row in large.head(NAMED).iter_rows(named=True)
    )
    more = f" and {large.height - NAMED} more" if large.height > NAMED else ""
    outstanding = f" Gaps of {per_cent(LARGE)} of the list and more: {named}{more}." if large.height else ""
    return (
        f"Lists by {side}, {spoken(month)}: {_people(left)} without a reported treatment or start, {per_cent(abs(left) / before, 1)} of those on the "
        f"list a month before ({rows.height} {side}s).{outstanding}"
        if before
        else f"Lists by {side}, {spoken(month)}: nobody was on a list the month before."
    )


def _people(left: int) -> str:
    return f"{abs(left):,} {'left' if left >= 0 else 'came'}"

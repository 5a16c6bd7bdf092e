"""What looks wrong about a loaded file though every row is lawful: jumps of totals, unknown organisations, repeated rows, empty lists."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import PERSON, Accumulation, Contract
from opencommissioning.catalogue.period import shift, spoken
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.warehouse.manifest import Part
from opencommissioning.warehouse.places import codes_in

JUMP = 10
ODD = 0.01  # share of odd rows (equal to another in every column, or not what they should multiply to) above which a file probably is damaged
SLICES, STRETCH = 8, 50_000  # of a large part so many stretches of so many rows are looked at for repeats


def jumps(part: Part, others: Iterable[Part]) -> list[str]:
    """Totals ten times those of the month before (or else after), or a tenth: usually the wrong unit or half a file."""
    if part.period is None:
        return []
    near = {
        old.period: old for old in others if old.dataset == part.dataset and old.checksum != part.checksum
    }
    old = near.get(shift(part.period, -1)) or near.get(shift(part.period, 1))
    if old is None:
        return []
    then = dict(old.totals)
    return [
        _jump(part, old, name, Decimal(now), Decimal(then[name]))
        for name, now in part.totals
        if _jumped(now, then.get(name))
    ]


def _jumped(now: str, then: str | None) -> bool:
    if then is None or not Decimal(now) or not Decimal(then):
        return False
    return not Decimal(1) / JUMP < Decimal(now) / Decimal(then) < JUMP


def _jump(part: Part, old: Part, name: str, now: Decimal, then: Decimal) -> str:
    how = "ten times as much or more" if now > then else "a tenth or less"
    return (
        f"{part.file}: the total of '{name}' is {now:,.0f}, that of {spoken(old.period)} was {then:,.0f}: {how}. "
        "Check the unit, and that the file is whole"
    )


def strangers(part: Part, contract: Contract, known: Mapping[str, frozenset[str]]) -> list[str]:
    """Organisations of the dataset's level that no register names."""
    codes = known.get(contract.level)
    if not codes or not contract.organisation or not contract.summable:
        return []
    here = codes_in(part.path, contract.organisation)
    strange = sorted(set(here) - codes)
    if not strange:
        return []
    named = ", ".join(strange[:5]) + (" …" if len(strange) > 5 else "")
    return [
        f"{part.file}: {len(strange):,} of {len(here):,} organisations are not in the register of {contract.level}s ({named}): "
        "their rows are kept but compared with nobody. Is the register that is loaded of another time?"
    ]


def repeated(file: str, path: Path, rows: int, contract: Contract) -> list[str]:
    """Rows equal in every column, where repeats are lawful: a few are, many mean that a file was appended to itself."""
    if contract.key or not contract.summable:
        return []
    looked, more, such = 0, 0, ""
    for stretch in _looked_at(path, rows):
        again = stretch.height - stretch.n_unique()
        looked, more = looked + stretch.height, more + again
        such = such or (_such(stretch, contract) if again and contract.level != PERSON else "")
    if not more or more < ODD * looked:
        return []
    return [
        f"{file}: {per_cent(more / looked)} of rows repeat another row exactly ({more:,} of {looked:,} looked at{such}), and each is counted: "
        "what they say is in every sum twice or more often. Was the file put together from parts that overlap?"
    ]


def _such(stretch: pl.DataFrame, contract: Contract) -> str:
    first = stretch.filter(stretch.is_duplicated()).row(0, named=True)
    named = [f"{name} {first[name]}" for name in (contract.organisation, contract.code) if name]
    return f", such as {', '.join(named)}" if named else ""


def emptied(file: str, path: Path, contract: Contract, spoken_columns: Mapping[str, str]) -> list[str]:
    """Practices whose list of patients is 0 in all their rows. `spoken_columns`: our name of a column → the file's own."""
    lists = [
        each
        for each in contract.summable
        if each.accumulates is Accumulation.STOCK and each.unit == "patients"
    ]
    if contract.level != "practice" or not contract.carry or len(lists) != 1:
        return []
    name, practice = lists[0].name, contract.organisation
    sums = pl.read_parquet(path, columns=[practice, name]).group_by(practice).agg(pl.col(name).sum())
    empty = sums.filter(pl.col(name) == 0)[practice].sort().to_list()
    if not empty:
        return []
    named = ", ".join(empty[:5]) + (" …" if len(empty) > 5 else "")
    return [
        f"{file}: the list of {len(empty):,} of {sums.height:,} practices is 0 ({named}): column '{spoken_columns[name]}' is 0 in all their rows. "
        "Nothing per patient can be said of them in that month; a list that was not counted has no row, which is not 0. Compare with the publisher's file"
    ]


def with_undo(doubt: str) -> str:
    """A doubt about what was just loaded, and how to take it back."""
    return f"{doubt}{'' if doubt.endswith('?') else '.'} 'opencommissioning undo' takes back what was loaded"


def shifted(file: str, path: Path, rows: int, contract: Contract) -> list[str]:
    """Columns that are not the product of two others as they should be: usually cells that moved to a neighbouring column."""
    looked, wrong = 0, dict.fromkeys(contract.multiplied, 0)
    for stretch in _looked_at(path, rows) if wrong else ():
        looked += stretch.height
        for total, one, times in wrong:
            difference = (
                pl.col(one).cast(float) * pl.col(times).cast(float) - pl.col(total).cast(float)
            ).abs()
            allowed = (
                0.001 + pl.col(times).cast(float).abs() * 0.001
            )  # both are rounded to their decimal places
            wrong[total, one, times] += stretch.select((difference > allowed).sum()).item()
    return [
        f"{file}: in {per_cent(count / looked)} of rows '{total}' is not '{one}' times '{times}'. "
        "Did cells move to another column? Compare a row with the publisher's file"
        for (total, one, times), count in wrong.items()
        if count > ODD * looked
    ]


def _looked_at(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    """All rows, or stretches of a large part: rows lie sorted, so those that repeat each other lie together."""
    if rows <= SLICES * STRETCH:
        yield pl.read_parquet(path)
        return
    for number in range(SLICES):
        start = number * (rows - STRETCH) // (SLICES - 1)
        yield pl.scan_parquet(path).slice(start, STRETCH).collect()

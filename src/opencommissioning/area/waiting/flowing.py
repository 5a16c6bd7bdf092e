"""Flow questions of an area, or of files without one: lists by specialty, what it takes to clear them, what happens to the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.waiting.reading import rows_of_files
from opencommissioning.catalogue.period import last_day, spoken
from opencommissioning.catalogue.waiting import PARTS, TOTAL_FUNCTION, function_name
from opencommissioning.errors import NotLoaded, UnknownName, did_you_mean
from opencommissioning.flow.back_test import BackTest, back_test
from opencommissioning.flow.backlog import Backlog, backlog
from opencommissioning.flow.calibration import Calibrated, Month, calibrate, started_by_balance
from opencommissioning.flow.capacity import RTT, Standard
from opencommissioning.flow.clearing import Aim, Takes, what_it_takes
from opencommissioning.flow.plans import Step, by_week
from opencommissioning.flow.projection import project, simulate_each
from opencommissioning.flow.uncertainty import RUNS, around, drawn, seed_of
from opencommissioning.warehouse.store import Store

SIDES = ("provider", "commissioner")
DATASETS = {"waiting": "2", "admitted": "1A", "not_admitted": "1B", "started": "3"}
COMPLETED = ("1A", "1B")


@dataclass(frozen=True)
class Lists:
    """The lists of one organisation, specialty by specialty (code → months), latest month last. `remarks`: what reading them assumed."""

    organisation: str
    side: str
    months: Mapping[str, tuple[Month, ...]]
    remarks: tuple[str, ...] = ()

    @property
    def latest(self) -> date:
        """The last month of any list."""
        return max(each[-1].month for each in self.months.values())

    def function(self, asked: str) -> str:
        """The code of a specialty asked for by code or name; UnknownName with the nearest."""
        if asked.upper() in self.months:
            return asked.upper()
        names = {function_name(code).lower(): code for code in self.months}
        if asked.lower() not in names:
            raise UnknownName(
                f"{self.organisation} has no list '{asked}'{did_you_mean(asked.lower(), names)}"
            )
        return names[asked.lower()]

    def calibrated(self, code: str) -> Calibrated:
        """The list ready to be projected, named as people call it."""
        found = calibrate(function_name(code), self.months[code])
        return replace(found, remarks=(*found.remarks, *self.remarks))

    def by_week(self, code: str, steps: Sequence[Step], weeks: int) -> np.ndarray:
        """Treatments in each week after the latest month as a plan's steps say, the present ones before the first step."""
        return by_week(steps, last_day(self.latest), weeks, self.calibrated(code).model.capacity)

    def planned(self, code: str, steps: Sequence[Step], weeks: int) -> Calibrated:
        """The list with a plan; without steps as it is."""
        found = self.calibrated(code)
        plan = self.by_week(code, steps, weeks) if steps else None
        return replace(found, model=found.model.changed(planned=plan))

    @property
    def every(self) -> list[Calibrated]:
        """All specialties that are in the latest month (the total aside), largest first."""
        now = [code for code, months in self.months.items() if code != TOTAL_FUNCTION and months[-1].month == self.latest]  # fmt: skip
        return sorted(
            map(self.calibrated, now), key=lambda each: float(each.model.waiting.sum()), reverse=True
        )

    def weeks_to(self, month: date) -> int:
        """Whole weeks from the end of the latest month to the end of `month`; UnknownName when it lies before."""
        weeks = round((last_day(month) - last_day(self.latest)).days / 7)
        if weeks < 1:
            raise UnknownName(
                f"{spoken(month)} is not after {spoken(self.latest)}, the last month there is; give a later one"
            )
        return weeks


def lists_from_files(files: Iterable[Path], organisation: str = "") -> Lists:
    """The lists of one organisation in RTT files of any layout; the only organisation of the files when none is named."""
    rows = rows_of_files(files)
    side, code = _chosen(rows, organisation)
    return _lists(rows.filter(pl.col(side) == code).rename({side: "organisation"}), code, side)


def _chosen(rows: pl.DataFrame, organisation: str) -> tuple[str, str]:
    known = {side: rows[side].drop_nulls().unique().sort().to_list() for side in SIDES}
    if organisation:
        for side in SIDES:
            if organisation.upper() in known[side]:
                return side, organisation.upper()
        raise UnknownName(f"'{organisation}' is in none of the files{did_you_mean(organisation, [*known['provider'], *known['commissioner']])}")  # fmt: skip
    side = "provider" if known["provider"] else "commissioner"
    if len(known[side]) != 1:
        some = ", ".join(known[side][:5])
        raise UnknownName(
            f"the files hold {len(known[side])} {side}s; name one with --organisation ({some} …)"
        )
    return side, known[side][0]


def lists_of(store: Store, organisation: str) -> Lists:
    """The lists of an organisation in an area's store; NotLoaded when no RTT file holds it."""
    code = organisation.upper()
    return _stored(store, code, (code,), SIDES, tuple(_parts(store)))


def lists_of_several(store: Store, name: str, commissioners: tuple[str, ...]) -> Lists:
    """The lists of several commissioners added up, called `name`; only months in which each of them has a list."""
    return _stored(store, name, commissioners, ("commissioner",), tuple(_parts(store)))


def _parts(store: Store) -> list[str]:
    names = [f"{name}_by_{side}" for name in DATASETS for side in SIDES]
    return [part.checksum for name in names for part in store.parts(name)]


@lru_cache(maxsize=64)
def _stored(
    store: Store, code: str, codes: tuple[str, ...], sides: tuple[str, ...], _state: tuple[str, ...]
) -> Lists:
    for side in sides:
        frames = [
            pl.scan_parquet(part.path)
            .filter(pl.col(side).is_in(codes))
            .with_columns(pl.lit(kind).alias("part"))
            .collect()
            for name, kind in DATASETS.items()
            for part in store.parts(f"{name}_by_{side}")
        ]
        rows = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
        if rows.height:
            whole = _months_of_all(rows, side, codes)
            return _lists(whole.rename({side: "organisation"}), code, side)
    raise NotLoaded(f"no RTT file with {code} is loaded; 'opencommissioning sources' says where they are")


def _months_of_all(rows: pl.DataFrame, side: str, codes: tuple[str, ...]) -> pl.DataFrame:
    """The rows of the months in which each of the organisations has a list; what a month lacks is not nobody."""
    here = rows.filter(pl.col("part") == "2").group_by("month").agg(pl.col(side).n_unique())
    months = here.filter(pl.col(side) == len(codes))["month"]
    if len(codes) > 1 and not months.len():
        raise NotLoaded(
            f"there is no month with lists of all {len(codes)} commissioners; load the RTT files of the same month"
        )
    return rows.filter(pl.col("month").is_in(months.implode())) if len(codes) > 1 else rows


def commissioners_with_lists(store: Store) -> set[str]:
    """Commissioners with a waiting list in the latest month."""
    return {code for code, side in organisations_with_lists(store).items() if side == "commissioner"}


def organisations_with_lists(store: Store) -> dict[str, str]:
    """code → side of every organisation with a waiting list in the latest month."""
    found = {}
    for side in SIDES:
        parts = store.parts(f"waiting_by_{side}")
        if parts:
            latest = max(parts, key=lambda part: part.period or date.min)
            codes = pl.read_parquet(latest.path, columns=[side])[side].unique().sort()
            found |= dict.fromkeys(codes, side)
    return found


def _lists(rows: pl.DataFrame, code: str, side: str) -> Lists:
    """Months by specialty from rows (month, part, function, weeks, open_from, pathways)."""
    plain, untold = _with_everything(rows.filter(pl.col("function") != TOTAL_FUNCTION), code)
    open_from = _open_from(plain, code)
    sums = plain.group_by("function", "month", "part", "weeks").agg(pl.col("pathways").sum())
    out: dict[str, tuple[Month, ...]] = {}
    for (function,), group in sums.group_by("function", maintain_order=False):
        months = started_by_balance(_months(group, open_from), untold)
        if months:
            out[str(function)] = months
    together = sums.group_by("month", "part", "weeks").agg(pl.col("pathways").sum())
    total = started_by_balance(_months(together, open_from), untold)
    if not total:
        raise NotLoaded(f"{code} has no month with waiting lists by weekly band; load RTT files")
    return Lists(code, side, out | {TOTAL_FUNCTION: total})


def _open_from(rows: pl.DataFrame, code: str) -> int:
    """The week at which all files' bands end; NotLoaded when they end at different ones: their open bands are not the same people."""
    ends = (
        rows.filter(pl.col("part") != "3")["open_from"].drop_nulls().cast(pl.Int64).unique().sort().to_list()
    )
    if len(ends) > 1:
        raise NotLoaded(
            f"{code}: some files' bands end at {ends[0]} weeks and others' at {ends[-1]}; project from files of one layout"
        )
    return ends[0] if ends else 104


def _months(group: pl.DataFrame, open_from: int) -> tuple[Month, ...]:
    found = []
    for (month,), rows in group.group_by("month"):
        parts = {part: rows.filter(pl.col("part").is_in(kinds)) for part, kinds in (("2", ["2"]), ("1", COMPLETED), ("3", ["3"]))}  # fmt: skip
        if parts["2"].height:
            started = float(parts["3"]["pathways"].sum())
            found.append(Month(month, _bands(parts["2"], open_from), _bands(parts["1"], open_from), started))
    return tuple(sorted(found, key=lambda each: each.month))


def _with_everything(rows: pl.DataFrame, code: str) -> tuple[pl.DataFrame, frozenset[date]]:
    """The rows of months that have both parts of completed pathways, and the months without new pathways; NotLoaded when none has both."""
    told = rows.group_by("month").agg(pl.col("part").unique())
    parts = {month: set(found) for month, found in told.iter_rows()}
    whole = [month for month, found in parts.items() if found.issuperset(COMPLETED)]
    if not whole and parts:
        month, found = max(parts.items())
        lacks = " and ".join(f"'{PARTS[part]}'" for part in COMPLETED if part not in found)
        raise NotLoaded(
            f"{code}: {lacks} of {spoken(month)} are not there, so it is not known how many are treated; give (or load) those files "
            "beside the list's"
        )
    return rows.filter(pl.col("month").is_in(whole)), frozenset(month for month in whole if "3" not in parts[month])  # fmt: skip


def _bands(rows: pl.DataFrame, open_from: int) -> np.ndarray:
    out = np.zeros(open_from + 1)
    known = rows.filter(pl.col("weeks").is_not_null())
    np.add.at(
        out,
        known["weeks"].cast(pl.Int64).to_numpy() - 1,
        known["pathways"].cast(pl.Float64).to_numpy(),
    )
    return out


@dataclass(frozen=True)
class Fan:
    """A list's course with its uncertainty: centiles 5 and 25, what is expected, centiles 75 and 95 (rows) × weeks of people waiting and of
    the share in time."""

    name: str
    waiting: np.ndarray
    within: np.ndarray
    remarks: tuple[str, ...]
    unused: float
    chance: float


def fan(
    lists: Lists,
    code: str,
    weeks: int,
    extra: float = 0.0,
    plan: Sequence[Step] = (),
    runs: int = RUNS,
    seed: int = 1,
) -> Fan:
    """Many random courses of a list with `extra` treatments a week for the longest waiters (beyond the plan, if there is one), each of rates
    drawn around the calibrated ones, so that the fan holds chance and the error of the rates; chance: to meet the standard at the end."""
    found = lists.planned(code, plan, weeks)
    own = seed_of(found.model.name, seed)
    path = simulate_each([each.more(extra) for each in drawn(found, runs, own)], weeks, own)
    expected = project([found.model.more(extra)], weeks)
    return Fan(
        found.model.name,
        around(path.waiting, expected.waiting[0]),
        around(path.within, expected.within[0]),
        found.remarks,
        float(path.unused.sum(axis=1).mean()),
        float((path.within[:, -1] >= RTT.share).mean()),
    )


def backlog_of(lists: Lists, code: str = TOTAL_FUNCTION) -> Backlog:
    """People over 18 weeks on a list (all lists together), and those beyond what the standard allows."""
    return backlog(lists.months[code][-1].waiting)


def takes(
    lists: Lists,
    code: str,
    weeks: int,
    nobody_over: int = 0,
    standard: Standard = RTT,
    plan: Sequence[Step] = (),
) -> Takes:
    """What it takes to clear a list within `weeks`, beyond the plan if there is one."""
    return what_it_takes(lists.planned(code, plan, weeks), weeks, Aim(standard, nobody_over))


def tested(lists: Lists, code: str) -> BackTest:
    """How the second half of a list's own months would have been foretold from the first."""
    return back_test(function_name(code), lists.months[code])


def remarks(found: Sequence[Calibrated]) -> list[str]:
    """What had to be assumed, each once."""
    return list(dict.fromkeys(remark for each in found for remark in each.remarks))

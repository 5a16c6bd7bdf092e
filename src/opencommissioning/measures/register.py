"""Which practices there are, when they were open, and to whom they belonged in which month: the rows of the grid.

The grid never comes from prescribing rows alone: a practice that the register calls open and that has no row is *missing*, not absent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.catalogue.organisation import PARENT_LEVELS
from opencommissioning.catalogue.period import shift

GP_SETTING = "4"
WALES = "W00"
NOT_ACTIVE = ("D", "P")  # dormant, proposed: most have no closing date, or have not begun


@dataclass(frozen=True)
class Register:
    """Practices × months. Arrays share these axes.

    practices   sorted codes, shape (P,); names, postcodes alike
    months      dates of first days, length M, in order; months far from any file may be left out (`columns_for` of `grid`)
    open        bool (P, M): open, a GP practice, and English; one that is dormant or proposed is not, unless some file has data of it
    parents     level → int32 (P, M): index into `codes[level]`, −1 = none known
    codes       level → tuple of organisation codes; `labels` level → code → name
    registered  whether a practice register was loaded at all; without it coverage is unknown
    flags       practice code → words worth showing ("closed March 2020", "fewer than 1,000 patients" …)
    """

    practices: tuple[str, ...]
    months: tuple[date, ...]
    names: Mapping[str, str]
    postcodes: Mapping[str, str]
    open: np.ndarray
    parents: Mapping[str, np.ndarray]
    codes: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, str]]
    registered: bool
    closed: Mapping[str, date]

    def current(self, level: str) -> np.ndarray:
        """The parents of the last month for every month: "current membership". Shape (P, M)."""
        last = self.parents[level][:, -1:]
        return np.broadcast_to(last, self.parents[level].shape)


def plain_register(codes: Iterable[str], months: Sequence[date], names: Mapping[str, str]) -> Register:
    """Organisations that practices do not add up to (providers, local authorities): open throughout, belonging to nobody."""
    rows = tuple(sorted(codes))
    open_ = np.ones((len(rows), len(months)), bool)
    named = {code: _titled(names[code]) if names.get(code) else code for code in rows}
    return Register(rows, tuple(months), named, {}, open_, {}, {}, {}, True, {})


Read = Callable[
    [str], pl.DataFrame | None
]  # dataset → all its rows (snapshots with their month), None when not loaded


def read_register(read: Read, months: Sequence[date], seen: Iterable[str]) -> Register:
    """The register over `months` from whatever is loaded: practice register vintages, maps, PCN members, prescribers' own columns.

    `seen` are the practices with data; they are rows of the grid even when no register names them (without being "open").
    """
    snapshots = read("practices")
    maps, prescribers = read("practice_map"), read("prescribers")
    rows, seen = _practice_rows(snapshots), set(seen)
    if snapshots is None:
        rows = {code: _Row(code) for code in seen}
    codes = tuple(sorted(rows))
    names, postcodes = _names(rows, maps, prescribers)
    idle = {code for code, row in rows.items() if row.status in NOT_ACTIVE}.difference(seen)
    open_ = _open(rows, codes, months, snapshots is not None, idle)
    telling = prescribers if snapshots is None else _telling(prescribers, codes, months, open_)
    events = _events(snapshots, maps, telling)
    members = _newest(read("pcn_members"))
    parents, parent_codes = _parents(codes, tuple(months), events, members)
    return Register(
        practices=codes,
        months=tuple(months),
        names=names,
        postcodes=postcodes,
        open=open_,
        parents=parents,
        codes=parent_codes,
        labels=_labels(parent_codes, maps, prescribers, read("commissioners"), members),
        registered=snapshots is not None,
        closed={code: row.closed for code, row in rows.items() if row.closed},
    )


@dataclass(frozen=True)
class _Row:
    code: str
    name: str = ""
    postcode: str = ""
    opened: date | None = None
    closed: date | None = None
    status: str = ""


def _practice_rows(snapshots: pl.DataFrame | None) -> dict[str, _Row]:
    """GP practices outside Wales of every vintage; the latest vintage tells name, dates and status."""
    if snapshots is None:
        return {}
    kept = snapshots.filter(
        (pl.col("setting") == GP_SETTING) & (pl.col("grouping").fill_null("") != WALES)
    ).sort("month")
    status = pl.col("status") if "status" in kept.columns else pl.lit("")
    columns = kept.select(
        "practice", "name", "postcode", "opened", "closed", status.alias("status")
    ).iter_rows()
    return {
        code: _Row(code, name or "", postcode or "", opened, closed, letter or "")
        for code, name, postcode, opened, closed, letter in columns
    }


def _open(
    rows: Mapping[str, _Row], codes: Sequence[str], months: Sequence[date], registered: bool, idle: Set[str]
) -> np.ndarray:
    """Open in a month: opened before it ended, not closed before it began, and not `idle`."""
    if not registered:
        return np.ones((len(codes), len(months)), bool)
    out = np.zeros((len(codes), len(months)), bool)
    for place, code in enumerate(codes):
        if code in idle:
            continue
        row = rows[code]
        for step, month in enumerate(months):
            begun = row.opened is None or row.opened < shift(month, 1)
            out[place, step] = begun and (row.closed is None or row.closed >= month)
    return out


def _telling(
    prescribers: pl.DataFrame | None, codes: Sequence[str], months: Sequence[date], open_: np.ndarray
) -> pl.DataFrame | None:
    """What prescribing files say of membership, in months in which they name at least half of the practices that are open.

    A file of four practices says nothing about who else belongs: their area would seem complete.
    """
    if prescribers is None:
        return None
    counts = (
        prescribers.filter(pl.col("practice").is_in(list(codes)))
        .group_by("month")
        .agg(pl.col("practice").n_unique().alias("named"))
    )
    opened = dict(zip(months, open_.sum(axis=0).tolist(), strict=True))
    whole = [month for month, named in counts.iter_rows() if named >= 0.5 * opened.get(month, np.inf)]
    return prescribers.filter(pl.col("month").is_in(whole))


def _newest(members: pl.DataFrame | None) -> pl.DataFrame | None:
    """Of several vintages of PCN membership, each practice's links in the latest that has it: a link that was withdrawn is gone."""
    if members is None or "month" not in members.columns:
        return members
    latest = pl.col("month").max().over("practice")
    return members.filter(pl.col("month").eq_missing(latest))


def _names(rows: Mapping[str, _Row], *frames: pl.DataFrame | None) -> tuple[dict[str, str], dict[str, str]]:
    names = {code: row.name for code, row in rows.items() if row.name}
    for frame in frames:
        if frame is not None:
            column = "practice_name" if "practice_name" in frame.columns else "name"
            latest = frame.sort("month").select("practice", column).drop_nulls()
            names = dict(latest.iter_rows()) | names
    return {code: _titled(name) for code, name in names.items()}, {
        code: row.postcode for code, row in rows.items()
    }


def _titled(name: str) -> str:
    """Registers shout; pages do not. Short words such as NHS, CCG and PCN keep their capitals."""
    if name != name.upper():
        return name
    keep = {"NHS", "CCG", "PCN", "ICB", "STP", "GP", "UK", "II", "III", "NE", "NW", "SE", "SW"}
    small = {"AND", "OF", "THE", "IN", "ON", "AT", "FOR"}
    words = name.split()
    shown = [
        w
        if w.strip("()&,") in keep or any(c.isdigit() for c in w)
        else w.lower()
        if w in small and n
        else w.capitalize()
        for n, w in enumerate(words)
    ]
    return " ".join(shown)


def _events(
    snapshots: pl.DataFrame | None, maps: pl.DataFrame | None, prescribers: pl.DataFrame | None
) -> pl.DataFrame:
    """level, month, practice, parent: what some file said about a practice in a month."""
    frames = []
    for source, levels in ((maps, PARENT_LEVELS), (prescribers, ("sub_icb", "icb", "region"))):
        for level in levels if source is not None else ():
            frames.append(_event(source, level, level))
    if snapshots is not None:
        frames.append(_event(snapshots, "sub_icb", "commissioner"))
    schema = {"level": pl.String, "month": pl.Date, "practice": pl.String, "parent": pl.String}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _event(frame: pl.DataFrame, level: str, column: str) -> pl.DataFrame:
    said = frame.select(pl.lit(level).alias("level"), "month", "practice", parent=_untrailed(pl.col(column)))
    return said.filter(pl.col("parent").is_not_null() & (pl.col("parent") != "-") & (pl.col("parent") != ""))


def _untrailed(column: pl.Expr) -> pl.Expr:
    """`11M00` → `11M`. Genuine five-character codes such as D2P2L do not end in 00."""
    code = column.str.strip_chars()
    return (
        pl.when((code.str.len_chars() == 5) & code.str.ends_with("00"))
        .then(code.str.slice(0, 3))
        .otherwise(code)
    )


def _parents(
    practices: tuple[str, ...],
    months: tuple[date, ...],
    events: pl.DataFrame,
    pcn_members: pl.DataFrame | None,
) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, ...]]]:
    arrays, codes = {}, {}
    place = {code: number for number, code in enumerate(practices)}
    for level in PARENT_LEVELS:
        said = events.filter((pl.col("level") == level) & pl.col("practice").is_in(list(place)))
        known = set(said["parent"].to_list())
        if level == "pcn" and pcn_members is not None:
            known |= set(pcn_members["pcn"].drop_nulls().to_list())
        codes[level] = tuple(sorted(known))
        number = {code: index for index, code in enumerate(codes[level])}
        arrays[level] = _filled(place, months, number, said)
        if level == "pcn" and pcn_members is not None:
            _apply_intervals(arrays[level], place, months, number, pcn_members)
    return arrays, codes


def _filled(
    place: Mapping[str, int], months: tuple[date, ...], number: Mapping[str, int], said: pl.DataFrame
) -> np.ndarray:
    """Each month takes what was last said at or before it; the months before the first word take the first word."""
    out = np.full((len(place), len(months)), -1, np.int32)
    changed = said.sort("practice", "month").unique(
        subset=["practice", "month"], keep="last", maintain_order=True
    )
    changed = changed.filter((pl.col("parent") != pl.col("parent").shift(1).over("practice")).fill_null(True))
    first_seen: set[str] = set()
    for practice, month, parent in changed.select("practice", "month", "parent").iter_rows():
        start = 0 if practice not in first_seen else _at(months, month)
        first_seen.add(practice)
        out[place[practice], start:] = number[parent]
    return out


def _at(months: tuple[date, ...], month: date) -> int:
    return int(np.searchsorted(np.array(months, "datetime64[D]"), np.datetime64(month)))


def _apply_intervals(
    out: np.ndarray,
    place: Mapping[str, int],
    months: tuple[date, ...],
    number: Mapping[str, int],
    members: pl.DataFrame,
) -> None:
    """Dated PCN membership overrides what maps say: outside its intervals a practice has no PCN."""
    rows = members.select("practice", "pcn", "start", "end").sort("start").rows()
    for practice in {row[0] for row in rows if row[0] in place}:
        out[place[practice]] = -1
    for practice, pcn, start, end in rows:
        if practice in place and pcn in number:
            # the middle of a month decides: links that end on the 31st and begin on the 1st never meet
            begins = _at(months, start.replace(day=1)) if start else 0
            ends = len(months) if end is None else _at(months, shift(end.replace(day=1), int(end.day > 15)))
            out[place[practice], begins:ends] = number[pcn]


def _labels(
    codes: Mapping[str, tuple[str, ...]],
    maps: pl.DataFrame | None,
    prescribers: pl.DataFrame | None,
    commissioners: pl.DataFrame | None,
    pcn_members: pl.DataFrame | None,
) -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {}
    for level in PARENT_LEVELS:
        names: dict[str, str] = {}
        for frame in (prescribers, maps):  # the map's names are better spelt: last wins
            if frame is not None and f"{level}_name" in frame.columns:
                pairs = (
                    frame.sort("month")
                    .select(_untrailed(pl.col(level)).alias("code"), f"{level}_name")
                    .drop_nulls()
                )
                names |= dict(pairs.unique(maintain_order=True).iter_rows())
        if level == "pcn" and pcn_members is not None:
            names = dict(pcn_members.select("pcn", "pcn_name").drop_nulls().iter_rows()) | names
        if level == "sub_icb" and commissioners is not None:
            names = dict(commissioners.select("code", "name").drop_nulls().iter_rows()) | names
        out[level] = {code: _titled(names[code]) if names.get(code) else code for code in codes[level]}
    return out

"""Lists counted in their own buckets as lists that can be projected: months by list, waits spread over the weeks of each bucket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.waiting.flowing import Lists, lists_from_files
from opencommissioning.area.waiting.listed_people import lists_of_people
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.waiting import STANDARD_WEEKS, TOTAL_FUNCTION
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import FileRefused, NotLoaded, UnknownName, did_you_mean
from opencommissioning.flow.calibration import Month, started_by_balance
from opencommissioning.sources.bucketed_lists import DATASET, of_rows
from opencommissioning.sources.list_records import is_waiting_list
from opencommissioning.sources.own_buckets import Bucket, by_week, edges, is_bucketed, reach, read_buckets
from opencommissioning.warehouse.store import Store

Key = tuple[str, date, str]  # list, month, what


def lists_from_any(files: Sequence[Path], organisation: str = "") -> Lists:
    """The lists of one organisation in RTT files of any layout, or in files of buckets; or a waiting list, a person a row.

    FileRefused for several kinds together.
    """
    if len(files) == 1 and is_waiting_list(Path(files[0])):
        return lists_of_people(Path(files[0]))
    bucketed = [is_bucketed(Path(each)) for each in files]
    if not any(bucketed):
        return lists_from_files(files, organisation)
    if not all(bucketed):
        other = Path(files[bucketed.index(False)]).name
        raise FileRefused(
            f"{other}: has no buckets as the other files have; project one kind of file at a time"
        )
    return lists_in_buckets(map(Path, files), organisation)


def lists_in_buckets(files: Iterable[Path], organisation: str = "") -> Lists:
    """The lists of one organisation in files of buckets; of the only one when none is named.

    Those who joined are taken from the balance where the files have no rows of them. FileRefused for buckets that do not fit, NotLoaded
    without anybody treated: how many leave a week is then not known.
    """
    file, buckets = "", []
    for path in files:
        file, mine = path.name, read_buckets(path)
        buckets += mine
    return _lists(file, *_of(buckets, organisation))


def stored_lists(store: Store, organisation: str) -> Lists:
    """The lists of an organisation that the area holds in buckets, people rounded in each of them; NotLoaded when there are none."""
    return _stored(store, organisation.upper(), tuple(part.checksum for part in store.parts(DATASET)))


@lru_cache(maxsize=64)
def _stored(store: Store, code: str, _state: tuple[str, ...]) -> Lists:
    frames = [pl.read_parquet(part.path).filter(pl.col("organisation") == code) for part in store.parts(DATASET)]  # fmt: skip
    rows = pl.concat(frames) if frames else pl.DataFrame()
    if not rows.height:
        raise NotLoaded(
            f"no list of {code} in buckets of its own is loaded; 'opencommissioning sources own_buckets' says what such a file looks like"
        )
    found = _lists(code, code, of_rows(rows.with_columns(HES.rounded(pl.col("people")))))
    return replace(found, remarks=(*found.remarks, f"people were rounded to {HES.rounding} in each bucket"))


def organisations_with_buckets(store: Store) -> set[str]:
    """Organisations that have a list in buckets."""
    frames = [pl.read_parquet(part.path, columns=["organisation"]) for part in store.parts(DATASET)]
    return set(pl.concat(frames)["organisation"]) if frames else set()


def _lists(file: str, code: str, mine: Sequence[Bucket]) -> Lists:
    groups: dict[Key, list[Bucket]] = {}
    for each in mine:
        groups.setdefault((each.list, each.month, each.what), []).append(each)
    told = {key: edges(file, group) for key, group in groups.items() if group[0].low is not None}
    if not told:
        raise NotLoaded(f"{file}: holds no list of {code or 'anybody'} by how long people wait")
    open_from = reach(list(told.values()))
    if open_from < STANDARD_WEEKS:
        raise FileRefused(
            f"{file}: its last bucket begins at {open_from} weeks, so it does not tell who waits over {STANDARD_WEEKS}; split it at "
            f"{STANDARD_WEEKS} weeks (126 days) at least"
        )
    months = _months(code or file, groups, told, open_from)
    return Lists(code or file, "own buckets", months | {TOTAL_FUNCTION: _together(months)}, _remarks(told))


def _of(buckets: Sequence[Bucket], organisation: str) -> tuple[str, list[Bucket]]:
    known = sorted({each.organisation for each in buckets})
    code = organisation.upper() or (known[0] if len(known) == 1 else "")
    if not organisation and len(known) > 1:
        raise UnknownName(f"the files hold {len(known)} organisations; name one with --organisation ({', '.join(known[:5])} …)")  # fmt: skip
    if code not in known:
        raise UnknownName(
            f"'{organisation}' is in none of the files{did_you_mean(organisation.upper(), known)}"
        )
    return code, [each for each in buckets if each.organisation == code]


def _months(
    who: str, groups: Mapping[Key, Sequence[Bucket]], told: Mapping[Key, Sequence], open_from: int
) -> dict[str, tuple[Month, ...]]:
    out = {}
    for name in dict.fromkeys(key[0] for key in told):
        found, untold = [], []
        for month in sorted(key[1] for key in told if key[0] == name and key[2] == "waiting"):
            waiting = _spread(told[name, month, "waiting"], open_from)
            if (name, month, "treated") not in groups:
                raise NotLoaded(
                    f"{who}: nobody is told to be treated in {spoken(month)} (list '{name}'), so it is not known how many leave a week; give rows "
                    "with 'treated' in a column 'what', by bucket or, without buckets, in all"
                )
            treated = _treated(groups[name, month, "treated"], told.get((name, month, "treated")), waiting, open_from)  # fmt: skip
            joined = groups.get((name, month, "joined"), ())
            untold += [] if joined else [month]
            found.append(Month(month, waiting, treated, sum(each.count for each in joined)))
        if found:
            out[name] = started_by_balance(found, frozenset(untold))
    return out


def _spread(told: Sequence[tuple[float, float | None, Bucket]], open_from: int) -> np.ndarray:
    return by_week([(low, high, each.count) for low, high, each in told], open_from)


def _treated(
    rows: Sequence[Bucket], told: Sequence | None, waiting: np.ndarray, open_from: int
) -> np.ndarray:
    """By weeks waited; where the file has them in all only, as the list is."""
    if told is not None:
        return _spread(told, open_from)
    total = sum(each.count for each in rows)
    return waiting * (total / max(float(waiting.sum()), 1.0))


def _together(months: Mapping[str, Sequence[Month]]) -> tuple[Month, ...]:
    """All lists added up, in the months that each of them has."""
    shared = set.intersection(*({each.month for each in found} for found in months.values()))
    if not shared:
        raise NotLoaded(
            "the lists have no month in common; give them of the same months, or one of them by itself"
        )
    out = []
    for month in sorted(shared):
        same = [each for found in months.values() for each in found if each.month == month]
        waiting, treated = (sum(np.asarray(getattr(each, name)) for each in same) for name in ("waiting", "treated"))  # fmt: skip
        out.append(Month(month, waiting, treated, sum(each.started for each in same), all(each.told for each in same)))  # fmt: skip
    return tuple(out)


def _remarks(told: Mapping[Key, Sequence[tuple[float, float | None, Bucket]]]) -> tuple[str, ...]:
    out = ["people were spread evenly over the weeks of their bucket"]
    across = next(((low, high) for each in told.values() for low, high, _ in each if low < STANDARD_WEEKS and (high is None or high > STANDARD_WEEKS)), None)  # fmt: skip
    if across:
        end = "without an end" if across[1] is None else f"to {across[1]:.3g}"
        out.append(f"no bucket ends at {STANDARD_WEEKS} weeks (one goes from {across[0]:.3g} {end}), so shares within {STANDARD_WEEKS} weeks are estimates")  # fmt: skip
    return tuple(out)

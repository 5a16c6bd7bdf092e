"""An organisation's own waiting lists and follow-ups by specialty, as they may leave the area: all made of counts rounded together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.build import Build, Organisation
from opencommissioning.area.data.people_in import gate_secret
from opencommissioning.area.levels import PRACTICE
from opencommissioning.catalogue.organisation import PUBLISHED_LEVELS
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.catalogue.waiting import function_name
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.register import Register
from opencommissioning.warehouse.store import Store

LATE = pl.col("state") == "overdue"
KINDS: Mapping[str, Mapping[str, pl.Expr]] = {  # beginning of the dataset → what is counted
    "listed": {
        "Waiting": pl.lit(True),
        "Over 18 weeks": pl.col("weeks") > 18,
        "Over 52 weeks": pl.col("weeks") > 52,
        "Past their due date": pl.col("due") == "past",
    },
    "follow_ups": {
        "To be followed up": pl.lit(True),
        "Overdue": LATE,
        "Overdue over 12 weeks": LATE & (pl.col("weeks") > 12),
        "Without a due date": pl.col("state") == "no due date",
    },
}
TITLES = {"listed": "Own waiting lists", "follow_ups": "Follow-ups"}
Rounded = dict[tuple[str, str], np.ndarray]  # (specialty, what) → int64 (organisations, months)


@dataclass(frozen=True)
class OwnCounts:
    """One kind of list on its latest month: a row a specialty, the largest first, all together last where there are several; None where too few to be shown."""

    title: str
    month: date
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    sentence: str


def own_lists(build: Build, store: Store, folder: Path, code: str) -> list[OwnCounts]:
    """Own waiting lists and follow-ups of an organisation, those that are loaded and may be shown as its own; none is an empty list."""
    organisation = build.organisation(code)
    found = [_counts(build, store, folder, organisation, name) for name in KINDS]
    return [each for each in found if each]


def needed(found: list[OwnCounts], code: str) -> list[OwnCounts]:
    """The counts, or NotLoaded with what to load when there are none."""
    if not found:
        raise NotLoaded(
            f"no list of {code} is loaded, or of too few of its practices; 'opencommissioning sources waiting_list' says what a list looks like"
        )
    return found


def _counts(build: Build, store: Store, folder: Path, organisation: Organisation, name: str) -> OwnCounts | None:  # fmt: skip
    side = "provider" if organisation.level == "provider" else PRACTICE
    dataset = f"{name}_by_{side}"
    if (organisation.level in PUBLISHED_LEVELS and side == PRACTICE) or not store.parts(dataset):
        return None
    register, months, rounded = build.remember(("own lists", dataset), lambda: _gated(build, store, folder, dataset, name))  # fmt: skip
    inside = _inside(build, register, organisation)
    there = np.any([part[:, -1] > 0 for (_, what), part in rounded.items() if what == next(iter(KINDS[name]))], axis=0)  # fmt: skip
    share = _share(build, inside, there) if side == PRACTICE else float((inside & there).any())
    if share < build.settings.coverage:
        return None
    return OwnCounts(
        TITLES[name],
        months[-1],
        tuple(KINDS[name]),
        _rows({key: int(part[inside, -1].sum()) for key, part in rounded.items()}, tuple(KINDS[name])),
        _told(organisation, int((inside & there).sum()), int(inside.sum()), share, months[-1]),
    )


def _gated(
    build: Build, store: Store, folder: Path, dataset: str, name: str
) -> tuple[Register, list[date], Rounded]:
    """Every specialty and kind of count of a dataset, through the gate as the build's own quantities go."""
    rows = pl.concat(pl.read_parquet(part.path) for part in store.parts(dataset))
    side = dataset.rpartition("_")[2]
    register = build.register if side == PRACTICE else build.published[side].register
    months = sorted(rows["month"].unique())
    place = {code: number for number, code in enumerate(register.practices)}
    known = rows.filter(pl.col(side).is_in(list(place)))
    values: Rounded = {}
    for (function,), mine in known.group_by("function"):
        for what, condition in KINDS[name].items():
            out = np.zeros((len(place), len(months)), np.int64)
            counted = mine.filter(condition)
            at = [place[each] for each in counted[side]], [months.index(each) for each in counted["month"]]
            np.add.at(out, at, counted["people"].to_numpy())
            values[str(function), what] = out
    gate = Gate(dataset, register, gate_secret(folder), dict.fromkeys(values, 0))
    return register, months, gate(values)


def _inside(build: Build, register: Register, organisation: Organisation) -> np.ndarray:
    if organisation.level in (PRACTICE, "provider"):
        return np.array([code == organisation.code for code in register.practices])
    codes, parents = build.members(organisation.level, True)
    return (parents[:, -1] == codes.index(organisation.code)) & register.open[:, -1]


def _share(build: Build, inside: np.ndarray, there: np.ndarray) -> float:
    """The share of an organisation's patients whose practice is in the list (of its practices, where lists of patients are not loaded)."""
    known = np.asarray(build.grid.patients)
    filled = np.flatnonzero(np.isfinite(known).any(axis=0))
    people = np.nan_to_num(known[:, filled[-1]]) if len(filled) else np.ones(len(known))
    return float(people[inside & there].sum() / max(people[inside].sum(), 1))


def _rows(counts: Mapping[tuple[str, str], int], kinds: tuple[str, ...]) -> tuple[tuple[str, tuple[int | None, ...]], ...]:  # fmt: skip
    functions = sorted({function for function, _ in counts}, key=lambda each: -counts[each, kinds[0]])
    total = tuple(sum(counts[each, kind] for each in functions) for kind in kinds)
    rows = [(_named(each), tuple(counts[each, kind] for kind in kinds)) for each in functions]
    shown = [row for row in rows if row[1][0] >= HES.fewest_shown]
    whole = [("All together", total)] if len(rows) > 1 else []
    return tuple((name, tuple(map(_shown, each))) for name, each in (*shown, *whole))


def _named(function: str) -> str:
    return "Specialty not told" if function == "not told" else function_name(function)


def _shown(count: int) -> int | None:
    return count if count >= HES.fewest_shown else None


def _told(organisation: Organisation, practices: int, of: int, share: float, month: date) -> str:
    whose = "" if organisation.level in (PRACTICE, "provider") else f"Of {practices} of {of} practices with {per_cent(share)} of the patients. "  # fmt: skip
    return (
        f"{whose}People on the lists of {spoken(month)} that are loaded, which no return need hold. Counts are multiples of {HES.rounding}; below "
        f"{HES.fewest_shown} nothing is shown, and specialties with fewer people are only in the total"
    )

"""Counts out of the records into the store: as a file that anybody could have counted, loaded like one."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
from sqlglot import exp

from opencommissioning.area.library import Library, shipped
from opencommissioning.catalogue.avoidable import Avoidable
from opencommissioning.catalogue.category import Category
from opencommissioning.errors import NotLoaded, StoreError
from opencommissioning.records.avoiding import RECORDS, activity_counts
from opencommissioning.records.counting import (
    admission_ages,
    admission_bands,
    admission_counts,
    episodes_by_month,
    months_covered,
    with_zeros,
)
from opencommissioning.records.lists import (
    FOLLOW_UPS,
    WAITING,
    follow_up_counts,
    list_months,
    waiting_counts,
)
from opencommissioning.records.opt_outs import OptOuts
from opencommissioning.records.purposes import Look, Purpose
from opencommissioning.records.services import (
    LOG,
    change_counts,
    referrals_by_month,
    stage_counts,
)
from opencommissioning.records.spells import EMERGENCY, EPISODES
from opencommissioning.records.vault import Vault
from opencommissioning.records.visits import appointment_counts, attendance_counts, by_month
from opencommissioning.records.weights import read_weights
from opencommissioning.sources.avoidable import AVOIDABLE, NO_KIND
from opencommissioning.sources.reading_lists import SIDES
from opencommissioning.sources.recognise import recognise
from opencommissioning.warehouse.manifest import COUNTED
from opencommissioning.warehouse.store import Store

COMPUTATION = 4  # raise by hand when the same records would be counted otherwise
NOTE, USED = "counted.json", "used"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Count:
    """What was counted out of one kind of record: dataset, its months, rows of counts, what they add up to."""

    dataset: str
    months: tuple[date, ...]
    rows: int
    total: int


@dataclass(frozen=True)
class Material:
    """What counting needs of an area."""

    vault: Vault
    opt_outs: OptOuts
    store: Store
    library: Library
    emergency: tuple[str, ...] = EMERGENCY  # methods of admission


def is_stale(made_of: Material) -> bool:
    """Whether the records, the opt-outs or the categories changed since they were last counted."""
    if not made_of.vault.held:
        return False
    note = _noted(made_of.vault) or {}
    return {name: part for name, part in note.items() if name != USED} != _fingerprint(made_of)


def count(made_of: Material, progress: Progress, because: str = "") -> list[Count]:
    """Count everything that the records hold, into the store. NotLoaded when they hold nothing; StoreError when a month's counts
    were loaded from somebody else's file already."""
    held = made_of.vault.datasets()
    counters = [counter for dataset, counter in COUNTERS.items() if dataset in held]
    if not counters:
        raise NotLoaded(
            "the records hold nothing that can be counted; load admitted care, A&E, outpatients, a service's log or a list first"
        )
    look = Look(Purpose.COMMISSIONING, because or "counts by practice, month and category")
    out = [each for counter in counters for each in counter(made_of, look, progress)]
    out += count_avoidable(made_of, look, progress)
    used = {dataset: _used(made_of, dataset, look) for dataset in COUNTERS if dataset in held}
    note = {**_fingerprint(made_of), USED: used}
    (made_of.vault.folder / NOTE).write_text(json.dumps(note), encoding="utf-8")
    return out


def _used(made_of: Material, dataset: str, look: Look) -> int:
    """How many rows may be used: without people who opted out, each row once."""
    query = exp.select("count(*) AS rows").from_(dataset)
    return made_of.vault.read(query, dataset, look, made_of.opt_outs)["rows"].item()


def rows_used(vault: Vault) -> dict[str, int]:
    """dataset → how many of its rows could be used when they were last counted; nothing before."""
    return (_noted(vault) or {}).get(USED, {})


def _count_admissions(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    def read(query) -> pl.DataFrame:
        return made_of.vault.read(query, EPISODES, look, made_of.opt_outs)

    months = months_covered(read(episodes_by_month()))
    if not months:
        return []
    categories, lists = made_of.library.categories["spells"], made_of.library.codelists
    progress("counting admissions", 0, 3)
    counts = with_zeros(read(admission_counts(categories, lists, months, made_of.emergency)))
    progress("counting their ages", 1, 3)
    ages = read(admission_ages(categories, lists, months, made_of.emergency))
    progress("counting their ages by practice", 2, 3)
    expected = expected_pairs(made_of.library)
    named = [each for each in categories if each.id in set(expected["category"])]
    bands = read(admission_bands(named, lists, months, made_of.emergency)).rename({"broad": "age_sex"})
    bands = bands.join(expected, on=["category", "kind"], how="semi")
    frames = {"admissions": counts, "admission_ages": ages, "admission_bands": bands}
    return [_put(made_of, name, frame, months) for name, frame in frames.items() if frame.height]


def expected_pairs(library: Library) -> pl.DataFrame:
    """category, kind: what is expected by age and sex, which alone is counted by practice and age."""
    told = [dict(each.rates.where) for each in library.codelists.values() if each.rates]
    schema = {"category": pl.String, "kind": pl.String}
    return pl.DataFrame([{name: each.get(name) for name in schema} for each in told], schema=schema).unique()


def _count_attendances(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    def read(query) -> pl.DataFrame:
        return made_of.vault.read(query, "attendance_records", look, made_of.opt_outs)

    months = months_covered(read(by_month("attendance_records")))
    progress("counting A&E attendances", 0, 1)
    query = attendance_counts(made_of.library.categories["attendances"], made_of.library.codelists, months)
    words = {"category": "all", "department": "1", "outcome": "not admitted"}
    return [_put(made_of, "ae_visits", with_zeros(read(query), words), months)]


def _count_appointments(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    def read(query) -> pl.DataFrame:
        return made_of.vault.read(query, "appointment_records", look, made_of.opt_outs)

    months = months_covered(read(by_month("appointment_records")))
    progress("counting outpatient appointments", 0, 1)
    words = {"category": "all", "visit": "first", "outcome": "seen", "remote": "no"}
    return [
        _put(made_of, "outpatient_appointments", with_zeros(read(appointment_counts(months)), words), months)
    ]


def count_avoidable(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    """Potentially avoidable activity of all records that are held, into one table of the store; each sort has the months that it covers."""
    held = [name for name, record in RECORDS.items() if record in made_of.vault.datasets()]
    frames, months = [], set()
    for place, dataset in enumerate(held):
        progress("counting what could be avoided", place, len(held))
        covered = _months_of(made_of, RECORDS[dataset], look)
        if not covered:
            continue
        kinds = [each for each in made_of.library.avoidable.values() if each.dataset == dataset]
        query = activity_counts(dataset, kinds, made_of.library.codelists, covered, made_of.emergency)
        weights = read_weights(shipped() / "weights") if dataset == "spells" else {}
        counts = made_of.vault.read(query, RECORDS[dataset], look, made_of.opt_outs, weights)
        frames.append(with_zeros(counts, {"activity_of": dataset, "kinds": NO_KIND}))
        months |= set(covered)
    return [_put(made_of, AVOIDABLE.dataset, pl.concat(frames), tuple(sorted(months)))] if frames else []


def _months_of(made_of: Material, record: str, look: Look) -> tuple[date, ...]:
    query = episodes_by_month() if record == EPISODES else by_month(record)
    return months_covered(made_of.vault.read(query, record, look, made_of.opt_outs))


def _count_services(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    def read(query) -> pl.DataFrame:
        return made_of.vault.read(query, LOG, look, made_of.opt_outs)

    months = months_covered(read(referrals_by_month()))
    progress("counting local services", 0, 1)
    words = {"service": "all", "stage": "referred only"}
    counts, changes = with_zeros(read(stage_counts(months)), words), read(change_counts(months))
    out = [_put(made_of, "service_activity", counts, months)]
    if changes.height:
        return [*out, _put(made_of, "service_changes", changes, months)]
    _take_back(made_of.store, "service_changes", ())
    return out


def _count_lists(made_of: Material, look: Look, progress: Progress, dataset: str) -> list[Count]:
    """A list's people by practice, provider and commissioner, as far as rows tell them; a month has a list or it has none."""
    counts_of, name, words = LISTS[dataset]
    read = partial(made_of.vault.read, dataset=dataset, look=look, opt_outs=made_of.opt_outs)
    months = tuple(read(list_months(dataset))["month"])
    out = []
    for place, side in enumerate(SIDES):
        progress("counting lists", place, len(SIDES))
        counts = read(counts_of(side))
        if counts.height:
            whole = with_zeros(counts.rename({side: "practice"}), words).rename({"practice": side})
            out.append(
                _put(made_of, f"{name}_by_{side}", whole.filter(pl.col("month").is_in(months)), months)
            )
        else:
            _take_back(made_of.store, f"{name}_by_{side}", ())
    return out


def count_lists(made_of: Material, look: Look, progress: Progress) -> list[Count]:
    """The lists that the records hold, by practice, provider and commissioner, into the store."""
    held = made_of.vault.datasets()
    return [each for name in LISTS if name in held for each in _count_lists(made_of, look, progress, name)]


NOBODY = {"function": "not told", "weeks": 1}
LISTS = {  # records → how they are counted, the beginning of the dataset, and what stands in a row of nobody
    WAITING: (waiting_counts, "listed", NOBODY | {"due": "not told"}),
    FOLLOW_UPS: (follow_up_counts, "follow_ups", NOBODY | {"state": "to come", "weeks": 0}),
}
COUNTERS = {
    EPISODES: _count_admissions,
    "attendance_records": _count_attendances,
    "appointment_records": _count_appointments,
    LOG: _count_services,
    **{dataset: partial(_count_lists, dataset=dataset) for dataset in LISTS},
}
TOTALS = {
    "ae_visits": "attendances",
    "outpatient_appointments": "appointments",
    AVOIDABLE.dataset: "activity",
    "service_activity": "people",
    **{f"{name}_by_{side}": "people" for _, name, _ in LISTS.values() for side in SIDES},
    "service_changes": "measured",
}


def _put(made_of: Material, dataset: str, counts: pl.DataFrame, months: tuple[date, ...]) -> Count:
    """The counts as a file of the layout that others may deliver, loaded into the store in place of an earlier count."""
    _refuse_theirs(made_of.store, dataset, months)
    with made_of.vault.staging() as folder:
        path = folder / f"{COUNTED}{dataset}.csv"
        counts.write_csv(path)
        _take_back(made_of.store, dataset, months)
        made_of.store.load(path, recognised=recognise(path), replace=True)
    return Count(dataset, months, counts.height, int(counts[TOTALS.get(dataset, "spells")].sum()))


def _take_back(store: Store, dataset: str, but: tuple[date, ...]) -> None:
    """Earlier counts of ours leave the store, those of some months aside."""
    for part in store.parts(dataset):
        if part.is_counted and part.period not in but:
            store.remove(dataset, part.period)


def _refuse_theirs(store: Store, dataset: str, months: tuple[date, ...]) -> None:
    for part in store.parts(dataset):
        if part.period in months and not part.is_counted:
            raise StoreError(
                f"{dataset} of {part.period:%B %Y} is loaded from {part.file} and the records hold that month too; keep one of them: "
                f"take the file back with 'opencommissioning undo', or leave the records of that month out"
            )


def _noted(vault: Vault) -> dict | None:
    path: Path = vault.folder / NOTE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _fingerprint(made_of: Material) -> Mapping[str, object]:
    """Of everything that decides the counts."""
    lists = made_of.library.codelists
    defined = [
        (each, [lists[name] for name in _lists_of(each)])
        for group in made_of.library.categories.values()
        for each in group
    ]
    defined += [
        (each, [lists[name] for name in _lists_of(each)]) for each in made_of.library.avoidable.values()
    ]
    text = repr((COMPUTATION, defined, made_of.opt_outs.checksum, made_of.emergency))
    held = sorted(f"{each.dataset}/{each.label}/{each.checksum}" for each in made_of.vault.held)
    return {"held": held, "how": hashlib.sha256(text.encode()).hexdigest()}


def _lists_of(category: Category | Avoidable) -> list[str]:
    return sorted({name for way in category.ways for each in way for name in each.codelists})

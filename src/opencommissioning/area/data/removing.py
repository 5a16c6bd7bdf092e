"""Taking a dataset, or one period of it, out of the store: what would go, and what there is not afterwards. `undo` brings it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from opencommissioning.area.data.standing import WITHOUT, periods
from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import months_between, parse_month, spoken
from opencommissioning.errors import NotLoaded, did_you_mean
from opencommissioning.warehouse.store import Part, Store

NAMED = 6  # months that are named one by one


@dataclass(frozen=True)
class Removal:
    """What goes: `rows` are (dataset, period, file, rows); `then` are sentences about what there is not afterwards."""

    dataset: str
    parts: tuple[Part, ...]
    then: tuple[str, ...]

    columns = ("Dataset", "Period", "File", "Rows")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """As `columns`."""
        return [(each.dataset, _when(each), each.file, f"{each.rows:,}") for each in self.parts]


def plan_removal(store: Store, library: Library, dataset: str, period: str = "") -> Removal:
    """What `remove` would take. NotLoaded when nothing of that name or period is loaded, or when it follows from people's records.

    `period`: a month in any spelling, or the label of a part without a month, as `status` shows it; empty for all of the dataset.
    """
    held = _held(store, dataset)
    gone = tuple(part for part in held if not period or _is_of(part, period))
    if not gone:
        raise NotLoaded(f"{dataset} holds nothing for {period}; it holds {periods(held)}")
    if any(part.is_counted for part in gone):
        raise NotLoaded(
            f"{dataset} is counted out of people's records and follows them: 'opencommissioning build' would count it again; "
            "replace the file of people with 'opencommissioning load --replace'"
        )
    rest = [part for part in held if part not in gone]
    return Removal(dataset, gone, tuple(_then(store, library, gone, rest)))


def remove(store: Store, library: Library, dataset: str, period: str = "") -> Removal:
    """Take it out, as one change; says what went."""
    planned = plan_removal(store, library, dataset, period)
    store.take_out(planned.parts, f"removed {dataset}{f' of {periods(planned.parts)}' if period else ''}")
    return planned


def _when(part: Part) -> str:
    """The month of a part, or its label."""
    return spoken(part.period) if part.period else part.label


def _held(store: Store, dataset: str) -> tuple[Part, ...]:
    held = store.parts(dataset)
    if not held:
        near = did_you_mean(dataset, store.datasets())
        raise NotLoaded(f"nothing is loaded as '{dataset}'{near}; 'opencommissioning status' lists what is")
    return held


def _is_of(part: Part, period: str) -> bool:
    if period.strip().lower() == part.label.lower():
        return True
    try:
        return part.period == parse_month(period)
    except ValueError:
        return False


def _then(store: Store, library: Library, gone: Sequence[Part], rest: Sequence[Part]) -> Iterable[str]:
    dataset = gone[0].dataset
    counted = [each for each in library.measures.values() if _counts(each, dataset)]
    if not rest:
        yield f"Nothing of {dataset} is left."
        if words := WITHOUT.get(dataset):
            yield f"Without it: {words}."
    if counted and not rest:
        yield f"{_many(counted)} have no value without it."
    elif counted and (months := _lost(gone, rest)):
        yield f"{_many(counted)} have no value for {_named(months)}{_carried(library, dataset)}."
    yield from _besides(store, gone)


def _counts(measure: Measure, dataset: str) -> bool:
    return dataset in (measure.numerator.dataset, measure.denominator.dataset)


def _many(measures: Sequence[Measure]) -> str:
    if len(measures) == 1:
        return f"One measure ({measures[0].id}) counts it: it will"
    return f"{len(measures)} measures count it: they will"


def _lost(gone: Sequence[Part], rest: Sequence[Part]) -> list[date]:
    """Months that no part holds any more."""
    return sorted({part.period for part in gone if part.period} - {part.period for part in rest})


def _carried(library: Library, dataset: str) -> str:
    carry = library.contracts[dataset].carry
    return f", but where an earlier month stands in (for {carry} months at most)" if carry else ""


def _named(months: Sequence[date]) -> str:
    """`May 2026`, `May 2026, July 2026` or `April 2025 to March 2026`."""
    if len(months) > 2 and tuple(months) == months_between(months[0], months[-1]):
        return f"{spoken(months[0])} to {spoken(months[-1])}"
    more = f" and {len(months) - NAMED} more" if len(months) > NAMED else ""
    return ", ".join(map(spoken, months[:NAMED])) + more


def _besides(store: Store, gone: Sequence[Part]) -> Iterable[str]:
    """What the same files brought and what stays: names of products, of prescribers."""
    files = {part.file_checksum for part in gone}
    kept = [
        name
        for name in store.datasets()
        if name != gone[0].dataset and any(part.file_checksum in files for part in store.parts(name))
    ]
    if kept:
        stays = "stays" if len(kept) == 1 else "stay"
        yield f"What the same file brought besides {stays}: {', '.join(kept)} ('opencommissioning remove {kept[0]}' takes it out)."

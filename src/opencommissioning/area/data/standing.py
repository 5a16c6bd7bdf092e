"""What is loaded, what was refused, what is missing: the state of the store in lines and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.comparators import comparators_told
from opencommissioning.area.data.coverage import coverage_sentences
from opencommissioning.area.data.nameless import nameless_sentences
from opencommissioning.area.library import Library
from opencommissioning.area.waiting.balance import balance_sentences
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.organisation import PUBLISHED_LEVELS, level_name
from opencommissioning.catalogue.period import months_between, shift, spoken
from opencommissioning.catalogue.source import Source
from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.sources.medicines import TARIFF
from opencommissioning.sources.registry import SOURCES, contracts
from opencommissioning.warehouse.doubts import jumps
from opencommissioning.warehouse.report import reasons_told
from opencommissioning.warehouse.store import Part, Store


@dataclass(frozen=True)
class SourceStatus:
    """One source: what it is, where it is found, what it unlocks, what of it is loaded (in words, empty when nothing)."""

    id: str
    title: str
    publisher: str
    found_at: str
    unlocks: str
    months: str
    licence: str
    eras: tuple[str, ...]
    traps: tuple[str, ...]


def sources_of_nobody() -> list[SourceStatus]:
    """Every known source, none loaded: which files to get is asked before an area is made."""
    return [_status(source, [], Library()) for source in SOURCES]


def source_statuses(store: Store, library: Library) -> list[SourceStatus]:
    """Every known source, in the registry's order."""
    parts = [part for dataset in store.datasets() for part in store.parts(dataset)]
    return [
        _status(source, [part for part in parts if part.source == source.id], library) for source in SOURCES
    ]


def _status(source: Source, mine: Sequence[Part], library: Library) -> SourceStatus:
    unlocks = "; ".join(dict.fromkeys(each.unlocks for each in _contracts(source, library) if each.unlocks))
    known = (source.licence, tuple(era.name for era in source.eras), source.traps)
    where = (source.title, source.publisher, source.found_at)
    return SourceStatus(source.id, *where, unlocks, periods(mine), *known)


def one_of(found: Sequence[SourceStatus], name: str) -> SourceStatus:
    """The source of this name; UnknownName with the nearest when there is none."""
    known = {each.id: each for each in found}
    if name not in known:
        near = did_you_mean(name, known) or "; 'opencommissioning sources' lists those there are"
        raise UnknownName(f"there is no source '{name}'{near}")
    return known[name]


def _contracts(source, library: Library) -> list[Contract]:
    return [projection.contract for era in source.eras for projection in era.projections]


def status_lines(store: Store) -> list[tuple[str, ...]]:
    """dataset, periods, number of parts, rows, refused rows."""
    out = []
    for dataset in store.datasets():
        parts = store.parts(dataset)
        rows, refused = sum(part.rows for part in parts), sum(part.refused for part in parts)
        out.append((dataset, periods(parts), str(len(parts)), f"{rows:,}", f"{refused:,}"))
    return out


def periods(parts: Sequence[Part]) -> str:
    """`January 2022 to September 2026 (57 months)`: from which to which, and how many of them are there; or the labels of undated parts."""
    months = sorted({month for part in parts for month in _months(part)})
    if not months and parts:
        return ", ".join(sorted({part.label for part in parts if part.label})) or "loaded"
    if not months:
        return ""
    if len(months) == 1:
        return spoken(months[0])
    return f"{spoken(months[0])} to {spoken(months[-1])} ({len(months)} months)"


def _months(part: Part) -> list[date]:
    """The months of a part: one, but of a collection (a file of several months) all that its rows are of."""
    contract = contracts().get(part.dataset)
    if part.period is None or contract is None or contract.parts != "collection":
        return [part.period] if part.period else []
    return pl.read_parquet(part.path, columns=["month"])["month"].unique().to_list()


def notes(store: Store, build: Build | None) -> dict[str, list[str]]:
    """Titled sentences; titles without any sentence are left out."""
    told = {
        "Refused": _refused(store),
        "Doubts": _doubts(store),
        "Products without a name": nameless_sentences(store),
        "Not loaded": _lacking(store, build),
        "Missing months": _missing(store),
        "Waiting lists": balance_sentences(store),
        "Groups": _groups(build) if build else [],
        "Coverage": coverage_sentences(build) if build else [],
        "Comparators": comparators_told(build) if build else [],
    }
    return {title: sentences for title, sentences in told.items() if sentences}


def _refused(store: Store) -> list[str]:
    """Of each file every reason; what a file gave to several months is told together, as its refused rows are kept."""
    files: dict[tuple[str, str], list[Part]] = {}
    for dataset in store.datasets():
        for part in store.parts(dataset):
            if part.refused:
                files.setdefault((dataset, part.refused_path), []).append(part)
    return [_refused_of(store, parts) for parts in files.values()]


def _refused_of(store: Store, parts: Sequence[Part]) -> str:
    first, count = parts[0], sum(part.refused for part in parts)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return f"{first.file}: {rows} of {first.dataset} refused: {reasons_told(store.refused_with(first), most=None)}"


def _doubts(store: Store) -> list[str]:
    """What looks wrong about rows that are kept, and totals that jump from one month to the next: as long as they are loaded."""
    out = []
    for dataset in store.datasets():
        parts = store.parts(dataset)
        by_month = {part.period: part for part in parts if part.period}
        for part in parts:
            before = by_month.get(shift(part.period, -1)) if part.period else None
            out += [*part.doubts, *(jumps(part, [before]) if before else ())]
    return [*out, DOUBTED] if out else []


DOUBTED = "All of this is counted. A mended file takes its place with 'opencommissioning load --replace FILE'; 'opencommissioning remove' takes a month out."
WITHOUT = {  # a source that most areas want, and what there is not without it
    "prescribing": "no prescribing measure, no spend",
    "practices": "nobody knows which practices should be in a month, so nothing above practices is shown",
    "registrations": "nothing per patient",
    "tariff": f"every medicine is taken at 5 % discount; no {TARIFF.unlocks.replace('; ', ', no ')}",
    "weighted_populations": "spend per patient is not set against need",
    "deprivation": "peers are chosen by list and age alone",
}
BELONGING = {
    "pcn": "practice_map",
    "icb": "practice_map",
    "region": "practice_map",
}  # level → what says who belongs


def _lacking(store: Store, build: Build | None) -> list[str]:
    """What is not there because a source is not loaded, and the source's name."""
    loaded = {part.source for dataset in store.datasets() for part in store.parts(dataset)}
    out = [_without(source, words) for source, words in WITHOUT.items() if source not in loaded]
    if build is None:
        return out
    absent = [level for level in BELONGING if not build.organisations_of(level)]
    if absent:
        names = [level_name(level, build.latest, plural=True) for level in absent]
        out.append(_without(BELONGING[absent[0]], f"no {', '.join(names)}"))
    return out


def _without(source: str, words: str) -> str:
    return f"{_title(source)}: {words}. Where it is found: 'opencommissioning sources {source}'."


def _title(source: str) -> str:
    return next(each.title for each in SOURCES if each.id == source)


def missing_level(build: Build, level: str) -> str:
    """Why there is nothing at a level, and what to do."""
    if level == "england":
        return "too few of England's practices are in the files for a value; 'opencommissioning status' says how many are"
    if build.organisations_of(level):
        return f"no {level_name(level, build.latest)} has enough of its practices in the files for a value; 'opencommissioning status' says how many have"
    if level == "group":
        return "this area has no groups; name them in area.toml under [groups]"
    name, source = level_name(level, build.latest), BELONGING.get(level, "practices")
    if level in PUBLISHED_LEVELS:
        return f"no file with figures of any {name} is loaded; 'opencommissioning sources' lists those that have them"
    return f"this build knows no {name}. {_title(source)} is not loaded, or is of another time: 'opencommissioning sources {source}'"


def _missing(store: Store) -> list[str]:
    out = []
    for dataset in store.datasets():
        contract = contracts().get(dataset)
        if (
            contract is None
            or (contract.every, contract.parts) != ("month", "month")
            or not contract.summable
        ):
            continue  # of names and maps the nearest stands in
        months = sorted({part.period for part in store.parts(dataset) if part.period})
        gaps = (
            [month for month in months_between(months[0], months[-1]) if month not in months]
            if months
            else []
        )
        if gaps:
            named = ", ".join(spoken(month) for month in gaps[:6]) + (
                f" and {len(gaps) - 6} more" if len(gaps) > 6 else ""
            )
            carried = (
                f" but where the month before stands in, for {contract.carry} months at most"
                if contract.carry
                else " anywhere"
            )
            out.append(
                f"{contract.title}: nothing is loaded for {named}; these months have no value{carried}"
            )
    return out


def _groups(build: Build) -> list[str]:
    """The area's own groups: how many of their practices this build knows, and which it does not."""
    out = []
    for name, members in build.settings.groups.items():
        unknown = [code for code in members if code not in build.register.practices]
        told = f"{name}: {len(members) - len(unknown)} of {len(members)} practices are in this build"
        lost = f"; not known: {', '.join(unknown[:8])} (area.toml, [groups])" if unknown else ""
        out.append(f"{told}{lost}.")
    return out

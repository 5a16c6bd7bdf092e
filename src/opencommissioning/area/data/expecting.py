"""The rates behind expected numbers: worked out of what is loaded, kept beside the build that used them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.area.library import Library
from opencommissioning.catalogue.codelist import Codelist, Entry, Rates
from opencommissioning.catalogue.measure import Measure
from opencommissioning.measures.expecting import rates_by_age_and_sex
from opencommissioning.warehouse.store import Store

FILE = "rates.json"
Found = Mapping[str, Mapping[str, Decimal]]  # codelist → age_sex → rate


def rates_of(store: Store, library: Library, measures: Iterable[Measure]) -> Found:
    """The rates of every list that the measures' expected numbers need and whose datasets are loaded."""
    loaded, out = set(store.datasets()), {}
    people: pl.DataFrame | None = None
    for name in sorted({each.denominator.times for each in measures if each.standardised}):
        rates = library.codelists[name].rates
        if rates is None or not {rates.dataset, rates.among, "registrations"} <= loaded:
            continue
        if people is None:
            people = _read(store, "registrations", ["month", "practice", "age_sex", "patients"])
        present = _read(store, rates.among, ["month", "practice"]).unique()
        out[name] = rates_by_age_and_sex(_events(store, rates), people, present)
    return {name: found for name, found in out.items() if any(found.values())}


def _events(store: Store, rates: Rates) -> pl.DataFrame:
    columns = ["month", "age_sex", rates.column, *(name for name, _ in rates.where)]
    rows = _read(store, rates.dataset, columns)
    for name, value in rates.where:
        rows = rows.filter(pl.col(name) == value)
    return rows.select("month", "age_sex", pl.col(rates.column).alias("value"))


def _read(store: Store, dataset: str, columns: list[str]) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(part.path, columns=columns) for part in store.parts(dataset)])


def rated(library: Library, found: Found) -> Library:
    """The library with these rates as the weights of their lists; itself when there are none."""
    if not found:
        return library
    filled = {
        name: _filled(library.codelists[name], rates)
        for name, rates in found.items()
        if name in library.codelists
    }
    return library.with_codelists(filled)


def _filled(codelist: Codelist, rates: Mapping[str, Decimal]) -> Codelist:
    return replace(codelist, entries=tuple(Entry(band, rate) for band, rate in sorted(rates.items())))


def write_rates(folder: Path, library: Library) -> None:
    """Keep the rates of a library beside its build."""
    found = {
        name: {entry.pattern: str(entry.factor) for entry in each.entries}
        for name, each in library.codelists.items()
        if each.rates and each.entries
    }
    (folder / FILE).write_text(json.dumps(found, indent=1), encoding="utf-8")


def read_rates(folder: Path) -> Found:
    """The rates of a build; none for a build that had none."""
    path = folder / FILE
    text = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: {band: Decimal(rate) for band, rate in rates.items()} for name, rates in text.items()}

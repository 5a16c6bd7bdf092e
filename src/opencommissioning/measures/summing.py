"""All quantities of all measures on all stored parts; only what is not yet known is summed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.catalogue.presentation import Presentation
from opencommissioning.language.checking import code_system
from opencommissioning.language.compile import FACTS, organisations_present
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import (
    Frame,
    Products,
    Resolver,
    Scaled,
    quantities_of,
    scaled,
    sum_part,
)
from opencommissioning.measures.results import Results
from opencommissioning.warehouse.store import Part

PRESENT = "present"
Progress = Callable[[str, int, int], None]  # what, done, of


@dataclass(frozen=True)
class Sums:
    """Per dataset: month → columns key, organisation, value. The key `present` marks organisations with any row."""

    months: Mapping[str, Mapping[date, pl.DataFrame]]

    def present(self, dataset: str) -> dict[date, list[str]]:
        """month → organisations that have any row in the month's file."""
        months = self.months.get(dataset, {})
        return {
            month: frame.filter(pl.col("key") == PRESENT)["organisation"].to_list()
            for month, frame in months.items()
        }


def wanted_by_dataset(
    measures: Iterable[Measure],
    contracts: Mapping[str, Contract],
    codelists: Mapping[str, Codelist],
    more: Iterable[Quantity] = (),
) -> dict[str, tuple[Scaled, ...]]:
    """The quantities of all measures, and `more`, gathered by dataset, once each."""
    out: dict[str, list[Scaled]] = {}
    for quantity in dict.fromkeys((*quantities_of(measures), *more)):
        out.setdefault(quantity.dataset, []).append(scaled(quantity, contracts[quantity.dataset], codelists))
    return {dataset: tuple(quantities) for dataset, quantities in out.items()}


def sum_dataset(
    parts: Sequence[Part],
    names: Mapping[date, Path],
    contract: Contract,
    wanted: Sequence[Scaled],
    codelists: Mapping[str, Codelist],
    medicines: Medicines,
    frame: Frame,
    folder: Path,
    progress: Progress,
) -> dict[date, pl.DataFrame]:
    """Sums of one dataset by month. `names`: month → parquet of (bnf_code, name); `medicines`: what is known of products."""
    resolver = Resolver(contract, [each.quantity for each in wanted], codelists, code_system(contract))
    known = _Products(contract, names, medicines, frame)
    keys = {each.key for each in wanted} | {PRESENT}
    out = {}
    for number, part in enumerate(parts):
        results = Results(folder, contract.dataset, _fingerprint(part, contract, medicines))
        missing = keys - results.keys()
        if missing:
            progress(
                f"{contract.title}, {part.period:%B %Y}" if part.period else contract.title,
                number,
                len(parts),
            )
            results.add(
                missing,
                _sums(
                    part, contract, [w for w in wanted if w.key in missing], missing, known, resolver, frame
                ),
            )
        out[part.period] = results.values(keys)
    return out


def _fingerprint(part: Part, contract: Contract, medicines: Medicines) -> str:
    """What sums of a part depend on beside definitions: its content and, for products, code changes and dm+d."""
    known = medicines.digest if contract.code == "bnf_code" else ""
    return hashlib.sha256(f"{part.checksum}{known}".encode()).hexdigest() if known else part.checksum


def sum_afresh(
    parts: Sequence[Part],
    names: Mapping[date, Path],
    contract: Contract,
    wanted: Sequence[Scaled],
    codelists: Mapping[str, Codelist],
    medicines: Medicines,
    frame: Frame,
    progress: Progress,
) -> dict[date, pl.DataFrame]:
    """As `sum_dataset`, of quantities that nobody keeps: nothing is read from results and nothing written to them."""
    resolver = Resolver(contract, [each.quantity for each in wanted], codelists, code_system(contract))
    known = _Products(contract, names, medicines, frame)
    out = {}
    for number, part in enumerate(parts):
        progress(contract.title, number, len(parts))
        out[part.period] = sum_part(frame, part.path, contract, wanted, known.of(part), resolver)
    return out


def _sums(
    part: Part,
    contract: Contract,
    wanted: Sequence[Scaled],
    missing: set[str],
    known: "_Products",
    resolver: Resolver,
    frame: Frame,
) -> pl.DataFrame:
    sums = sum_part(frame, part.path, contract, wanted, known.of(part), resolver)
    if PRESENT not in missing:
        return sums
    here = frame(organisations_present(contract), {FACTS: [part.path]})
    present = here.select(
        pl.lit(PRESENT).alias("key"), "organisation", pl.lit(1, dtype=pl.Int64).alias("value")
    )
    return pl.concat([sums.select("key", "organisation", "value"), present])


class _Products:
    """The products of each part: published code and what the current code and the name tell."""

    def __init__(
        self, contract: Contract, names: Mapping[date, Path], medicines: Medicines, frame: Frame
    ) -> None:
        self.contract, self.names, self.medicines, self.frame = contract, names, medicines, frame
        self._seen: dict[tuple[str, str], Presentation] = {}

    def of(self, part: Part) -> Products:
        """(published code, product) for every code of a part; codes alone where the dataset has no names."""
        if not self.contract.code:
            return ()
        if self.contract.code != "bnf_code" or part.period not in self.names:
            codes = (
                pl.read_parquet(part.path, columns=[self.contract.code])[self.contract.code].unique().sort()
            )
            return [
                (code, None if self.contract.code != "bnf_code" else self._product(code, ""))
                for code in codes
            ]
        rows = (
            pl.read_parquet(self.names[part.period], columns=["bnf_code", "name"])
            .sort("bnf_code")
            .iter_rows()
        )
        return [(code, self._product(code, name or "")) for code, name in dict(rows).items()]

    def _product(self, code: str, name: str) -> Presentation:
        if (code, name) not in self._seen:
            self._seen[code, name] = self.medicines.product(code, name)
        return self._seen[code, name]

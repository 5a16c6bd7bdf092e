"""All quantities of all measures on all stored parts; only what is not yet known is summed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.naming import CODE, names_of
from opencommissioning.measures.quantities import (
    Scaled,
    quantities_of,
    scaled,
    sum_part,
)
from opencommissioning.measures.resolving import Products, Resolver
from opencommissioning.measures.results import Results
from opencommissioning.measures.summed import Summed, joined
from opencommissioning.measures.tallying import Frame
from opencommissioning.warehouse.places import codes_in
from opencommissioning.warehouse.store import Part

ANSWERS = "products"  # the folder of what products give to quantities, beside the sums

Progress = Callable[[str, int, int], None]  # what, done, of


@dataclass(frozen=True)
class Sums:
    """Per dataset: month → what is kept of the month's part."""

    months: Mapping[str, Mapping[date, Results]]

    def present(self, dataset: str) -> dict[date, list[str]]:
        """month → organisations that have any row in the month's file."""
        months = self.months.get(dataset, {})
        return {month: kept.present() for month, kept in months.items()}


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
    names: Mapping[date, Part],
    contract: Contract,
    wanted: Sequence[Scaled],
    codelists: Mapping[str, Codelist],
    medicines: Medicines,
    frame: Frame,
    folder: Path,
    progress: Progress,
) -> dict[date, Results]:
    """Sums of one dataset by month. `names`: month → its list of products' names; `medicines`: what is known of products."""
    quantities = [each.quantity for each in wanted]
    resolver = Resolver(
        contract, quantities, codelists, medicines, _answers(folder, contract, wanted, medicines)
    )
    keys = {each.key for each in wanted}
    out = {}
    for number, part in enumerate(parts):
        results = out[part.period] = Results(
            folder, contract.dataset, _fingerprint(part, contract, medicines, names.get(part.period))
        )
        before = results.keys()
        if keys - before or not before:
            what = f"{contract.title}, {part.period:%B %Y}" if part.period else contract.title
            progress(what, number, len(parts))
            new = [each for each in wanted if each.key not in before]
            products = _products(part, contract, names.get(part.period))
            sums = sum_part(frame, part.path, contract, new, products, resolver)
            whole = bool(before) or resolver.is_whole(products)
            results.add(keys - before, sums if whole else _with_everybody(sums, part, contract))
    resolver.keep()
    return out


def _with_everybody(sums: Summed, part: Part, contract: Contract) -> Summed:
    """The sums with a row for every organisation that has any row in the part: present, so that what it lacks is 0."""
    codes = codes_in(part.path, contract.organisation)
    return sums if sums.organisations == tuple(codes) else joined([sums, Summed(tuple(codes), {})])


def _fingerprint(part: Part, contract: Contract, medicines: Medicines, names: Part | None) -> str:
    """What sums of a part depend on beside definitions: its content and, for products, code changes, dm+d and a list of names that
    came from another file."""
    if contract.code != CODE:
        return part.checksum
    apart = names.checksum if names and names.file_checksum != part.file_checksum else ""
    known = medicines.digest + apart
    return hashlib.sha256(f"{part.checksum}{known}".encode()).hexdigest() if known else part.checksum


def sum_afresh(
    parts: Sequence[Part],
    names: Mapping[date, Part],
    contract: Contract,
    wanted: Sequence[Scaled],
    codelists: Mapping[str, Codelist],
    medicines: Medicines,
    frame: Frame,
    progress: Progress,
) -> dict[date, Summed]:
    """As `sum_dataset`, of quantities that nobody keeps: nothing is read from results and nothing written to them."""
    resolver = Resolver(contract, [each.quantity for each in wanted], codelists, medicines)
    out = {}
    for number, part in enumerate(parts):
        progress(contract.title, number, len(parts))
        products = _products(part, contract, names.get(part.period))
        out[part.period] = sum_part(frame, part.path, contract, wanted, products, resolver)
    return out


def _products(part: Part, contract: Contract, names: Part | None) -> Products:
    """Published code and name of every product of a part; no names of what are no medicines."""
    if not contract.code:
        return ()
    if contract.code == CODE:
        return list(names_of(part, names).items())
    return [(code, None) for code in codes_in(part.path, contract.code)]


def _answers(folder: Path, contract: Contract, wanted: Sequence[Scaled], medicines: Medicines) -> Path:
    """Where it is kept what products give to these quantities, in their order, as far as products are known beside their names."""
    text = repr(([each.key for each in wanted], medicines.digest))
    return folder / ANSWERS / f"{contract.dataset}-{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"

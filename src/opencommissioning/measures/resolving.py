"""Which products each quantity counts, and with which factor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import numpy as np

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.language.checking import ATTRIBUTES, code_system
from opencommissioning.language.coded import Coded, Product
from opencommissioning.language.resolve import code_conditions
from opencommissioning.measures.answers import Answers, Key
from opencommissioning.measures.medicines import Medicines

Products = Sequence[Key]


@dataclass(frozen=True)
class Bundles:
    """`code → bundle`, and per bundle what it gives to which quantity: (quantity's number, exact factor)."""

    bundle_of: Mapping[str, int]
    gives: tuple[tuple[tuple[int, Decimal], ...], ...]


class Resolver:
    """Which products each quantity counts. Remembers products across months: a new month only brings new ones.

    `kept`: where the answers of earlier processes lie, of the same quantities and of products known alike.
    """

    def __init__(
        self,
        contract: Contract,
        quantities: Sequence[Quantity],
        codelists: Mapping[str, Codelist],
        medicines: Medicines,
        kept: Path | None = None,
    ) -> None:
        self.contract, self.codelists, self.medicines, self.kept = contract, codelists, medicines, kept
        attributes = ATTRIBUTES.get(contract.code, ())
        asked = {each: (each.times, code_conditions(each, contract.code, attributes)) for each in quantities}
        self._asked = list(
            dict.fromkeys(asked.values())
        )  # of 324 quantities 219 differ in more than what they add up
        number = {each: place for place, each in enumerate(self._asked)}
        self._column = {quantity: number[each] for quantity, each in asked.items()}
        self._grown = False

    @cached_property
    def _answers(self) -> Answers:
        """Read when first asked: most builds sum nothing new."""
        return Answers.read(self.kept, len(self._asked)) if self.kept else Answers()

    def bundles(self, products: Products, quantities: Sequence[Quantity]) -> Bundles:
        """The products of a part gathered by what they give to some of the quantities."""
        kinds = self._kinds(products)
        gives = self._table()[:, [self._column[each] for each in quantities]]
        return bundle([code for code, _ in products], kinds, gives, self._answers.factors.values)

    def is_whole(self, products: Products) -> bool:
        """Whether every row is counted by some quantity, so that whoever has a row is in the sums. Only known where the rows' own
        codes were asked for, which nameless ones are."""
        if any(name is not None for _, name in products):
            return False
        return not self.contract.code or bool(self._table()[self._kinds(products)].any(axis=1).all())

    def _table(self) -> np.ndarray:
        return self._answers.table(len(self._asked))

    def keep(self) -> None:
        """Keep what was newly asked for processes to come."""
        if self.kept and self._grown:
            self._answers.write(self.kept)

    def _kinds(self, products: Products) -> list[int]:
        """The kind of each product; those that were not met before are asked for now."""
        kind_of = self._answers.kind_of
        new = [key for key in dict.fromkeys(products) if key not in kind_of]
        if new:
            asked = [self._product(*key) for key in new]
            coded = Coded(asked, self.codelists, code_system(self.contract), self._answers.factors)
            columns = [coded.counted(times, conditions) for times, conditions in self._asked]
            self._answers.add(new, np.column_stack(columns))
            self._grown = True
        return [kind_of[key] for key in products]

    def _product(self, code: str, name: str | None) -> Product:
        return code, None if name is None else self.medicines.product(code, name)


def bundle(
    codes: Sequence[str], kinds: Sequence[int], gives: np.ndarray, factors: Sequence[Decimal]
) -> Bundles:
    """Codes gathered by what they give. `kinds`: the row of each code in `gives` (kinds, quantities): the number of the factor in
    `factors`, 0 = not counted."""
    places: dict[bytes, int] = {}
    place_of: dict[int, int] = {}
    for kind in dict.fromkeys(kinds):
        if gives[kind].any():
            place_of[kind] = places.setdefault(gives[kind].tobytes(), len(places))
    bundle_of = {code: place_of[kind] for code, kind in zip(codes, kinds, strict=True) if kind in place_of}
    return Bundles(bundle_of, tuple(_given(np.frombuffer(row, gives.dtype), factors) for row in places))


def _given(row: np.ndarray, factors: Sequence[Decimal]) -> tuple[tuple[int, Decimal], ...]:
    return tuple((int(quantity), factors[row[quantity]]) for quantity in np.flatnonzero(row))

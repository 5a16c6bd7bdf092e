"""The BNF as a tree over the area's own products: browse it, search it, see what a choice of codes counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from opencommissioning.area.building import rows_of, successors_of
from opencommissioning.area.library import Library
from opencommissioning.catalogue.bnf import APPLIANCES, LEVELS
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.catalogue.presentation import presentation
from opencommissioning.language.definitions import ATTRIBUTES
from opencommissioning.language.resolve import code_conditions, resolve
from opencommissioning.warehouse.store import Store

LENGTHS = tuple(LEVELS.values())
APPLIANCE_LENGTHS = (2, 4, 6, 9, 11)


@dataclass(frozen=True)
class Node:
    """A part of the BNF: its code, its name, and how many of the area's products lie below it (1 for a product itself)."""

    code: str
    name: str
    products: int
    is_product: bool = False


@dataclass(frozen=True)
class Tree:
    """`products`: current code → latest name, by code. `names`: code of any level → name, as far as loaded."""

    products: dict[str, str]
    names: dict[str, str]

    def node(self, code: str) -> Node:
        """The node of a code, with `such as …` for a name that nobody has loaded."""
        below = self._below(code)
        name = self.names.get(code) or self.products.get(code) or (f"such as {below[0][1]}" if below else "")
        return Node(code, name, len(below), code in self.products)

    def _below(self, code: str) -> list[tuple[str, str]]:
        return [(each, name) for each, name in self.products.items() if each.startswith(code)]

    def children(self, code: str) -> list[Node]:
        """The nodes just below a code ("" for the chapters), steps with a single child passed over."""
        below = [each for each, _ in self._below(code)]
        for length in _lengths(code):
            if length <= len(code):
                continue
            parts = sorted({each[:length] for each in below})
            if len(parts) > 1 or (parts and parts[0] in self.products):
                return [self.node(part) for part in parts]
        return []

    def above(self, code: str) -> list[Node]:
        """The nodes above a code and itself, the chapter first."""
        return [self.node(code[:length]) for length in _lengths(code) if length < len(code)] + (
            [self.node(code)] if code else []
        )

    def search(self, text: str, most: int = 60) -> list[Node]:
        """Nodes whose name holds every word, or whose code begins so; larger parts before products."""
        words = text.lower().split()
        if not words:
            return []
        there = {each[:length] for each in self.products for length in _lengths(each)}
        names = {code: name for code, name in self.names.items() if code in there} | self.products
        hits = [code for code, name in names.items() if all(word in name.lower() for word in words)]
        begin = [
            code
            for code in there | set(self.products)
            if len(text) > 1 and code.startswith(text.strip().upper())
        ]
        found = sorted({*hits, *begin}, key=lambda code: (len(code), code))
        alike: dict[tuple[str, int, bool], Node] = {}  # a group with one member is shown once, as the group
        for node in map(self.node, found[: 3 * most]):
            alike.setdefault((node.name, node.products, node.is_product), node)
        return list(alike.values())[:most]

    def counted(self, quantity: Quantity, library: Library) -> list[Node]:
        """The products whose code and name pass the quantity's conditions (those on rows, such as quantity per item, aside)."""
        if library.contracts[quantity.dataset].code != "bnf_code":
            return []
        conditions = code_conditions(quantity, "bnf_code", ATTRIBUTES["bnf_code"])
        known = [(code, presentation(code, name)) for code, name in self.products.items()]
        chosen = resolve(quantity, conditions, known, library.codelists, "bnf").factors
        return [Node(code, self.products[code], 1, True) for code in chosen]


def _lengths(code: str) -> Sequence[int]:
    return APPLIANCE_LENGTHS if code[:2] in APPLIANCES else LENGTHS


def code_tree(store: Store) -> Tree:
    """The tree of everything that the store's files name; read again only when these files change."""
    parts = [*store.parts("presentations"), *store.parts("bnf"), *store.parts("bnf_changes")]
    return _tree(_Held(store, tuple(part.checksum for part in parts)))


@dataclass(frozen=True)
class _Held:
    """A store that counts as the same while its files are."""

    store: Store
    checksums: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.checksums)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.checksums == self.checksums


@lru_cache(maxsize=2)
def _tree(held: _Held) -> Tree:
    rows = rows_of(held.store, "presentations")
    named = rows_of(held.store, "bnf")
    current = successors_of(held.store)
    products: dict[str, str] = {}
    for code, name in _latest(rows) if rows is not None else ():
        products[current.get(code, code)] = name or code
    names = dict(named.select("code", "name").iter_rows()) if named is not None else {}
    return Tree(dict(sorted(products.items())), names)


def _latest(rows: pl.DataFrame) -> Iterable[tuple[str, str]]:
    return rows.sort("month").group_by("bnf_code").agg(pl.col("name").last()).iter_rows()

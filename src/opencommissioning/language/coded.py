"""The products of a part as arrays: which of them pass a condition, and with which factor. Each condition and pattern is asked once of all.

There are about 20,000 products and 1,500 quantities that share some hundred conditions: asked one by one that is 30 million questions.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
import polars as pl

from opencommissioning.catalogue.codelist import Codelist, Entry, like_pattern
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.presentation import Presentation
from opencommissioning.language.matching import holds_words, matcher, passes_text

ATTRIBUTES = ("name", "route", "form", "brand", "strength")
AFTER_ALL = "\U0010ffff"  # sorts after every code that begins alike
Product = tuple[str, Presentation | None]


class Factors:
    """Exact factors by number, so that arrays can hold them. 0 means: not counted."""

    def __init__(self) -> None:
        self.values: list[Decimal] = [Decimal(0)]
        self._numbers: dict[Decimal, int] = {}

    def number(self, factor: Decimal) -> int:
        """The number of a factor, a new one when it was not seen before."""
        if factor not in self._numbers:
            self._numbers[factor] = len(self.values)
            self.values.append(factor)
        return self._numbers[factor]


class Coded:
    """Products (published code, product under its current code) of one coding system."""

    def __init__(
        self,
        products: Sequence[Product],
        codelists: Mapping[str, Codelist],
        system: str,
        factors: Factors | None = None,
    ) -> None:
        self.products, self.codelists, self.system = list(products), codelists, system
        self.factors = factors or Factors()
        self.codes = [product.bnf_code if product else code for code, product in self.products]
        self.names = [product.name if product else "" for _, product in self.products]
        self._named = any(product for _, product in self.products)
        self._lowered = pl.Series([name.lower() for name in self.names], dtype=pl.String)
        self._values: dict[str, tuple[dict[str | Decimal | None, int], np.ndarray]] = {}
        self._order = np.array(sorted(range(len(self.codes)), key=self.codes.__getitem__), int)
        self._sorted = [self.codes[place] for place in self._order]
        self._wide = np.array(self._sorted, np.str_)  # the same: whose ends are compared at once
        self._passes: dict[Condition, np.ndarray] = {}
        self._hits: dict[tuple[str, str], np.ndarray] = {}
        self._listed: dict[int, np.ndarray] = {}

    def counted(self, times: str, conditions: Iterable[Condition]) -> np.ndarray:
        """uint16 (products,): the number in `factors` with which each product is counted by these conditions, 0 where it is not. `times`:
        the codelist that weighs them, or ""."""
        if times:
            out = self._in_list(self.codelists[times])
            out = np.where(out == self.factors.number(Decimal(0)), 0, out).astype(np.uint16)
        else:
            out = np.full(len(self.products), self.factors.number(Decimal(1)), np.uint16)
        told, coded = _parted(conditions, self._is_told)
        for condition in coded:
            out = out * self._passes_code(condition)
        for condition in told:  # last, because they are only asked of what is counted so far
            out = out * self._attribute(condition, out != 0)
        return out

    def _is_told(self, condition: Condition) -> bool:
        """Whether a condition asks for what a product's name tells."""
        return condition.column in ATTRIBUTES and self._named

    def _passes_code(self, condition: Condition) -> np.ndarray:
        """bool (products,): whether the product's code passes every test of a condition."""
        if condition not in self._passes:
            self._passes[condition] = self._code_passes(condition)
        return self._passes[condition]

    def _code_passes(self, condition: Condition) -> np.ndarray:
        out = np.ones(len(self.codes), bool)
        if condition.any_of:
            out &= self._any(code in condition.any_of for code in self.codes)
        if condition.none_of:
            out &= self._any(code not in condition.none_of for code in self.codes)
        if condition.under:
            out &= self._matched(condition.under, self.system)
        if condition.except_:
            out &= ~self._matched(condition.except_, self.system)
        if condition.codelists:
            lists = [self._in_list(self.codelists[name]) > 0 for name in condition.codelists]
            out &= np.logical_or.reduce(lists)
        if condition.contains or condition.lacks:
            out &= self._any(holds_words(code, condition.contains, condition.lacks) for code in self.codes)
        return out

    def _any(self, answers: Iterable[bool]) -> np.ndarray:
        return np.fromiter(answers, bool, len(self.codes))

    def _attribute(self, condition: Condition, asked: np.ndarray) -> np.ndarray:
        """bool (products,): of those `asked` about, which pass a condition on what the name tells; False of the others.

        Words are looked for in all names at once; of other attributes each value is asked once.
        """
        if condition.codelists:
            out = np.zeros(len(self.codes), bool)
            for place in np.flatnonzero(asked).tolist():
                code, product = self.products[place]
                value = _value(condition.column, code, product)
                out[place] = self._value_passes(condition, value, self.names[place])
            return out
        if condition.column == "name" and _only_words(condition) and all(each for _, each in self.products):
            return self._worded(condition.contains, condition.lacks)
        values, places = self._told(condition.column, asked)
        passing = [*(self._value_passes(condition, value, "") for value in values), False]
        return asked & np.array(passing, bool)[places]  # -1, not yet told, is the last

    def _told(self, column: str, asked: np.ndarray) -> tuple[Mapping[str | Decimal | None, int], np.ndarray]:
        """The different values of an attribute with their numbers, and which of them each product has that was ever asked about, else -1."""
        if column not in self._values:
            self._values[column] = {}, np.full(len(self.products), -1)
        numbers, places = self._values[column]
        for place in np.flatnonzero(asked & (places < 0)).tolist():
            value = _value(column, *self.products[place])
            places[place] = numbers.setdefault(value, len(numbers))
        return numbers, places

    def _worded(self, wanted: Sequence[str], unwanted: Sequence[str]) -> np.ndarray:
        """bool (products,): whether the name holds one of the wanted words (when there are any) and none of the unwanted."""
        out = self._hold(wanted) if wanted else np.ones(len(self.names), bool)
        return out & ~self._hold(unwanted)

    def _hold(self, words: Sequence[str]) -> np.ndarray:
        if not words:
            return np.zeros(len(self.names), bool)
        return self._lowered.str.contains_any([word.lower() for word in words]).to_numpy()

    def _value_passes(self, condition: Condition, value: str | Decimal | None, name: str) -> bool:
        if value is None:
            return False
        if isinstance(value, Decimal):
            return _within(condition, value)
        return passes_text(condition, value, name, self.codelists, self.system)

    def _matched(self, patterns: Iterable[str], system: str) -> np.ndarray:
        out = np.zeros(len(self.codes), bool)
        for pattern in patterns:
            out[self._places(pattern, system)] = True
        return out

    def _places(self, pattern: str, system: str) -> np.ndarray:
        """Places of the codes that match a pattern: a stretch of the sorted codes, of which `%` inside may leave some out."""
        if (pattern, system) not in self._hits:
            start, *rest = like_pattern(pattern, system).split("%")
            low = bisect_left(self._sorted, start)
            high = bisect_left(self._sorted, start + AFTER_ALL) if rest else bisect_right(self._sorted, start)
            places = self._order[low:high]
            if rest not in ([], [""]):
                places = places[np.strings.endswith(self._wide[low:high], rest[-1])]
                matches = matcher(pattern, system)
                places = np.array([place for place in places if matches(self.codes[place])], int)
            self._hits[pattern, system] = places
        return self._hits[pattern, system]

    def _in_list(self, codelist: Codelist) -> np.ndarray:
        """Per product the number of the factor that a list gives it, 0 when it is not in the list."""
        if id(codelist) not in self._listed:  # by identity: a list of a thousand entries is slow to hash
            admitted = ~self._matched(codelist.exclude, codelist.system)
            if codelist.names_with or codelist.names_without:
                admitted &= self._worded(codelist.names_with, codelist.names_without)
            out = np.zeros(len(self.codes), int)
            for entry in _longest_last(codelist.entries):
                out[self._places(entry.pattern, codelist.system)] = self.factors.number(entry.factor)
            for part in codelist.parts:
                out = np.where(out == 0, self._in_list(part), out)
            self._listed[id(codelist)] = np.where(admitted, out, 0)
        return self._listed[id(codelist)]


def _parted(
    conditions: Iterable[Condition], chosen: Callable[[Condition], bool]
) -> tuple[list[Condition], list[Condition]]:
    """Those that are chosen, and the others."""
    yes: list[Condition] = []
    no: list[Condition] = []
    for condition in conditions:
        (yes if chosen(condition) else no).append(condition)
    return yes, no


def _only_words(condition: Condition) -> bool:
    """Whether a condition asks for words and nothing else."""
    asks = condition.any_of or condition.none_of or condition.under or condition.except_
    return not asks


def _longest_last(entries: Sequence[Entry]) -> list[Entry]:
    """The longest pattern decides; of equals the first one, so it comes after them."""
    order = {place: len(entry.pattern.replace("%", "")) for place, entry in enumerate(entries)}
    return [entries[place] for place in sorted(order, key=lambda place: (order[place], -place))]


def _value(column: str, code: str, product: Presentation | None) -> str | Decimal | None:
    if product is None:
        return code
    return product.strength_mg if column == "strength" else getattr(product, column)


def _within(condition: Condition, value: Decimal) -> bool:
    above = condition.at_least is None or value >= condition.at_least
    return above and (condition.at_most is None or value <= condition.at_most)

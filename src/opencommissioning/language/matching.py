"""Whether one code is in a list, one text passes a condition: what a pattern, a codelist and a word mean."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache

from opencommissioning.catalogue.codelist import Codelist, like_pattern
from opencommissioning.catalogue.condition import Condition


@cache
def matcher(pattern: str, system: str) -> Callable[[str], bool]:
    """A test for one code pattern (full-length = itself, shorter = prefix, `%` = anything)."""
    start, *rest = like_pattern(pattern, system).split("%")
    if not rest:
        return start.__eq__
    *inside, end = rest

    def matches(code: str) -> bool:
        if not code.startswith(start):
            return False
        place = len(start)
        for part in inside:  # the first place where a part fits leaves most to the others
            found = code.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return len(code) - len(end) >= place and code.endswith(end)

    return matches


def factor_of(code: str, name: str, codelist: Codelist) -> Decimal | None:
    """The factor that `codelist` gives to a code: that of the longest matching entry; None when the code is not in the list."""
    if not _admits(code, name, codelist):
        return None
    hits = [entry for entry in codelist.entries if matcher(entry.pattern, codelist.system)(code)]
    if hits:
        return max(hits, key=lambda entry: len(entry.pattern.replace("%", ""))).factor
    found = (factor_of(code, name, part) for part in codelist.parts)
    return next((factor for factor in found if factor is not None), None)


def _admits(code: str, name: str, codelist: Codelist) -> bool:
    if any(matcher(pattern, codelist.system)(code) for pattern in codelist.exclude):
        return False
    return holds_words(name, codelist.names_with, codelist.names_without)


def holds_words(name: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> bool:
    """Whether a name holds one of the wanted words (when there are any) and none of the unwanted, case ignored."""
    lowered = name.lower()
    holds = not wanted or any(word.lower() in lowered for word in wanted)
    return holds and not any(word.lower() in lowered for word in unwanted)


def passes_text(
    condition: Condition, value: str, name: str, codelists: Mapping[str, Codelist], system: str
) -> bool:
    """Whether a text value passes every test of a condition (bounds aside)."""
    lists = [codelists[codelist] for codelist in condition.codelists]
    tests = (
        not condition.any_of or value in condition.any_of,
        value not in condition.none_of,
        not condition.under or any(matcher(pattern, system)(value) for pattern in condition.under),
        not any(matcher(pattern, system)(value) for pattern in condition.except_),
        not lists or any(factor_of(value, name, codelist) is not None for codelist in lists),
        holds_words(value, condition.contains, condition.lacks),
    )
    return all(tests)

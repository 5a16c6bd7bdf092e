"""Which products can stand in for one another: the same BNF generic equivalent, or the user's own sets (from dm+d).

Two codes have the same generic equivalent when substance and the last two characters (strength and form) agree. A code that ends in
`A0` has no generic equivalent: without this rule all gluten-free breads and flours would be one medicine.
"""

from collections.abc import Iterable, Mapping

from opencommissioning.catalogue.bnf import generic_equivalent

STRIPS, STRIPS_SET = "0601060D0", "0601060D0AAAAA0"  # blood glucose strips: one set, whoever makes them
NO_EQUIVALENT = "A0"


def substitution_set(code: str, own: Mapping[str, str]) -> str | None:
    """The set of one (current) code: the user's own, or that of its generic, or the generic equivalent. None when it stands alone."""
    if code in own:
        return own[code]
    if code.startswith(STRIPS):
        return own.get(STRIPS_SET, STRIPS_SET)
    equivalent = generic_equivalent(code)
    if equivalent is None or code.endswith(NO_EQUIVALENT):
        return None
    return own.get(equivalent, equivalent)


def substitution_sets(codes: Iterable[str], own: Mapping[str, str] | None = None) -> dict[str, str]:
    """code → set, for sets with at least two of these products: one product alone can be swapped for nothing."""
    chosen = {code: name for code in codes if (name := substitution_set(code, own or {}))}
    members: dict[str, int] = {}
    for name in chosen.values():
        members[name] = members.get(name, 0) + 1
    return {code: name for code, name in chosen.items() if members[name] > 1}

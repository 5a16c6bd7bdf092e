"""Rows made from the definitions themselves: for every side of every measure a product, or a band, that it counts."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from opencommissioning.catalogue.bnf import is_appliance
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.measure import Quantity
from opencommissioning.catalogue.presentation import Presentation, presentation
from opencommissioning.language.checking import ATTRIBUTES
from opencommissioning.language.resolve import code_conditions, resolve

FORMS = (  # an ending of a name for each form that measures ask for
    "tablets",
    "capsules",
    "oral solution",
    "effervescent tablets",
    "modified-release tablets",
    "modified-release capsules",
    "gastro-resistant tablets",
    "gastro-resistant capsules",
    "solution for injection",
    "transdermal patches",
    "inhaler CFC free",
    "dry powder inhaler",
    "soft mist inhaler",
    "cream",
    "nasal spray",
    "lozenges",
    "granules sachets",
    "orodispersible tablets",
    "chewable tablets",
    "eye drops",
    "suppositories",
    "pessaries",
    "medicated plasters",
    "toothpaste",
    "",
)
DOSES = (
    "10mg",
    "1mg",
    "100micrograms",
    "2.5mg",
    "5mg",
    "20mg",
    "40mg",
    "80mg",
    "100mg",
    "200mg",
    "400mg",
    "500mg",
    "1g",
)


FILLS = ("AAAAAA", "BBAAAA", "AAABAB", "BBABAB", "AAACAC", "BBACAC", "AAADAD", "BBADAD")


def codes(pattern: str) -> Iterator[str]:
    """Whole BNF codes that a pattern matches: generics and brands of several strengths."""
    if "%" in pattern:
        start, end = pattern.split("%", 1)
        yield from (start + fill[: 15 - len(start) - len(end)] + end for fill in FILLS)
    elif is_appliance(pattern):
        yield from (
            (pattern + f"{number:09d}"[len(pattern) - 11 :] for number in range(8))
            if len(pattern) < 11
            else (pattern,)
        )
    else:
        yield from (pattern + ("0" * 9 + fill)[len(pattern) :] for fill in FILLS)


def patterns(quantity: Quantity, codelists: dict[str, Codelist]) -> list[str]:
    """Everything that a quantity names as a code."""
    named = [each for each in quantity.where if each.column == "bnf_code"]
    out = [pattern for each in named for pattern in (*each.under, *each.any_of)]
    for name in [name for each in named for name in each.codelists] + (
        [quantity.times] if quantity.times else []
    ):
        out += _entries(codelists[name])
    return out or ["0407010H0"]


def _entries(codelist: Codelist) -> list[str]:
    return [entry.pattern for entry in codelist.entries] + [
        p for part in codelist.parts for p in _entries(part)
    ]


def words(quantity: Quantity, codelists: dict[str, Codelist]) -> list[str]:
    """Words of names that a quantity asks for, and none."""
    asked = [word for each in quantity.where for word in each.contains]
    lists = [codelists[name] for each in quantity.where for name in each.codelists]
    return ["", *asked, *(word for each in lists for word in _with(each))]


def _with(codelist: Codelist) -> list[str]:
    return [*codelist.names_with, *(word for part in codelist.parts for word in _with(part))]


def product_for(
    quantity: Quantity, codelists: dict[str, Codelist], taken: dict[str, str], avoid: Quantity | None = None
) -> Presentation | None:
    """The first product that a quantity counts (and that `avoid` does not). `taken`: code → the name it has already."""
    for code in (code for pattern in patterns(quantity, codelists) for code in codes(pattern)):
        named = [taken[code]] if code in taken else names(quantity, codelists)
        made = [presentation(code, name) for name in named]
        found = _counted(quantity, made, codelists) - (_counted(avoid, made, codelists) if avoid else set())
        if found:
            return made[min(found)]
    return None


def _counted(quantity: Quantity, made: list[Presentation], codelists: dict[str, Codelist]) -> set[int]:
    """Which of many products a quantity counts: all are asked at once, for the lists are long and asking is what takes time."""
    conditions = code_conditions(quantity, "bnf_code", ATTRIBUTES["bnf_code"])
    numbered = [(str(number), each) for number, each in enumerate(made)]
    return {int(number) for number in resolve(quantity, conditions, numbered, codelists, "bnf").factors}


def names(quantity: Quantity, codelists: dict[str, Codelist]) -> list[str]:
    """Names of every form and dose with every word asked for."""
    parts = product(words(quantity, codelists), DOSES, FORMS)
    return [f"Product {word} {dose} {form}".strip() for word, dose, form in parts]


def per_item(quantity: Quantity) -> Decimal:
    """A quantity per item that passes the quantity's own row conditions."""
    for each in quantity.where:
        if each.column == "quantity_per_item":
            return Decimal(each.any_of[0]) if each.any_of else (each.at_least or each.at_most)
    return Decimal(28)

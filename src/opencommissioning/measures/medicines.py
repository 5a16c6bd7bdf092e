"""What is known of products beside their rows: codes that changed, and what the user's own dm+d says in place of the name.

The dm+d is not shipped (licence). Without it form, route and strength are read from the product's name; with it, they are its own.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from opencommissioning.catalogue.forms import form_of
from opencommissioning.catalogue.presentation import Presentation, presentation

IN_MG = {
    "mg": Decimal(1),
    "gram": Decimal(1000),
    "microgram": Decimal("0.001"),
    "nanogram": Decimal("0.000001"),
}
ROUTES = {  # the second half of the dm+d's `tablet.oral`
    "oral": "oral",
    "inhalation": "inhaled",
    "intravenous": "parenteral",
    "subcutaneous": "parenteral",
    "intramuscular": "parenteral",
    "transdermal": "transdermal",
    "cutaneous": "topical",
    "rectal": "rectal",
    "vaginal": "vaginal",
    "nasal": "nasal",
    "ocular": "eye",
    "auricular": "ear",
    "sublingual": "oromucosal",
    "buccal": "oromucosal",
    "oromucosal": "oromucosal",
}
UNIT_DOSES = (
    "",
    "dose",
    "actuation",
    "hour",
)  # `per ml` is a concentration: there the name says what is meant, 10mg/5ml
ITS_OWN = {  # forms of the dm+d whose words would be read otherwise, or not at all
    "pressurised inhalation": ("inhaler pressurised", "inhaled"),
    "gastroenteral liquid": ("liquid", "oral"),
    "irrigation solution": ("unknown", "unknown"),
    "solution for infusion": ("injection", "parenteral"),
    "impregnated dressing": ("device", "device"),
    "soluble tablet": ("effervescent", "oral"),
    "dispersible tablet": ("effervescent", "oral"),
}


@dataclass(frozen=True)
class Told:
    """What the dm+d says of one product; "" and None where it says nothing."""

    form: str = ""
    route: str = ""
    strength_mg: Decimal | None = None


@dataclass(frozen=True)
class Medicines:
    """`successors`: retired BNF code → today's; `told`: BNF code → what the dm+d says."""

    successors: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)

    def product(self, code: str, name: str) -> Presentation:
        """The product of a published code under its current code; the dm+d wins over the name."""
        current = self.successors.get(code, code)
        read = presentation(current, name)
        told = self.told.get(current) or self.told.get(code)
        if told is None:
            return read
        return replace(read, said_form=told.form, said_route=told.route, said_strength_mg=told.strength_mg)

    @cached_property
    def digest(self) -> str:
        """Changes when anything known changes: what was summed before does not hold any more. Empty when nothing is known."""
        if not self.successors and not self.told:
            return ""
        text = repr((sorted(self.successors.items()), sorted(self.told.items(), key=lambda each: each[0])))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def told_by_dmd(rows: Iterable[Mapping[str, object]]) -> dict[str, Told]:
    """BNF code → what its rows (one an ingredient: bnf_code, form, ingredients, strength, unit, per_unit, and form_route where a release
    tells it) say."""
    gathered: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        gathered.setdefault(str(row["bnf_code"]), []).append(row)
    return {code: _told(mine) for code, mine in gathered.items()}


def _told(rows: list[Mapping[str, object]]) -> Told:
    form, route = _form(str(rows[0]["form"] or ""))
    told = ROUTES.get(str(rows[0].get("form_route") or "").rpartition(".")[2])
    route = told if told and form else route
    return Told(form, route, _strength(rows))


def _form(words: str) -> tuple[str, str]:
    if not words:
        return "", ""
    form, route = ITS_OWN.get(words.lower()) or form_of(words)
    return ("", "") if form == "unknown" and words.lower() not in ITS_OWN else (form, route)


def _strength(rows: list[Mapping[str, object]]) -> Decimal | None:
    """In mg, of products of one ingredient whose strength is that of one dose; None leaves it to the name."""
    row = rows[0]
    single = len({(each["strength"], each["unit"]) for each in rows}) == 1 and row["ingredients"] == 1
    if (
        not single
        or row["strength"] is None
        or row["unit"] not in IN_MG
        or (row["per_unit"] or "") not in UNIT_DOSES
    ):
        return None
    return (Decimal(str(row["strength"])) * IN_MG[str(row["unit"])]).normalize()

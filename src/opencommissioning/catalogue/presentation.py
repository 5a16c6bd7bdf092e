"""What a product's BNF code and name tell: route, form, brand, strength. An approximation, for dm+d may not be shipped."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from opencommissioning.catalogue.bnf import is_appliance, is_generic
from opencommissioning.catalogue.forms import form_of

_STRENGTH = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(micrograms?|mcg|nanograms?|ng|mg|grams?|g)(?![a-z])")
_MG = {"m": Decimal(1), "g": Decimal(1000), "u": Decimal("0.001"), "n": Decimal("0.000001")}


@dataclass(frozen=True)
class Presentation:
    """One product. What is `said` of it (by the dm+d) goes before what its name tells, which is only read when somebody asks."""

    bnf_code: str
    name: str
    said_form: str = ""
    said_route: str = ""
    said_strength_mg: Decimal | None = None

    @property
    def form(self) -> str:
        """Such as "modified-release tablet"; "device" for appliances, "unknown" where nothing tells it."""
        return self.said_form or self._told[0]

    @property
    def route(self) -> str:
        """Such as "oral"; as `form`."""
        return self.said_route if self.said_form else self._told[1]

    @cached_property
    def _told(self) -> tuple[str, str]:
        return ("device", "device") if is_appliance(self.bnf_code) else form_of(self.name)

    @property
    def brand(self) -> str:
        """Either "generic" or "brand"."""
        return "generic" if is_generic(self.bnf_code) else "brand"

    @cached_property
    def strength_mg(self) -> Decimal | None:
        """The first strength in the name, in mg; None when there is none."""
        return strength(self.name) if self.said_strength_mg is None else self.said_strength_mg


@lru_cache(maxsize=2**16)  # a nation prescribes 30,000 products, whose names are read once for all months
def presentation(bnf_code: str, name: str) -> Presentation:
    """The product of a code and a name."""
    return Presentation(bnf_code, name)


def strength(name: str) -> Decimal | None:
    """The first strength in mg: 500 of `500mg/125mg`, 0.1 of `100micrograms/dose`, 1000 of `1g`."""
    match = _STRENGTH.search(name.lower())
    if match is None:
        return None
    unit = match[2]
    kind = (
        "u"
        if unit.startswith("mi") or unit == "mcg"
        else "n"
        if unit[0] == "n"
        else "m"
        if unit == "mg"
        else "g"
    )
    return Decimal(match[1].replace(",", "")) * _MG[kind]

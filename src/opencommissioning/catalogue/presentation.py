"""What a product's BNF code and name tell: route, form, brand, strength. An approximation, for dm+d may not be shipped.

Names come in two ages: `Amoxicillin_Cap 500mg`, `Morph Sulf_Oral Soln 10mg/5ml` until about 2018, `Amoxicillin 500mg capsules` after.
The first form whose words occur decides, so the table goes from the particular to the general.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from opencommissioning.catalogue.bnf import is_appliance, is_generic

# words of both naming ages → form, route. `\b` stands around each.
_FORMS = (
    (r"gastro-resistant tablets?|tabs? e/?c|tab ec|e/c tab", "gastro-resistant tablet", "oral"),
    (r"gastro-resistant capsules?|cap e/?c", "gastro-resistant capsule", "oral"),
    (
        r"modified-release tablets?|prolonged-release tablets?|tab [^_]*m/?r|[mx]/?[rl]_?tab|m/r tab|retard_tab|\w* ?[xs][lr]_tab",
        "modified-release tablet",
        "oral",
    ),
    (
        r"modified-release capsules?|prolonged-release capsules?|cap [^_]*m/?r|m/r cap|\w* ?[xs][lr]_cap",
        "modified-release capsule",
        "oral",
    ),
    (r"effervescent|eff(?:erv)?|soluble tablets?|tab sol|disper(?:sible)?", "effervescent", "oral"),
    (r"orodispersible|tab orodisper|oral lyophilisates?|melts?|oro ?disp", "orodispersible tablet", "oral"),
    (r"chewable|chble", "chewable tablet", "oral"),
    (
        r"sublingual|subling|buccal|oromucosal|lozenges?|loz|pastilles|lollipops?|mouthwash|oral (?:gel|spray|paste)|gum",
        "oromucosal",
        "oromucosal",
    ),
    (r"eye ?/ ?ear|ear/eye|ear/nsl", "eye or ear drops", "ear"),
    (r"eye|ophth|intravitreal", "eye preparation", "eye"),
    (r"ear", "ear preparation", "ear"),
    (r"nasal|nsl|nose", "nasal preparation", "nasal"),
    (r"respimat|soft mist|inhalation solution cartridge", "inhaler soft mist", "inhaled"),
    (r"nebul\w*|neb|nebules?|nebuliser|inhalation vapour", "nebuliser liquid", "inhaled"),
    (
        r"accuhaler|turbohaler|easyhaler\w*|easi?-?breathe dpi|ellipta|handihaler|nexthaler|novolizer|breezhaler|genuair|spiromax|"
        r"clickhaler|diskhaler|diskus|forspiro|zonda|twisthaler|dry powder|inhalation powder|pdr for inh|pdr inh|inha? cap|dpi|inhaler caps|orbicel",
        "inhaler dry powder",
        "inhaled",
    ),
    (
        r"inhalers?|inha?|evohaler|autohaler|easi-breathe|cfc|cff|cfree|breath actuated|aerosol inhaler",
        "inhaler pressurised",
        "inhaled",
    ),
    (r"transdermal patch(?:es)?|patch(?:es)?|ptch|t/derm", "patch", "transdermal"),
    (r"medicated plasters?|plasters?|plstr|plast", "plaster", "topical"),
    (r"suppositor(?:y|ies)|suppos|rectal|enemas?|enem|microenema|rtl", "rectal preparation", "rectal"),
    (r"pessar(?:y|ies)|pess|vaginal|vag", "vaginal preparation", "vaginal"),
    (
        r"pre-?filled (?:syringes?|pens?|disposable)|injections?|inj|infusion|inf|i/v|amps?|ampoules?|vials?|pfs|pfp|cartridges?|penfill|flexpen|kwikpen|"
        r"solostar|pens?|vacc?|vaccine|implants?|depot|pf ?pen|innolet|flextouch|needle-free",
        "injection",
        "parenteral",
    ),
    (r"toothpaste|dental|tpste", "dental paste", "dental"),
    (
        r"shampoos?|shamp|scalp|lotion|lot|creams?|crm|ointments?|oint|gels?|foam|paint|collodion|liniment|cutaneous|topical|skin|bath|"
        r"emollient|nail|wash|wsh|spray powder|dusting powder|paste|soak|balm|oily",
        "skin preparation",
        "topical",
    ),
    (r"tablets?|tabs?|caplets?", "tablet", "oral"),
    (r"capsules?|caps?|caplet", "capsule", "oral"),
    (r"granules?|gran|sachets?|sach|oral powders?|pdrs?|powders?", "granules", "oral"),
    (
        r"oral (?:solution|suspension|drops|emulsion|liquid)|oral (?:soln?|susp|dps)|solutions?|soln?|suspensions?|susp|syrups?|syr|elixir|elix|"
        r"linctus|linct|mixture|mist|liquids?|liq|drops|dps|oral|juice|drink|s/pack|feed|shake|milk",
        "liquid",
        "oral",
    ),
    (r"spray|spy", "spray", "oromucosal"),
)
_ANY_FORM = re.compile(  # empty matches where words of a form begin; the group tells which form, the first of those that fit there
    "(?<![a-z])(?=" + "|".join(f"(?:{words})(?![a-z])()" for words, _, _ in _FORMS) + ")"
)
FORM_WORDS = (*dict.fromkeys(form for _, form, _ in _FORMS), "device", "unknown")
ROUTE_WORDS = (*dict.fromkeys(route for _, _, route in _FORMS), "device", "unknown")
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


def form_of(name: str) -> tuple[str, str]:
    """Form and route that the words of a name, or of a dm+d form, tell; `unknown` when none does."""
    found = [match.lastindex for match in _ANY_FORM.finditer(name.lower().replace("_", " "))]
    return _FORMS[min(found) - 1][1:] if found else ("unknown", "unknown")


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

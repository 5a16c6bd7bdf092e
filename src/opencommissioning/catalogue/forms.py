"""Form and route as the words of a product's name tell them. An approximation, for dm+d may not be shipped.

Names come in two ages: `Amoxicillin_Cap 500mg`, `Morph Sulf_Oral Soln 10mg/5ml` until about 2018, `Amoxicillin 500mg capsules` after.
"""

import re
from collections.abc import Iterable

_RELEASE = ("xl", "sr", "mr", "cr", "pr", "xr", "la", "m/r", "retard", "continus", "chrono", "slow")


def _released(start: str, more: str) -> str:
    """A brand's letters of release before its form, `Adizem-XL_Cap 120mg`; or M/R after it, `Abtard_Tab 10mg M/R`."""
    before = (f"{word}[^a-z].*{start}(?:{more})?s?" for word in _RELEASE)
    return "|".join((*before, f"{start}s? .*[mcp]/?r"))


# Words of both ages → form, route. Each begins with a letter; no letter stands beside it. The first form of which words occur decides, so
# they go from the particular to the general.
_FORMS = (
    (
        "sublingual|subling|buccal|oromucosal|oromuc ?soln",
        "oromucosal",
        "oromucosal",
    ),
    (
        "gastro-resistant tablets?|tabs? e/?c|tabs? .*g/r|tab ec|e/c tab|g/r tab",
        "gastro-resistant tablet",
        "oral",
    ),
    ("gastro-resistant capsules?|cap e/?c|caps? .*g/r", "gastro-resistant capsule", "oral"),
    (
        f"modified-release tablets?|prolonged-release tablets?|{_released('tab', 'let')}",
        "modified-release tablet",
        "oral",
    ),
    (
        f"modified-release capsules?|prolonged-release capsules?|{_released('cap', 'sule')}",
        "modified-release capsule",
        "oral",
    ),
    ("effervescent|eff|efferv|soluble tablets?|tab sol|disper|dispersible", "effervescent", "oral"),
    (
        "orodispersible|tab orodisper|orodisper|oral lyophilisates?|melts?|oro ?disp",
        "orodispersible tablet",
        "oral",
    ),
    ("chewable|chble", "chewable tablet", "oral"),
    (
        "lozenges?|loz|pastilles|lollipops?|mouthwash|oral gel|oral spray|oral paste|gum",
        "oromucosal",
        "oromucosal",
    ),
    ("eye ?/ ?ear|ear/eye|ear/nsl", "eye or ear drops", "ear"),
    ("eye|ophth|intravitreal", "eye preparation", "eye"),
    ("ear", "ear preparation", "ear"),
    ("nasal|nsl|nose", "nasal preparation", "nasal"),
    ("respimat|soft mist|inhalation solution cartridge", "inhaler soft mist", "inhaled"),
    (r"nebul\w*|neb|inhalation vapour", "nebuliser liquid", "inhaled"),
    (
        r"accuhaler|turbohaler|easyhaler\w*|easi?-?breathe dpi|ellipta|handihaler|nexthaler|novolizer|breezhaler|genuair|spiromax|"
        "clickhaler|diskhaler|diskus|forspiro|zonda|twisthaler|dry powder|inhalation powder|pdr for inh|pdr inh|inha? cap|dpi|d/p inh|"
        "inhaler caps|orbicel",
        "inhaler dry powder",
        "inhaled",
    ),
    (
        "inhalers?|inha?|evohaler|autohaler|easi-breathe|cfc|cff|cfree|breath actuated|aerosol inhaler",
        "inhaler pressurised",
        "inhaled",
    ),
    ("transdermal patch|transdermal patches|patch|patches|ptch|t/derm", "patch", "transdermal"),
    ("medicated plasters?|plasters?|plstr|plast", "plaster", "topical"),
    (
        "suppository|suppositories|suppos|rectal|enemas?|enem|microenema|rtl",
        "rectal preparation",
        "rectal",
    ),
    ("pessary|pessaries|pess|vaginal|vag", "vaginal preparation", "vaginal"),
    (
        "pre-?filled syringes?|pre-?filled pens?|pre-?filled disposable|injections?|inj|infusion|inf|i/v|amps?|ampoules?|vials?|pfs|pfp|"
        r"ins .*\dml|cartridges?|penfill|flexpen|kwikpen|solostar|pens?|vacc?|vaccine|implants?|depot|pf ?pen|innolet|flextouch|needle-free",
        "injection",
        "parenteral",
    ),
    ("toothpaste|dental|tpste", "dental paste", "dental"),
    (
        "shampoos?|shamp|scalp|lotion|lot|creams?|crm|ointments?|oint|gels?|foam|paint|collodion|liniment|cutaneous|topical|skin|bath|"
        "emollient|nail|wash|wsh|spray powder|dusting powder|paste|soak|balm|oily",
        "skin preparation",
        "topical",
    ),
    ("tablets?|tabs?|caplets?", "tablet", "oral"),
    ("capsules?|caps?", "capsule", "oral"),
    ("granules?|gran|sachets?|sach|oral powders?|pdrs?|powders?", "granules", "oral"),
    (
        "oral solution|oral suspension|oral drops|oral emulsion|oral liquid|oral|solutions?|soln?|suspensions?|susp|syrups?|syr|elixir|elix|"
        r"linctus|linct|mixture|mix \d+m?g/.*|mix [cs]/f|mist|liquids?|liq|drops|dps|juice|drink|s/pack|feed|shake|milk",
        "liquid",
        "oral",
    ),
    ("spray|spy", "spray", "oromucosal"),
    ("cart", "injection", "parenteral"),
)
FORM_WORDS = (*dict.fromkeys(form for _, form, _ in _FORMS), "device", "unknown")
ROUTE_WORDS = (*dict.fromkeys(route for _, _, route in _FORMS), "device", "unknown")


def _by_letter() -> dict[str, tuple[re.Pattern[str], tuple[int, ...]]]:
    """First letter of words → the pattern of all words of that letter, and of which form each group of it is. Asked letter by letter, since
    most words of a name begin like few of ours."""
    words: dict[str, dict[int, list[str]]] = {}
    for number, (listed, _, _) in enumerate(_FORMS):
        for each in listed.split("|"):
            words.setdefault(each[0], {}).setdefault(number, []).append(each)
    return {letter: (_pattern(mine.values()), tuple(mine)) for letter, mine in words.items()}


def _pattern(words: Iterable[list[str]]) -> re.Pattern[str]:
    """The empty group that matches tells whose words fit, the first of those that do."""
    return re.compile("|".join(f"(?:{'|'.join(each)})(?![a-z])()" for each in words))


_WORDS = _by_letter()
_BEGINS = re.compile(f"(?<![a-z])[{''.join(_WORDS)}]")


def form_of(name: str) -> tuple[str, str]:
    """Form and route that the words of a name, or of a dm+d form, tell; `unknown` when none does."""
    text = name.lower().replace("_", " ")
    first = len(_FORMS)
    for begins in _BEGINS.finditer(text):
        place = begins.start()
        pattern, forms = _WORDS[text[place]]
        if match := pattern.match(text, place):
            first = min(first, forms[match.lastindex - 1])
    return _FORMS[first][1:] if first < len(_FORMS) else ("unknown", "unknown")

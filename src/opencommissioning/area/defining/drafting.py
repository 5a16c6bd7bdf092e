"""A draft: a definition as the words of a web address, and as the table of a definition file.

The address holds the whole of it, so that it can be kept, sent and read: `sum=items&codes=0501&without=050109&by=patients&window=3`.
What it becomes is read by the reader of definition files, so that what can be looked at can also be kept as a file, and the reverse.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation

from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.language.definitions import World, measure_from
from opencommissioning.language.reading import Reader

ID, TOPIC = "analysis", "own"
COLUMNS = {
    "items": "items",
    "quantity": "quantity",
    "actual_cost": "actual cost (£)",
    "nic": "net ingredient cost (£)",
}
PATIENTS = "patients"
WINDOWS, SPANS = (1, 3, 6, 12), (12, 24, 36, 60)
SHOWN_LEVELS = tuple(level for level in LEVELS if level != "england")
LONGEST_TITLE, LONGEST_WORD, MOST = 150, 60, 80
LONGEST_TYPED = 1000  # characters of one field that a form shows again
CODE = re.compile(r"[0-9]{2,7}|[0-9]{7}[0-9A-Z%]{1,8}")  # letters begin with the substance


class Malformed(DefinitionError):
    """A part of a draft that cannot be used; `key` is its name in the address, so that a form can say it at its field."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Side:
    """What is added up (a column of prescribing, `patients`, or a weighted list of them), and of which products."""

    sum: str
    codes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    not_named: tuple[str, ...] = ()
    least: str = ""
    most: str = ""

    @property
    def conditions(self) -> dict[str, dict[str, object]]:
        """The `where` of a definition file."""
        tests = {
            "bnf_code": {"under": list(self.codes), "except": list(self.without)},
            "name": {"contains": list(self.named), "lacks": list(self.not_named)},
            "quantity_per_item": {"at_least": self.least, "at_most": self.most},
        }
        given = {
            column: {key: value for key, value in each.items() if value} for column, each in tests.items()
        }
        return {column: each for column, each in given.items() if each}


@dataclass(frozen=True)
class Draft:
    """A measure being made: `top` divided by `bottom`, at a level, over a window of months, looked at over `months`."""

    top: Side = field(default_factory=lambda: Side("items"))
    bottom: Side = field(default_factory=lambda: Side(PATIENTS))
    title: str = ""
    better: str = str(Better.NEITHER)
    level: str = "practice"
    window: int = 1
    months: int = 36

    @property
    def narrowed(self) -> bool:
        """Whether the same thing is added up on both sides, so that the first is a share of the second."""
        return self.top.sum == self.bottom.sum


# key of the address → (side, field); the rest are the draft's own
KEYS = {name: ("top", name) for name in ("sum", "codes", "without", "named", "not_named", "least", "most")}
KEYS |= {"by" if name == "sum" else f"by_{name}": ("bottom", name) for name in list(KEYS)}
OWN = ("title", "better", "level", "window", "months")


def draft_from(address: Mapping[str, Sequence[str]], library: Library) -> Draft:
    """The draft that an address describes. DefinitionError, a sentence with the key, when it is malformed."""
    for key in address:
        if key not in (*KEYS, *OWN):
            raise Malformed(
                "", f"the address names '{key}', which no analysis has{did_you_mean(key, [*KEYS, *OWN])}"
            )
    sides = {"top": {"sum": "items"}, "bottom": {"sum": PATIENTS}}
    for key, (side, name) in KEYS.items():
        text = ",".join(address.get(key, ()))
        if text.strip():
            sides[side][name] = _part(key, name, text)
    return Draft(_top(sides["top"]), _bottom(sides["bottom"], library), **_own(address))


def as_typed(address: Mapping[str, Sequence[str]]) -> Draft:
    """A draft of what was typed, right or wrong, for showing a form again. It is never made into a measure."""
    sides = {"top": {"sum": "items"}, "bottom": {"sum": PATIENTS}}
    for key, (side, name) in KEYS.items():
        if text := _typed(address, key):
            sides[side][name] = text if name in ("sum", "least", "most") else (text,)
    own = {key: text for key in OWN if (text := _typed(address, key))}
    return Draft(Side(**sides["top"]), Side(**sides["bottom"]), **own)


def _typed(address: Mapping[str, Sequence[str]], key: str) -> str:
    text = ",".join(address.get(key, ()))[:LONGEST_TYPED]
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _part(key: str, name: str, text: str) -> object:
    if name == "sum":
        return text.strip()
    if name in ("least", "most"):
        return _number(key, text.strip())
    parts = re.split(r"[,\s]+", text.upper()) if name in ("codes", "without") else text.split(",")
    found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > MOST:
        raise Malformed(
            key,
            f"'{key}' names {len(found)} things, more than {MOST}; use shorter codes or a codelist in a file",
        )
    return tuple(_code(key, part) if name in ("codes", "without") else _word(key, part) for part in found)


def _code(key: str, text: str) -> str:
    if not CODE.fullmatch(text):
        raise Malformed(
            key,
            f"'{key}' holds '{text[:30]}', which is no BNF code: figures, letters from the eighth place on, 2 to 15 in all, such as 0501 or 0501080W0",
        )
    return text


def _word(key: str, text: str) -> str:
    if len(text) > LONGEST_WORD or not text.isprintable():
        raise Malformed(
            key, f"'{key}' holds a word of more than {LONGEST_WORD} characters, or one that cannot be printed"
        )
    return text


def _number(key: str, text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Malformed(key, f"'{key}' needs a number such as 14 or 2.5, got '{text[:30]}'") from None
    if not number.is_finite() or not 0 <= number < 10**6 or -number.as_tuple().exponent > 3:
        raise Malformed(
            key, f"'{key}' needs a number from 0 to a million with at most three decimals, got '{text[:30]}'"
        )
    return str(number)


def _top(parts: Mapping[str, object]) -> Side:
    if parts["sum"] not in COLUMNS:
        raise Malformed(
            "sum", f"'sum' is '{str(parts['sum'])[:30]}'{did_you_mean(str(parts['sum']), COLUMNS)}"
        )
    return Side(**parts)


def _bottom(parts: Mapping[str, object], library: Library) -> Side:
    known = [*COLUMNS, *denominators(library)]
    if parts["sum"] not in known:
        raise Malformed("by", f"'by' is '{str(parts['sum'])[:30]}'{did_you_mean(str(parts['sum']), known)}")
    side = Side(**parts)
    if side.sum not in COLUMNS and side.conditions:
        raise Malformed(
            "by",
            "'by' counts patients, so it takes no codes, names or quantities; leave them out, or divide by items, quantity or a cost",
        )
    return side


def denominators(library: Library) -> dict[str, str]:
    """What stands for a population: the list size, and every list of fixed weights by age and sex, with its title."""
    weights = {
        name: each.title
        for name, each in library.codelists.items()
        if each.system == "age_sex"
        and each.rates is None  # rates of admissions are no measure of prescribing
    }
    return {PATIENTS: "registered patients (list size)", **weights}


def _own(address: Mapping[str, Sequence[str]]) -> dict[str, object]:
    title = " ".join(" ".join(address.get("title", ())).split())
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise Malformed(
            "title", f"'title' needs at most {LONGEST_TITLE} printable characters, got {len(title)}"
        )
    out: dict[str, object] = {"title": title}
    choices = {
        "better": [str(way) for way in Better],
        "level": SHOWN_LEVELS,
        "window": WINDOWS,
        "months": SPANS,
    }
    for key, known in choices.items():
        given = [text for text in address.get(key, ()) if text]
        if given:
            out[key] = _choice(key, given[-1], known)
    return out


def _choice(key: str, text: str, known: Sequence) -> object:
    found = {str(each): each for each in known}
    if text not in found:
        raise Malformed(key, f"'{key}' is '{text[:30]}'{did_you_mean(text[:30], found)}")
    return found[text]


def address_of(draft: Draft, **changed: object) -> list[tuple[str, str]]:
    """The (key, value) pairs of the address that describes a draft; what is as usual is left out, `sum` and `by` aside."""
    pairs = [("sum", draft.top.sum), ("by", draft.bottom.sum)]
    for key, (side, name) in KEYS.items():
        value = getattr(getattr(draft, side), name)
        if name != "sum" and value:
            pairs.append((key, value if isinstance(value, str) else ",".join(value)))
    usual = {each.name: each.default for each in fields(Draft)}
    own = {key: changed.get(key, getattr(draft, key)) for key in OWN}
    return pairs + [(key, str(value)) for key, value in own.items() if value != usual[key]]


def measure_of(draft: Draft, library: Library, title: str = "", author: str = "", name: str = ID) -> Measure:
    """The measure of a draft, read by the reader of definition files; DefinitionError when it cannot run."""
    if draft.narrowed and not draft.top.conditions:
        raise Malformed(
            "codes",
            "what is counted and what it is divided by are the same; choose BNF codes or words of a name for what is counted",
        )
    table = {"title": draft.title or title or "An analysis", "better": draft.better, "window": draft.window}
    if author:
        table["author"] = author
    table |= {
        "numerator": _table(draft.top, library, draft.narrowed),
        "denominator": _table(draft.bottom, library, False),
    }
    if draft.bottom.sum not in COLUMNS:
        table["per"] = 1000 if draft.bottom.sum == PATIENTS else 1
    world = World(library.contracts, library.codelists)
    return measure_from(Reader(table, "the analysis"), world, name, TOPIC)


def _table(side: Side, library: Library, narrows: bool) -> dict[str, object]:
    if side.sum not in COLUMNS:
        return {"sum": "registrations.patients"} | ({} if side.sum == PATIENTS else {"times": side.sum})
    out: dict[str, object] = {} if narrows else {"sum": f"prescribing.{side.sum}"}
    return out | ({"where": side.conditions} if side.conditions else {})

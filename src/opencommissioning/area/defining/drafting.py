"""A draft: a definition as the words of a web address, and as the table of a definition file.

The address holds the whole of it, so that it can be kept, sent and read: `sum=items&codes=0501&without=050109&by=patients&window=3`.
What it becomes is read by the reader of definition files, so that what can be looked at can also be kept as a file, and the reverse.
"""

import re
from collections.abc import Callable, Mapping, Sequence
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
NAMED = 3  # of several wrong codes so many are named
LONGEST_TYPED = 1000  # characters of one field that a form shows again
CODE = re.compile(r"[0-9]{2,7}|[0-9]{7}[0-9A-Z%]{1,8}")  # letters begin with the substance


class Malformed(DefinitionError):
    """Parts of a draft that cannot be used. `problems` are (key of the address, sentence) of each, in the order of the form, so that a
    form can say each at its field."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


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
# as the form calls them, so that what is wrong is said in the words that a reader sees
LABELS = {
    "title": "Title",
    "sum": "Add up",
    "codes": "BNF codes",
    "without": "Without BNF codes",
    "named": "Name holds one of",
    "not_named": "Name holds none of",
    "least": "Quantity per item, at least",
    "most": "Quantity per item, at most",
    "by": "Divided by",
    "level": "By",
    "window": "Months together",
    "months": "Looking back",
    "better": "Better is",
}
KEYS |= {"by" if name == "sum" else f"by_{name}": ("bottom", name) for name in list(KEYS)}
OWN = ("title", "better", "level", "window", "months")


def told(key: str) -> str:
    """What the form calls a key of the address: `“BNF codes”`, `“BNF codes” of what it is divided by`."""
    if key in LABELS:
        return f"“{LABELS[key]}”"
    return f"“{LABELS[key.removeprefix('by_')]}” of what it is divided by"


def draft_from(address: Mapping[str, Sequence[str]], library: Library) -> Draft:
    """The draft that an address describes. Malformed, with all that is wrong, when it is none."""
    wrong = [_unknown(key) for key in address if key not in (*KEYS, *OWN)]
    sides = {"top": {"sum": "items"}, "bottom": {"sum": PATIENTS}}
    for key, (side, name) in KEYS.items():
        text = ",".join(address.get(key, ()))
        if text.strip() and (part := _tried(wrong, _part, key, name, text)) is not None:
            sides[side][name] = part
    top = _tried(wrong, _top, sides["top"])
    bottom = _tried(wrong, _bottom, sides["bottom"], library)
    own = _own(address, wrong)
    if wrong or top is None or bottom is None:
        order = ("", "title", *KEYS, "level", "window", "months", "better")  # as the form asks
        raise Malformed(*sorted(wrong, key=lambda each: order.index(each[0])))
    return Draft(top, bottom, **own)


def _tried(wrong: list[tuple[str, str]], make: Callable, *given: object):
    """What `make` makes; None when it cannot, and what is wrong joins the rest."""
    try:
        return make(*given)
    except Malformed as problem:
        wrong.extend(problem.problems)
        return None


def _unknown(key: str) -> tuple[str, str]:
    return "", f"the address names '{key}', which no analysis has{did_you_mean(key, [*KEYS, *OWN])}"


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
        sentence = f"{told(key)} names {len(found)} things, more than {MOST}; use shorter codes or a codelist in a file"
        raise Malformed((key, sentence))
    return _codes(key, found) if name in ("codes", "without") else _words(key, found)


def _codes(key: str, found: tuple[str, ...]) -> tuple[str, ...]:
    bad = [f"'{each[:30]}'" for each in found if not CODE.fullmatch(each)]
    if not bad:
        return found
    which = "which is no BNF code" if len(bad) == 1 else "which are no BNF codes"
    more = f" and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
    sentence = f"{told(key)} holds {', '.join(bad[:NAMED])}{more}, {which}: figures, letters from the eighth place on, 2 to 15 in all, such as 0501 or 0501080W0"
    raise Malformed((key, sentence))


def _words(key: str, found: tuple[str, ...]) -> tuple[str, ...]:
    if any(len(each) > LONGEST_WORD or not each.isprintable() for each in found):
        sentence = (
            f"{told(key)} holds a word of more than {LONGEST_WORD} characters, or one that cannot be printed"
        )
        raise Malformed((key, sentence))
    return found


def _number(key: str, text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Malformed((key, f"{told(key)} needs a number such as 14 or 2.5, got '{text[:30]}'")) from None
    if not number.is_finite() or not 0 <= number < 10**6 or -number.as_tuple().exponent > 3:
        sentence = (
            f"{told(key)} needs a number from 0 to a million with at most three decimals, got '{text[:30]}'"
        )
        raise Malformed((key, sentence))
    return str(number)


def _top(parts: Mapping[str, object]) -> Side:
    if parts["sum"] not in COLUMNS:
        sentence = f"{told('sum')} is '{str(parts['sum'])[:30]}'{did_you_mean(str(parts['sum']), COLUMNS)}"
        raise Malformed(("sum", sentence))
    return _in_order(Side(**parts), "most")


def _bottom(parts: Mapping[str, object], library: Library) -> Side:
    known = [*COLUMNS, *denominators(library)]
    if parts["sum"] not in known:
        sentence = f"{told('by')} is '{str(parts['sum'])[:30]}'{did_you_mean(str(parts['sum']), known)}"
        raise Malformed(("by", sentence))
    side = Side(**parts)
    if side.sum not in COLUMNS and side.conditions:
        sentence = f"{told('by')} counts patients, so it takes no codes, names or quantities; leave them out, or divide by items, quantity or a cost"
        raise Malformed(("by", sentence))
    return _in_order(side, "by_most")


def _in_order(side: Side, key: str) -> Side:
    if side.least and side.most and Decimal(side.least) > Decimal(side.most):
        sentence = f"{told(key)} is {side.most}, less than the least quantity per item, {side.least}: nothing would be counted"
        raise Malformed((key, sentence))
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


def _own(address: Mapping[str, Sequence[str]], wrong: list[tuple[str, str]]) -> dict[str, object]:
    choices = {
        "better": [str(way) for way in Better],
        "level": SHOWN_LEVELS,
        "window": WINDOWS,
        "months": SPANS,
    }
    out: dict[str, object] = {"title": _tried(wrong, _title, address)}
    for key, known in choices.items():
        given = [text for text in address.get(key, ()) if text]
        if given:
            out[key] = _tried(wrong, _choice, key, given[-1], known)
    return out


def _title(address: Mapping[str, Sequence[str]]) -> str:
    title = " ".join(" ".join(address.get("title", ())).split())
    if len(title) > LONGEST_TITLE or not title.isprintable():
        sentence = f"{told('title')} needs at most {LONGEST_TITLE} printable characters, got {len(title)}"
        raise Malformed(("title", sentence))
    return title


def _choice(key: str, text: str, known: Sequence) -> object:
    found = {str(each): each for each in known}
    if text not in found:
        raise Malformed((key, f"{told(key)} is '{text[:30]}'{did_you_mean(text[:30], found)}"))
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
        sentence = "what is counted and what it is divided by are the same; choose BNF codes or words of a name for what is counted"
        raise Malformed(("codes", sentence))
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

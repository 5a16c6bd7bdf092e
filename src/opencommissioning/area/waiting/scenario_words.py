"""A scenario in words, as it stands in an address, a form or a file: what each may be, and what the words come to.

Words have one flat list of names: `weeks`, and for the first list that changes `list`, `share` …; for the second `list-2`, `share-2` …
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import CLINIC, KINDS, TESTS, Asked, Contact, ListChange
from opencommissioning.area.waiting.plans import steps_of
from opencommissioning.catalogue.shares import in_percent, percent_of
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION
from opencommissioning.errors import OpenCommissioningError, did_you_mean
from opencommissioning.flow.plans import Step
from opencommissioning.flow.scenarios import FREED

WEEKS, LONGEST = 26, 156
MOST = 6  # lists that one scenario changes
LONGEST_WORD = 300
ANY = "contact"  # the kind of a price that names none
OVERALL = {"weeks": str(WEEKS)}
USUAL = {
    "list": "", "share": "0", "kind": CLINIC, "into": "", "freed": "shared", "induced": "0", "back": "0", "extra": "0", "plan": "",
    "price": "", "cost": "", "contacts": "1", "stranded": "0",
}  # fmt: skip
PERCENTS = {
    "share": ("The share that moves", 0, 100),
    "induced": ("Further demand", 0, 300),
    "back": ("The share who join after all", 0, 100),
    "stranded": ("The stranded share", 0, 100),
}
WHOLE = {"extra": ("Treatments a week more", -5000, 5000), "weeks": ("Weeks", 1, LONGEST)}
AMOUNTS = {
    "price": ("The price in hospital", 0, 100_000),
    "cost": ("The cost in the community", 0, 100_000),
    "contacts": ("Contacts of each person", 0, 1000),
}
Problems = list[tuple[str, str]]


def at(name: str, number: int) -> str:
    """The name of a word of the list of that number: `share`, `share-2`."""
    return name if number == 1 else f"{name}-{number}"


DEFAULTS = OVERALL | {at(name, n): usual for n in range(1, MOST + 1) for name, usual in USUAL.items()}


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """The words of an address or a form, with what is usual where it says nothing: of the first list, and of the others that are told of,
    numbered without a gap."""
    words = {"weeks": _word(given, "weeks", OVERALL["weeks"])}
    number = 0
    for each in range(1, MOST + 1):
        mine = {name: _word(given, at(name, each), usual) for name, usual in USUAL.items()}
        if each == 1 or mine != USUAL:
            number += 1
            words |= {at(name, number): in_percent(word) if name in PERCENTS else word for name, word in mine.items()}  # fmt: skip
    return words


def _word(given: Mapping[str, str], name: str, usual: str) -> str:
    return (given.get(name) or "").strip()[:LONGEST_WORD] or usual


def numbers(words: Mapping[str, str]) -> list[int]:
    """The numbers of the lists that the words tell of: 1, 2 …"""
    return [number for number in range(1, MOST + 1) if at("list", number) in words]


def without(words: Mapping[str, str], number: int) -> dict[str, str]:
    """The words without one of their lists; the others move up."""
    left = dict(words)
    for name in USUAL:
        left.pop(at(name, number), None)
    if number == 1:  # the first is always there: the second takes its place
        left |= {name: left.pop(at(name, 2), usual) for name, usual in USUAL.items()}
    return typed(left)


@dataclass(frozen=True)
class Read:
    """What the words come to: the code of the first list and the scenario, or (sentence, word) problems."""

    chosen: str
    asked: Asked | None
    problems: tuple[tuple[str, str], ...]


def read(found: Lists, codes: list[str], words: Mapping[str, str]) -> Read:
    """A scenario from words; every word that cannot be used is told by its name. `codes`: the lists that may change, the longest first."""
    problems: Problems = []
    weeks = int(_whole(words["weeks"], "weeks", "weeks", problems) or WEEKS)
    changes: dict[str, ListChange] = {}
    chosen = ""
    for number in numbers(words):
        of = _Words(words, number, problems)
        code = of.list_of(found, codes, "list", codes[0] if number == 1 else "")
        change = of.change(found, codes, code, weeks)
        chosen = chosen or code or codes[0]
        if code and code in changes:
            problems.append(("This list is changed above; tell all its changes there, or choose another", at("list", number)))  # fmt: skip
        changes[code] = change
    if problems:
        order = list(DEFAULTS)
        return Read(chosen, None, tuple(sorted(problems, key=lambda each: order.index(each[1]))))
    return Read(chosen, Asked(weeks, changes), ())


@dataclass(frozen=True)
class _Words:
    """The words of one list, and where its problems are told."""

    words: Mapping[str, str]
    number: int
    problems: Problems

    def __getitem__(self, name: str) -> str:
        return self.words[at(name, self.number)]

    def wrong(self, sentence: str, name: str) -> None:
        self.problems.append((sentence, at(name, self.number)))

    def list_of(self, found: Lists, codes: list[str], name: str, usual: str) -> str:
        """The code of the list that a word names; the usual one when it names none or cannot be used."""
        if not self[name]:
            if name == "list" and not usual:
                self.wrong("Choose the list that changes", name)
            return usual
        try:
            code = found.function(self[name])
        except OpenCommissioningError as wrong:
            self.wrong(str(wrong), name)
            return usual
        if code not in codes:
            whole = code == TOTAL_FUNCTION
            self.wrong("Choose one specialty, not all of them together" if whole else "Nobody is on this list now; choose another", name)  # fmt: skip
            return usual
        return code

    def change(self, found: Lists, codes: list[str], code: str, weeks: int) -> ListChange:
        percents = {name: (_percent(self[name], at(name, self.number), name, self.problems) or 0.0) / 100 for name in PERCENTS}  # fmt: skip
        extra = _whole(self["extra"], at("extra", self.number), "extra", self.problems) or 0.0
        into = self.list_of(found, codes, "into", "")
        steps = self._steps(found, code, weeks)
        contacts = self._contacts()
        self._impossible(percents, code, into)
        return ListChange(
            kind=self["kind"], freed=self["freed"], into=into, extra=extra, steps=steps, contacts=contacts, **percents
        )  # fmt: skip

    def _steps(self, found: Lists, code: str, weeks: int) -> tuple[Step, ...]:
        try:
            steps = steps_of(self["plan"].replace(",", " ").split())
            if code:
                found.by_week(code, steps, weeks)
        except OpenCommissioningError as wrong:
            self.wrong(str(wrong), "plan")
            return ()
        return steps

    def _contacts(self) -> dict[str, Contact]:
        amounts = {name: self._amounts(name) for name in AMOUNTS}
        price, cost, contacts = (amounts[name] for name in ("price", "cost", "contacts"))
        if None in amounts.values():
            return {}
        for field, has, lacks in (("cost", price, cost), ("price", cost, price)):
            if has.keys() - lacks.keys():
                self.wrong("Give both: what a contact costs in hospital and in the community", field)
                return {}
        every = contacts.get(ANY, 1.0)
        if unknown := sorted(contacts.keys() - price.keys() - {ANY}):
            self.wrong(f"'{unknown[0]}' has no price and cost{did_you_mean(unknown[0], list(price))}", "contacts")  # fmt: skip
        return {kind: Contact(contacts.get(kind, every), price[kind], cost[kind]) for kind in price}

    def _amounts(self, name: str) -> dict[str, float] | None:
        """Kind → number of `180` or `first=180, follow-up=90`; None when it cannot be used, which is told."""
        out: dict[str, float] = {}
        label, low, high = AMOUNTS[name]
        for text in filter(None, (each.strip() for each in self[name].split(","))):
            kind, _, value = text.rpartition("=")
            number = _number(value)
            if number is None or not low <= number <= high or (kind.strip() or ANY) in out:
                self.wrong(f"{label} must be a number from {low:,} to {high:,}, or one for each kind: first=180, follow-up=90", name)  # fmt: skip
                return None
            out[kind.strip() or ANY] = number
        return out

    def _impossible(self, percents: Mapping[str, float], code: str, into: str) -> None:
        for field, known in (("freed", FREED), ("kind", KINDS)):
            if self[field] not in known:
                self.wrong(f"'{field}' must be one of {', '.join(known)}{did_you_mean(self[field], known)}", field)  # fmt: skip
        if self["kind"] == TESTS and percents["share"] and not percents["back"]:
            self.wrong("Give the share of those tested who join the hospital's list after all: direct-access tests find people who need it", "back")  # fmt: skip
        if into and into == code:
            self.wrong("People cannot move into the list that they leave; choose another, or none", "into")
        if self["freed"] == "moved" and not into:
            self.wrong("Treatments can move with the people only into a list: choose which they join", "into")


def _number(text: str) -> float | None:
    try:
        return float(text.strip().removeprefix("£")) if text.isascii() or "£" in text else None
    except ValueError:
        return None


def _whole(text: str, field: str, name: str, problems: Problems) -> float | None:
    label, low, high = WHOLE[name]
    value = _number(text)
    if value is None or not low <= value <= high or value != int(value):
        problems.append((f"{label} must be a whole number from {low:,} to {high:,}", field))
        return None
    return value


def _percent(text: str, field: str, name: str, problems: Problems) -> float | None:
    label, low, high = PERCENTS[name]
    percent = percent_of(text)
    if percent is None or not low <= percent <= high:
        problems.append((f"{label} must be from {low} to {high} %, written as 30 %, 30 or 0.3", field))
        return None
    return float(percent)


def codes_of(found: Lists) -> list[str]:
    """The lists that can be chosen, the longest first."""
    now = [code for code, months in found.months.items() if code != TOTAL_FUNCTION and months[-1].month == found.latest]  # fmt: skip
    return sorted(now, key=lambda code: -found.months[code][-1].waiting.sum())


def shortest(words: Mapping[str, str]) -> dict[str, str]:
    """The words that are not as usual; a further list is always named."""
    return {name: word for name, word in words.items() if word != DEFAULTS[name] or name.startswith("list-")}

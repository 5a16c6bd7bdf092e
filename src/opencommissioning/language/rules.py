"""Dated rules as TOML: hospital prices, uplifts, market forces. Every key is used or refused; two rules of one kind never hold on one day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from opencommissioning.catalogue.prices import MarketForces, Price, PriceList, PriceRules, Uplift
from opencommissioning.errors import DefinitionError
from opencommissioning.language.reading import Reader, read_toml

KINDS = ("prices", "uplift", "market_forces")
AMOUNTS = ("day_case", "elective", "combined", "emergency", "procedure", "per_day", "short_stay")
TRIMS = ("elective_trim", "emergency_trim")
SHARED = ("title", "rule", "since", "until", "source", "licence", "invented", "note")
Rule = PriceList | Uplift | MarketForces


def read_rules(folders: Sequence[Path]) -> PriceRules:
    """The rules of the folders; a later folder's file replaces an earlier one's of the same name, and its price lists come first.

    DefinitionError with file and key for what could not run, and for two rules of one kind that are in force on one day in one folder.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    read = [(path, *read_rule(path)) for path in found.values()]
    for folder in folders:
        _refuse_twice([each for each in read if each[0].parent == folder])
    ordered = sorted(read, key=lambda each: -folders.index(each[0].parent))
    of = {kind: [rule for _, name, rule in ordered if name == kind] for kind in KINDS}
    days = [each.since for each in of["uplift"]]
    uplifts = [
        each for n, each in enumerate(of["uplift"]) if each.since not in days[:n]
    ]  # the area's own instead
    return PriceRules(tuple(of["prices"]), tuple(uplifts), tuple(of["market_forces"]))


def read_rule(path: Path) -> tuple[str, Rule]:
    """(kind, rule) of one file."""
    reader = read_toml(path)
    kind = reader.choice("rule", KINDS)
    reader.text("title")
    reader.text("note", "")
    rule = READERS[kind](reader)
    reader.finish((*SHARED, *KEYS[kind]))
    return kind, rule


def _prices(reader: Reader) -> PriceList:
    since, until = _span(reader)
    stays = reader.table("stays")
    told = PriceList(
        since, until, reader.text("source"), _lines(reader.table("prices")), stays.whole("short_stay_below", 2),
        stays.whole("adult_from", 19), reader.text("licence"), reader.flag("invented"),
    )  # fmt: skip
    stays.finish(("short_stay_below", "adult_from"))
    if not told.prices:
        raise reader.refuse("has no price; give tables such as [prices.DZ65F]")
    return told


def _lines(table: Reader) -> Mapping[str, Price]:
    return {hrg: _line(hrg, table.table(hrg)) for hrg in table.data}


def _line(hrg: str, table: Reader) -> Price:
    amounts = {name: _amount(table, name) for name in AMOUNTS}
    trims = {name: table.whole(name, 1) if name in table.data else None for name in TRIMS}
    table.finish((*AMOUNTS, *TRIMS))
    return Price(hrg, **amounts, **trims)


def _amount(table: Reader, name: str) -> Decimal | None:
    amount = table.number(name)
    if amount is not None and amount < 0:
        raise table.refuse(
            f"'{name}' is {amount}; a price is 0 or more, and one that is not there is left out"
        )
    return amount


def _uplift(reader: Reader) -> Uplift:
    since, _ = _span(reader)
    shares = [_given(reader, name) for name in ("inflation", "efficiency")]
    return Uplift(since, *shares, reader.text("source"), reader.text("licence"), reader.flag("invented"))


def _given(reader: Reader, name: str) -> Decimal:
    share = reader.number(name)
    if share is None or not -1 < share < 1:
        raise reader.refuse(f"'{name}' needs a share in quotes, such as \"0.0283\" for 2.83%")
    return share


def _forces(reader: Reader) -> MarketForces:
    since, until = _span(reader)
    table = reader.table("factors")
    factors = {code: table.number(code) for code in table.data}
    wrong = [code for code, factor in factors.items() if factor is None or not 0 < factor < 3]
    if wrong or not factors:
        raise reader.refuse(f"[factors] needs a number near 1 in quotes for each provider{f', not for {wrong[0]}' if wrong else ''}")  # fmt: skip
    return MarketForces(since, until, factors, reader.text("source"), reader.text("licence"), reader.flag("invented"))  # fmt: skip


def _span(reader: Reader) -> tuple[date, date | None]:
    since, until = reader.day("since"), reader.day("until")
    if since is None:
        raise reader.refuse("'since' is missing: the first day on which the rule holds, such as 2026-04-01")
    if until is not None and until <= since:
        raise reader.refuse(f"'until' ({until}) is not after 'since' ({since}); it is the first day on which the rule no longer holds")  # fmt: skip
    return since, until


READERS: Mapping[str, Callable[[Reader], Rule]] = {
    "prices": _prices,
    "uplift": _uplift,
    "market_forces": _forces,
}
KEYS = {"prices": ("stays", "prices"), "uplift": ("inflation", "efficiency"), "market_forces": ("factors",)}


def _refuse_twice(read: Iterable[tuple[Path, str, Rule]]) -> None:
    by_kind: dict[str, list[tuple[Path, Rule]]] = {}
    for path, kind, rule in read:
        by_kind.setdefault(kind, []).append((path, rule))
    for each in by_kind.values():
        ordered = sorted(each, key=lambda one: one[1].since)
        for (one, before), (other, after) in pairwise(ordered):
            if _meet(before, after):
                raise DefinitionError(
                    f"{other.name}: holds from {after.since} as {one.name} still does; end that one with 'until'"
                )


def _meet(before: Rule, after: Rule) -> bool:
    if isinstance(before, Uplift):
        return before.since == after.since
    return before.until is None or before.until > after.since

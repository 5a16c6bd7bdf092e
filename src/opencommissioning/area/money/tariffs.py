"""The Drug Tariff and the price concessions of a month, by BNF code: what the loaded files say, matched to products."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from opencommissioning.area.building import rows_of, successors_of
from opencommissioning.catalogue.bnf import is_generic
from opencommissioning.finance.tariff import Pack
from opencommissioning.warehouse.store import Part, Store


@dataclass(frozen=True)
class Line:
    """A pack in the tariff: code, category, pack size, pence, SNOMED code of the pack ("" when the file has none)."""

    code: str
    category: str
    size: Decimal
    pence: int
    vmpp: str
    name: str


@dataclass(frozen=True)
class Tariff:
    """A month's tariff by today's BNF code. `unmatched`: medicines of the file whose code nobody tells."""

    month: date | None
    lines: tuple[Line, ...]
    unmatched: tuple[str, ...]

    @property
    def category(self) -> dict[str, str]:
        """code → category."""
        return {line.code: line.category for line in self.lines}

    @property
    def one_price(self) -> frozenset[str]:
        """Generics whose pence per unit is the same in every pack."""
        units: dict[str, set[Decimal]] = {}
        for line in self.lines:
            if is_generic(line.code) and line.size > 0 and line.pence > 0:
                units.setdefault(line.code, set()).add(Decimal(line.pence) / line.size)
        return frozenset(code for code, prices in units.items() if len(prices) == 1)


def tariff_part(store: Store, month: date) -> Part | None:
    """The tariff file of a month, or the latest before it."""
    before = [part for part in store.parts("tariff") if part.period and part.period <= month]
    return before[-1] if before else None


def tariff_of(store: Store, month: date) -> Tariff:
    """The tariff in force in a month; empty when none is loaded. Codes come from the file, from dm+d, or from the product's name."""
    part = tariff_part(store, month)
    if part is None:
        return Tariff(None, (), ())
    codes = _Codes(store)
    lines, unmatched = [], []
    for row in pl.read_parquet(part.path).iter_rows(named=True):
        code = codes.of(row["bnf_code"], row["vmpp"], row["name"])
        if code is None:
            unmatched.append(row["name"])
        else:
            size, pence = row["pack_size"] or Decimal(0), row["price_pence"] or 0
            lines.append(Line(code, row["category"] or "", size, pence, row["vmpp"] or "", row["name"]))
    return Tariff(part.period, tuple(lines), tuple(dict.fromkeys(unmatched)))


class _Codes:
    """Today's BNF code of a medicine, asked in the order of trust: the file's own code, the pack's code in dm+d, the name."""

    def __init__(self, store: Store) -> None:
        self.successors = successors_of(store)
        mapped = rows_of(store, "dmd")
        self.by_snomed = dict(mapped.select("snomed", "bnf_code").iter_rows()) if mapped is not None else {}
        self.by_name = _by_name(_names(store, mapped))

    def of(self, code: str | None, snomed: str | None, name: str) -> str | None:
        """The code, None when nothing tells it."""
        found = code or self.by_snomed.get(snomed or "") or self.by_name.get(_plain(name))
        return self.successors.get(found, found) if found else None


def _names(store: Store, mapped: pl.DataFrame | None) -> Iterable[tuple[str, str]]:
    """(code, name) of everything prescribed, then of dm+d."""
    parts = [
        pl.read_parquet(part.path, columns=["bnf_code", "name"]) for part in store.parts("presentations")
    ]
    frames = [*parts, *([] if mapped is None else [mapped.select("bnf_code", "name")])]
    return pl.concat(frames).drop_nulls().unique(maintain_order=True).iter_rows() if frames else ()


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name → code; where several have the name, the generic."""
    out: dict[str, str] = {}
    for code, name in pairs:
        known = out.get(_plain(name))
        if known is None or (is_generic(code) and not is_generic(known)):
            out[_plain(name)] = code
    return out


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def concessions_of(store: Store, month: date, tariff: Tariff) -> Mapping[str, tuple[Pack, ...]]:
    """code → packs under a concession in a month, with their tariff price. Packs that the tariff does not hold are left out."""
    rows = rows_of(store, "concessions")
    if rows is None or not tariff.lines:
        return {}
    by_vmpp = {line.vmpp: line for line in tariff.lines if line.vmpp}
    by_pack = {(_plain(line.name), line.size): line for line in tariff.lines}
    out: dict[str, tuple[Pack, ...]] = {}
    for row in rows.filter(pl.col("month") == month).iter_rows(named=True):
        line = by_vmpp.get(row["vmpp"]) or by_pack.get((_plain(row["name"]), row["pack_size"]))
        if line is not None:
            pack = Pack(row["pack_size"], line.pence, row["price"])
            out[line.code] = (*out.get(line.code, ()), pack)
    return out

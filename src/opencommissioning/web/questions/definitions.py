"""What pages tell of a definition: its codes, list by list, and where they come from."""

from dataclasses import dataclass

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.measure import Measure
from opencommissioning.web import questions


@dataclass(frozen=True)
class Codes:
    """A list of codes that the measure counts: what it is, where from, and its lines (pattern, factor or "", name)."""

    title: str
    told: str
    lines: tuple[tuple[str, str, str], ...]
    weighted: bool = False


def codes(measure: Measure) -> list[Codes]:
    """Every codelist that the measure names, lists inside lists too, and the patterns written into the measure itself."""
    conditions = [each for side in (measure.numerator, measure.denominator) for each in side.where]
    names = [name for each in conditions for name in each.codelists]
    names += [side.times for side in (measure.numerator, measure.denominator) if side.times]
    known = questions.area().library.codelists
    found = [part for name in dict.fromkeys(names) for part in _with_parts(known[name])]
    own = [
        _patterns(each.column, each.under, each.except_) for each in conditions if each.under or each.except_
    ]
    return [*(_codes(each) for each in dict.fromkeys(found)), *dict.fromkeys(own)]


def _with_parts(codelist: Codelist) -> list[Codelist]:
    return [codelist, *(each for part in codelist.parts for each in _with_parts(part))]


def _codes(codelist: Codelist) -> Codes:
    lines = [
        (entry.pattern, f"{entry.factor:f}" if codelist.weighted else "", entry.name)
        for entry in codelist.entries
    ]
    lines += [(pattern, "", "left out") for pattern in codelist.exclude]
    told = [codelist.note, f"Source: {codelist.source}." if codelist.source else "", codelist.licence]
    told.append(f"Checked {codelist.checked:%d %B %Y}." if codelist.checked else "Not clinically checked.")
    return Codes(codelist.title, " ".join(text for text in told if text), tuple(lines), codelist.weighted)


def _patterns(column: str, under: tuple[str, ...], without: tuple[str, ...]) -> Codes:
    lines = [(pattern, "", "") for pattern in under] + [(pattern, "", "left out") for pattern in without]
    return Codes(f"Written into the measure ({column.replace('_', ' ')})", "", tuple(lines))

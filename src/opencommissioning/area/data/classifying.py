"""New products beside our lists that no list claims."""

from datetime import date

import polars as pl

from opencommissioning.area.library import Library
from opencommissioning.catalogue.period import shift
from opencommissioning.language.resolve import factor_of, matcher
from opencommissioning.warehouse.store import Store

PARAGRAPH = 6  # characters of a BNF code that name the paragraph


def classify(store: Store, library: Library, months: int, latest: date) -> pl.DataFrame:
    """bnf_code, name, first_seen, near (codelists of the same paragraph) of products first seen in the last `months`."""
    names = _first_seen(store)
    begun = names["first_seen"].min()  # what stands in the first month may be old
    recent = (pl.col("first_seen") > shift(latest, -months)) & (pl.col("first_seen") > begun)
    new = names.filter(recent) if names.height else names
    lists = {name: each for name, each in library.codelists.items() if each.system == "bnf"}
    paragraphs = _paragraphs(lists)
    rows = []
    for code, name, first in new.iter_rows():
        near = paragraphs.get(code[:PARAGRAPH], [])
        if (
            near
            and not any(factor_of(code, name, each) is not None for each in lists.values())
            and not _conditioned(code, library)
        ):
            rows.append((code, name, first, ", ".join(sorted(set(near))[:4])))
    schema = {"bnf_code": pl.String, "name": pl.String, "first_seen": pl.Date, "near": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _first_seen(store: Store) -> pl.DataFrame:
    parts = [
        pl.read_parquet(part.path, columns=["bnf_code", "name", "month"])
        for part in store.parts("presentations")
    ]
    if not parts:
        return pl.DataFrame(schema={"bnf_code": pl.String, "name": pl.String, "first_seen": pl.Date})
    grouped = pl.concat(parts).sort("month").group_by("bnf_code")
    return grouped.agg(pl.col("name").last(), pl.col("month").min().alias("first_seen")).sort("bnf_code")


def _paragraphs(lists: dict) -> dict[str, list[str]]:
    """Paragraph → the codelists that name something inside it."""
    out: dict[str, list[str]] = {}
    for name, codelist in lists.items():
        for entry in codelist.entries:
            if len(entry.pattern) > PARAGRAPH:
                out.setdefault(entry.pattern[:PARAGRAPH], []).append(name)
    return out


def _conditioned(code: str, library: Library) -> bool:
    """Whether a measure counts the code through patterns of its own."""
    sides = [
        side for measure in library.measures.values() for side in (measure.numerator, measure.denominator)
    ]
    patterns = {
        pattern
        for side in sides
        for each in side.where
        if each.column == "bnf_code"
        for pattern in (*each.under, *each.any_of)
    }
    return any(matcher(pattern, "bnf")(code) for pattern in patterns)

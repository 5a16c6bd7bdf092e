"""A file's heading: names that fit the rows, and are there, once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlglot import exp, parse_one

from opencommissioning.catalogue.source import Projection
from opencommissioning.errors import FileRefused, did_you_mean


@lru_cache(maxsize=4096)
def parsed(text: str) -> exp.Expression:
    """A projection's expression as a tree, parsed once in a process: copy it before it becomes part of another."""
    return parse_one(text, dialect="duckdb")


def needed(projections: Iterable[Projection]) -> frozenset[str]:
    """The file's columns that the projections speak of, in upper case (DuckDB's names know no case)."""
    return columns_of(
        text
        for projection in projections
        for text in (*projection.columns.values(), *projection.checks.values(), projection.keep)
        if text
    )


def columns_of(expressions: Iterable[str]) -> frozenset[str]:
    """The columns that some SQL expressions speak of, in upper case."""
    found = (column for text in expressions for column in parsed(text).find_all(exp.Column))
    return frozenset(column.name.upper() for column in found)


def fitted(heading: Sequence[str], first_row: Sequence[str]) -> list[str]:
    """The heading as wide as the rows, where they differ by nameless cells only (a trailing comma in one and not the other)."""
    names, width = list(heading), len(first_row)
    while len(names) > width and not names[-1].strip():
        names.pop()
    extra = first_row[len(names) :]
    return names + [""] * len(extra) if not any(cell.strip() for cell in extra) else names


def check_heading(names: Sequence[str], wanted: Iterable[str], file: str) -> None:
    """FileRefused when a needed column is missing, or is there twice."""
    times = Counter(name.strip().upper() for name in names)
    for name in sorted(wanted):
        if times[name] > 1:
            raise FileRefused(
                f"{file}: column '{name}' is there {times[name]} times and nobody can say which is meant; "
                "remove one of them, or download the file again"
            )
        if not times[name]:
            near = did_you_mean(name, [each for each in times if each])
            raise FileRefused(
                f"{file}: column '{name}' is missing{near}; download the file again, or load it through a saved column mapping"
            )


def unique(names: Sequence[str]) -> list[str]:
    """The names stripped; nameless and repeated ones (which nothing needs) become `_<n>`."""
    seen: set[str] = set()
    out = []
    for number, name in enumerate(names, start=1):
        stripped = name.strip()
        good = bool(stripped) and stripped.upper() not in seen
        out.append(stripped if good else f"_{number}")
        seen.add(stripped.upper())
    return out

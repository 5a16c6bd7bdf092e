"""The glossary: definitions/glossary.toml, read once."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import tomli

from opencommissioning.errors import UnknownName, did_you_mean


@dataclass(frozen=True)
class Term:
    """A word, what it means in plain words, and the terms to read beside it."""

    id: str
    name: str
    words: str
    kind: str
    see: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Every term, by name."""
    text = files("opencommissioning").joinpath("definitions", "glossary.toml").read_text(encoding="utf-8")
    tables = tomli.loads(text)
    found = [Term(key, **{**table, "see": tuple(table.get("see", ()))}) for key, table in tables.items()]
    return tuple(sorted(found, key=lambda term: term.name.lower()))


def term(id: str) -> Term:
    """The term called `id`; UnknownName with the nearest otherwise."""
    known = {known.id: known for known in terms()}
    if id not in known:
        raise UnknownName(f"The glossary has no '{id}'{did_you_mean(id, known)}.")
    return known[id]

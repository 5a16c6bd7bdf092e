"""What pages ask about a measure against need."""

from dataclasses import dataclass
from functools import lru_cache

from opencommissioning.area.comparison.need import (
    Adjusted,
    adjust,
    base_in_words,
    bases_of,
    default_base,
)
from opencommissioning.web import questions


@dataclass(frozen=True)
class Choice:
    """One base to choose: its word in the address and in English."""

    base: str
    words: str


def choices(name: str) -> list[Choice]:
    """What the measure can be set against; none for a share that is no register."""
    build = questions.build()
    return [Choice(base, base_in_words(build, base)) for base in bases_of(build, build.measure(name))]


def default(name: str) -> str:
    """The base that is taken where none is asked for."""
    return default_base(questions.build().measure(name))


def against(name: str, base: str, level: str) -> Adjusted:
    """The measure against a base; UnknownName, DefinitionError or NotLoaded as `adjust` says."""
    return _against(questions.build_id(), name, base, level)


@lru_cache(maxsize=200)
def _against(of_build: str, name: str, base: str, level: str) -> Adjusted:
    return adjust(questions.build(), questions.area().store, name, base, level)

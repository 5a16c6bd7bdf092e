"""Finding organisations by what somebody writes: a code, a part of a name, a postcode."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from opencommissioning.catalogue.organisation import LEVELS, PUBLISHED_LEVELS

ORDER = {level: number for number, level in enumerate(reversed((*LEVELS, *PUBLISHED_LEVELS)))}


class Found(Protocol):
    """What is looked through."""

    code: str
    name: str
    level: str
    postcode: str
    closed: date | None


Known = TypeVar("Known", bound=Found)


def haystacks(organisations: Iterable[Known]) -> list[tuple[str, Known]]:
    """(what words are looked for in, the organisation) of each."""
    return [(_haystack(each), each) for each in organisations]


def found_in(stacks: Sequence[tuple[str, Known]], text: str, most: int) -> list[Known]:
    """Those that hold every word of `text`: one whose code or whole postcode it is first, then open and larger ones."""
    words = text.lower().split()
    whole = "".join(words)
    hits = [each for hay, each in stacks if words and all(word in hay for word in words)]
    return sorted(
        hits,
        key=lambda each: (
            whole not in (each.code.lower(), postcode_key(each)),
            each.closed is not None,
            ORDER[each.level],
            each.name,
        ),
    )[:most]


def postcode_key(organisation: Found) -> str:
    """`yo241ab`: a postcode as it is compared."""
    return organisation.postcode.lower().replace(" ", "")


def _haystack(organisation: Found) -> str:
    return f"{organisation.code} {organisation.name} {organisation.postcode} {postcode_key(organisation)}".lower()

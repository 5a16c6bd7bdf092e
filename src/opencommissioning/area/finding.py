"""Finding organisations by what somebody writes: a code, a part of a name, a postcode."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

import numpy as np

from opencommissioning.catalogue.organisation import LEVELS, PUBLISHED_LEVELS
from opencommissioning.errors import meant
from opencommissioning.measures.grid import Layer
from opencommissioning.measures.register import Register

ORDER = {level: number for number, level in enumerate(reversed((*LEVELS, *PUBLISHED_LEVELS)))}


class Found(Protocol):
    """What is looked through."""

    code: str
    name: str
    level: str
    postcode: str
    closed: date | None


Known = TypeVar("Known", bound=Found)


def by_level(organisations: Mapping[str, Known]) -> dict[str, list[Known]]:
    """Level → its organisations, in the order given."""
    out: dict[str, list[Known]] = {}
    for each in organisations.values():
        out.setdefault(each.level, []).append(each)
    return out


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


def known_of(register: Register, layers: Mapping[str, Layer]) -> dict[str, int]:
    """Code → how many datasets have anything of the practice, or of the best known practice now inside an organisation."""
    counts = sum(
        ((each.taken >= 0).any(axis=1).astype(int) for each in layers.values()),
        np.zeros(len(register.practices), int),
    )
    out = dict(zip(register.practices, counts.tolist(), strict=True))
    for level, codes in register.codes.items():
        best = np.zeros(len(codes) + 1, int)  # the last place takes practices that belong to none
        np.maximum.at(best, register.parents[level][:, -1], counts)
        out |= dict(zip(codes, best.tolist(), strict=False))
    return out


def unknown(code: str, near: list[str]) -> str:
    """That there is no such organisation, which may have been meant, and where they are listed."""
    return (
        f"there is no organisation '{code}' in this build{meant(near)} "
        "('opencommissioning status --coverage' lists those above practices)"
    )


def postcode_key(organisation: Found) -> str:
    """`yo241ab`: a postcode as it is compared."""
    return organisation.postcode.lower().replace(" ", "")


def _haystack(organisation: Found) -> str:
    return f"{organisation.code} {organisation.name} {organisation.postcode} {postcode_key(organisation)}".lower()

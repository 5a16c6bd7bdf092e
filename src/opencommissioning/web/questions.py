"""One function per question that pages ask of the area. Nothing else in this package talks to `area`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Age:
    """How old the data are: the newest month shown, and when and as what they were built."""

    newest: date | None = None
    build: str = ""


def age() -> Age:
    """Of the build that is served now; empty before the first one."""
    return Age()


def build_id() -> str:
    """The id of the build that is served now; empty before the first one."""
    return age().build


def lineage(organisation: str | None) -> tuple[str, ...]:
    """The organisation's code and those of every organisation above it; empty for none."""
    return (organisation,) if organisation else ()

"""Standards: values that somebody outside has set for a measure, each with the months in which it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Standard:
    """`value` in the measure's own unit, held from `since` to `until` (both included; None: it still holds); `source` says who set it."""

    value: Decimal
    since: date
    source: str
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def standard_on(standards: Iterable[Standard], day: date) -> Standard | None:
    """The standard in force on a day, the newest of several; None when there is none."""
    holding = [each for each in standards if each.holds(day)]
    return max(holding, key=lambda each: each.since) if holding else None

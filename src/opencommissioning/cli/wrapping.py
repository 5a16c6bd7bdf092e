"""Where a line must not break: between a figure and its unit or its sign."""

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

BOND = "\ue000"  # one column wide; the library breaks lines at every kind of blank, the no-break space among them

UNITS = (
    "%", "per cent", "p", "points?", "million", "billion", "hours?", "days?", "weeks?", "months?", "years?", "s", "min", "MB", "GB",
    "[mµ]?g", "kg", "ml", "tonnes?", "(?:a|an|each) (?:hour|day|week|month|quarter|year|item|unit|patient|point|stay|visit)",
)  # fmt: skip
AFTER = re.compile(rf"(?<=\d) (?:{'|'.join(UNITS)})(?!\w)")
BEFORE = re.compile(r"(?<!\w)[£±<>≤≥≈−+] (?=[£\d])")


def together(text: str) -> str:
    """The text with every figure bound to its unit ("98.0 %", "£1,200 a month", "6 months") and its sign ("± 3"), of the same length.

    Only a `Terminal` may show it: it puts the blanks back.
    """
    for bound in (AFTER, BEFORE):
        text = bound.sub(lambda found: found[0].replace(" ", BOND), text)
    return text


class Terminal(Console):
    """A console that breaks no line inside what `together` has bound."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The library's segments, with blanks where a figure was bound to its unit."""
        for segment in super().render(renderable, options):
            yield segment._replace(text=segment.text.replace(BOND, " ")) if BOND in segment.text else segment

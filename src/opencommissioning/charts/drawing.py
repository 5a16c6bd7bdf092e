"""Drawing: a chart with its title, the sentence that says what it shows, and its numbers as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import altair as alt

Figures = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Drawing:
    """`figures` gives columns and rows, texts ready to show, for those who cannot or will not see the chart.

    They are made when first looked at: a nation's are thousands. `draw` makes the Altair chart: pages show the words of many charts whose pictures are asked for later, if at all.
    """

    draw: Callable[[], alt.TopLevelMixin]
    title: str
    description: str
    figures: Callable[[], Figures] = tuple

    @cached_property
    def chart(self) -> alt.TopLevelMixin:
        """The Altair chart, made when first looked at."""
        return self.draw()

    @cached_property
    def _figures(self) -> Figures:
        return self.figures() or ((), ())

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles of the table's columns."""
        return self._figures[0]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table's rows."""
        return self._figures[1]


@dataclass(frozen=True)
class Labels:
    """The words of a chart: title, what is measured ("% of items"), and the width in pixels (the text never shrinks)."""

    title: str
    unit: str
    subtitle: str = ""
    width: int = 720

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a telephone."""
        return self.width < 500

"""Drawing: a chart with its title, the sentence that says what it shows, and its numbers as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import altair as alt


@dataclass(frozen=True)
class Drawing:
    """`rows` are texts ready to show under `columns`, for those who cannot or will not see the chart.

    `draw` makes the Altair chart: pages show the words of many charts whose pictures are asked for later, if at all.
    """

    draw: Callable[[], alt.TopLevelMixin]
    title: str
    description: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def chart(self) -> alt.TopLevelMixin:
        """The Altair chart, made when first looked at."""
        return self.draw()


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

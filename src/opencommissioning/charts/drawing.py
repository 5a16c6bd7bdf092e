"""Drawing: a chart with its title, the sentence that says what it shows, and its numbers as a table."""

from dataclasses import dataclass

import altair as alt


@dataclass(frozen=True)
class Drawing:
    """`chart` is any Altair chart; `rows` are texts ready to show under `columns`, for those who cannot or will not see it."""

    chart: alt.TopLevelMixin
    title: str
    description: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


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

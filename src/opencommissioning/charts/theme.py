"""How every chart looks: white paper, thin greys, one blue for the organisation that is looked at, shapes and words beside colour.

Blue on grey differs in lightness as well as in hue, so that the charts survive colour blindness and a black-and-white printer.
"""

import altair as alt
import polars as pl

from opencommissioning.charts.drawing import Labels

INK, TEXT, QUIET, RULE = "#212b32", "#3f4b54", "#5d6b75", "#d8dde0"
BANDS = ("#edf0f2", "#dfe4e8", "#cfd7dc", "#bfc9d0")  # outermost decile band first
BLUE, GREY, DARK = "#005eb8", "#98a4ae", "#3f4b54"
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
SIZE = 13
LABEL_GAP = 17  # pixels between two lines of text
HEIGHT = 300


def dressed(chart: alt.TopLevelMixin, labels: Labels) -> alt.TopLevelMixin:
    """The chart with the house's title and look."""
    subtitle = [line for line in (labels.subtitle, _first_upper(labels.unit)) if line not in ("", "£")]
    title = alt.TitleParams(wrapped(labels.title, labels.width), subtitle=subtitle)
    return chart.properties(title=title).configure(**_look())


def _look() -> dict:
    return {
        "background": "#ffffff",
        "font": FONT,
        "aria": False,  # the picture speaks as a whole: role, title and description are put on its root
        "padding": {"left": 4, "top": 4, "right": 8, "bottom": 4},
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 16,
            "fontWeight": 600,
            "color": INK,
            "subtitleFontSize": SIZE,
            "subtitleColor": QUIET,
            "subtitlePadding": 5,
            "offset": 12,
        },
        "axis": {
            "labelFontSize": SIZE,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "labelColor": TEXT,
            "titleColor": QUIET,
            "gridColor": RULE,
            "gridWidth": 0.7,
            "domain": False,
            "tickColor": RULE,
            "labelPadding": 5,
        },
        "text": {"fontSize": SIZE, "color": TEXT, "align": "left", "baseline": "middle"},
    }


def number_axis(unit: str, **more) -> alt.Axis:
    """An axis of values in their unit: `40%`, `£120`, `3.5`."""
    number = "format(datum.value, ',~r')"
    text = f"{number} + '%'" if unit.startswith("%") else number
    if unit.startswith("£"):
        text = "replace('£' + format(datum.value, ',~r'), '£−', '−£')"
    return alt.Axis(**{"labelExpr": text, "title": None, "tickCount": 5, "ticks": False, **more})


def month_axis(labels: Labels, months: int, **more) -> alt.Axis:
    """An axis of months: years for a long series, months for a short one."""
    ticks = {"tickCount": {"interval": "year", "step": 1}, "format": "%Y"}
    if months <= 30:
        step = 6 if labels.narrow or months > 14 else 3
        ticks = {"tickCount": {"interval": "month", "step": step}, "format": "%b %Y"}
    return alt.Axis(**{"title": None, "grid": False, "ticks": True, **ticks, **more})


def wrapped(text: str, width: int, size: float = 16) -> list[str]:
    """The text in lines that fit `width` pixels, about half a letter's height per letter."""
    most, lines = max(10, int(width / (size * 0.53))), [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def named(
    name: str, place: dict[str, float], x: alt.X, y: alt.Y, left: bool = False, dy: int = 0
) -> list[alt.Chart]:
    """The chosen organisation's name beside its mark, on a white edge so that it reads over points and lines."""
    base = alt.Chart(pl.DataFrame([place])).encode(x, y)
    side = {"align": "right" if left else "left", "dx": -11 if left else 11, "dy": dy}
    words = {"text": cut(name, 30), "fontWeight": 600, **side}
    return [
        base.mark_text(stroke="#ffffff", strokeWidth=4, strokeJoin="round", **words),
        base.mark_text(color=BLUE, **words),
    ]


def cut(text: str, letters: int) -> str:
    """At most so many letters, the last one an ellipsis when some are lost."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def shortened(text: str, letters: int) -> str:
    """At most so many letters; the ends stay, because names of one kind often differ in their last word only."""
    if len(text) <= letters:
        return text
    tail = letters // 2 - 1
    return f"{text[: letters - 1 - tail].rstrip()}…{text[-tail:].lstrip()}"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Drawings as SVG and PNG, made in this process: no browser, no network, no script in the picture."""

import hashlib
import json
import re
from html import escape

import altair as alt
import vl_convert

from opencommissioning.charts import theme
from opencommissioning.charts.hovering import with_hover

NOWHERE: list[str] = []  # addresses that a chart may fetch data from
# Altair's own check of what it made takes a third of a picture's time, and the compiler that draws refuses the same; tests validate each kind.


def to_svg(chart: alt.TopLevelMixin, title: str, description: str) -> str:
    """The chart as SVG that a screen reader announces by its title and description."""
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), allowed_base_urls=NOWHERE)
    return _spoken(drawn, title, description)


def to_png(chart: alt.TopLevelMixin, scale: float = 2.0) -> bytes:
    """The chart as PNG; `scale` 2 is sharp on paper and on today's screens."""
    return vl_convert.vegalite_to_png(chart.to_dict(validate=False), scale=scale, allowed_base_urls=NOWHERE)


def to_json(chart: alt.TopLevelMixin) -> bytes:
    """The chart as a Vega-Lite specification with its data inside, that tells figures and can be zoomed."""
    return json.dumps(with_hover(chart.to_dict(validate=False)), separators=(",", ":")).encode()


def sentence_svg(sentence: str, width: int = 520) -> str:
    """A picture that holds a sentence instead of a chart."""
    lines = theme.wrapped(sentence, width - 40, theme.SIZE)
    texts = "".join(
        f'<text x="20" y="{34 + 20 * place}">{escape(line)}</text>' for place, line in enumerate(lines)
    )
    height = 44 + 20 * len(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f'<title>{escape(sentence)}</title><rect width="{width}" height="{height}" fill="#ffffff" stroke="{theme.RULE}"/>'
        f'<g font-family="{theme.FONT}" font-size="{theme.SIZE}" fill="{theme.TEXT}">{texts}</g></svg>'
    )


def svg_to_png(svg: str, scale: float = 2.0) -> bytes:
    """Any of our SVG pictures as PNG."""
    return vl_convert.svg_to_png(svg, scale=scale)


def _spoken(svg: str, title: str, description: str) -> str:
    """Role, title and description on the root, with ids that do not clash when two charts stand in one page."""
    key = "c" + hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:10]
    head, rest = re.match(r"(<svg\b[^>]*)(>.*)", svg, re.DOTALL).groups()
    head = re.sub(r'\s(?:role|aria-[a-z]+|class)="[^"]*"', "", head)
    words = f'<title id="{key}t">{escape(title)}</title><desc id="{key}d">{escape(description)}</desc>'
    return f'{head} role="img" aria-labelledby="{key}t {key}d"{rest[:1]}{words}{rest[1:]}'

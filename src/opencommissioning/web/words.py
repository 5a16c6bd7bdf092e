"""Words and small drawings that templates share; pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    "image"
)  # an image would be a request to another site
NICE = re.compile(r"NICE ((?:NG|CG|TA|QS)\d+)\b")
WIDTH, HEIGHT, MARGIN = 120, 28, 3


@lru_cache(maxsize=1000)
def prose(text: str) -> Markup:
    """A definition's Markdown as HTML. Tags in it are shown as text, and only web links are links."""
    return Markup(MARKDOWN.render(text))


def guidance(title: str) -> Markup:
    """A piece of guidance; that of NICE with its number leads to its page (`NICE NG15, Antimicrobial stewardship`)."""
    found = NICE.match(title)
    if not found:
        return Markup("{}").format(title)
    return Markup('<a href="https://www.nice.org.uk/guidance/{}">{}</a>').format(found[1].lower(), title)


def topic_words(topic: str) -> str:
    """`Antimicrobial stewardship` of `antimicrobial_stewardship`."""
    return topic.replace("_", " ").capitalize()


def first_upper(text: str) -> str:
    """The text with a capital at its start; the rest as it was (`October` stays `October`)."""
    return text[:1].upper() + text[1:]


def together(text: str) -> str:
    """The text with figures that stay in one line with their %."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def sentence(text: str) -> str:
    """A reason as a sentence: a capital at its start, a stop at its end."""
    text = first_upper(text.strip())
    return text if not text or text[-1] in ".?!" else text + "."


def spark(values: Sequence[float | None]) -> list[str]:
    """A small line as `points` of SVG polylines, one for each run without a gap, oldest left; empty when nothing is known."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    scale = len(DOWN) - 1
    share = scale / (high - low) if high > low else 0.0
    runs: list[list[str]] = [[]]
    for across, value in zip(_across(len(values)), values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(across + DOWN[round((value - low) * share) if share else scale // 2])
    return [" ".join(run) for run in runs if run]


def small_line(values: Sequence[float | None]) -> Markup:
    """The line as SVG with a dot at its end, hidden from screen readers, because figures stand beside it; nothing when nothing is known."""
    runs = spark(values)
    if not runs:
        return Markup()
    lines = "".join(f'<polyline points="{run}"/>' for run in runs)
    end = runs[-1].rpartition(" ")[2].split(",") if values[-1] is not None else ()
    dot = '<circle cx="{}" cy="{}" r="2.5"/>'.format(*end) if end else ""
    frame = f'class="oc-spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return Markup(f'<svg {frame} aria-hidden="true" focusable="false">{lines}{dot}</svg>')


DOWN = [
    f"{(HEIGHT - MARGIN) - tenth / 10:.1f}" for tenth in range(10 * (HEIGHT - 2 * MARGIN) + 1)
]  # heights of a line, the lowest value first


@lru_cache(maxsize=64)
def _across(count: int) -> tuple[str, ...]:
    """`3.0,` … of so many points from left to right."""
    step = (WIDTH - 2 * MARGIN) / max(1, count - 1)
    return tuple(f"{MARGIN + place * step:.1f}," for place in range(count))

"""The terminal: one console, tables, progress, sentences."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from opencommissioning.cli.wrapping import Terminal, together

HINT = {
    "area": "",
    "commands": (),
}  # what a command that is named in a sentence must carry, so that it can be copied

EVERY = 30  # seconds between lines of progress where there is no terminal
GAP, INDENT = 2, 4  # blanks between columns, and before the second line of a row
LEAST_WORDS = 12  # characters that a column of words needs to be read

console = Terminal(highlight=False)
errors = Terminal(stderr=True, highlight=False)


def hints_for(area: str, commands: Iterable[str]) -> None:
    """From now on commands named in sentences carry `--area`, when the area was named on the command line."""
    HINT.update(area=area, commands=tuple(commands))


def copyable(text: str) -> str:
    """`opencommissioning savings 9A1` as it must be typed here: with the area that this command was given."""
    if not HINT["area"]:
        return text
    names = "|".join(HINT["commands"])
    return re.sub(
        rf"\bopencommissioning (?=(?:{names})\b)", f"opencommissioning --area {HINT['area']} ", text
    )


def _text(text: str, style: str = "") -> Text:
    return Text(together(text), style=style)


def say(text: str = "", style: str = "") -> None:
    """A paragraph; marks such as [x] are shown as they are."""
    console.print(_text(copyable(text), style))


def heading(text: str) -> None:
    """A heading with a line below it."""
    console.print()
    console.print(_text(text, "bold"))
    console.print(Text("─" * min(len(text), console.width), style="dim"))


def problem(text: str) -> None:
    """A sentence on standard error, wrapped at words on a terminal, one line elsewhere."""
    errors.print(
        Text.assemble(("Error: ", "bold red"), together(copyable(text))), soft_wrap=not errors.is_terminal
    )


def warn(text: str) -> None:
    """A warning on standard error; the work goes on."""
    errors.print(
        Text.assemble(("Note: ", "bold yellow"), together(copyable(text))), soft_wrap=not errors.is_terminal
    )


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = (), label: int = 0
) -> None:
    """A plain table; `right` names the columns of numbers.

    The first `label` columns say what a row is about: they are never broken. Where the terminal is too narrow, another column of words
    wraps if that is enough, else each row has its label on a line of its own.
    """
    cells = [["" if cell is None else together(str(cell)) for cell in row] for row in rows]
    fits = _wraps(columns, cells, right, label) if label else _has_room(columns, cells, right)
    if _width(columns, cells) > console.width and not fits:
        _labelled(columns, cells, right, label or 1)
        return
    shown = _plain(right, [(column, number < label) for number, column in enumerate(columns)])
    for row in cells:
        shown.add_row(*map(Text, row))
    console.print(shown)


def _plain(right: Sequence[str], columns: Iterable[tuple[str, bool]]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for column, whole in columns:
        side = "right" if column in right else "left"
        shown.add_column(column, justify=side, overflow="fold", no_wrap=whole or column in right)
    return shown


def _width(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """Characters of the table's lines where nothing wraps."""
    return sum(_widths(columns, cells)) + GAP * (len(columns) - 1)


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(map(cell_len, [column, *(row[place] for row in cells)])) for place, column in enumerate(columns)
    ]


def _wraps(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str], label: int) -> bool:
    """Whether the table fits when its widest column of words, beside the labels, wraps between words."""
    widths = _widths(columns, cells)
    words = [place for place in range(label, len(columns)) if columns[place] not in right]
    if not words:
        return False
    widest = max(words, key=lambda place: widths[place])
    longest = _longest_word(columns, cells, widest)
    room = console.width - (_width(columns, cells) - widths[widest])
    return room >= max(longest, LEAST_WORDS)


def _has_room(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str]) -> bool:
    """Whether every column keeps its longest word when all columns of words wrap: the library drops what finds no room."""
    least = [
        width if column in right else _longest_word(columns, cells, place)
        for place, (column, width) in enumerate(zip(columns, _widths(columns, cells), strict=True))
    ]
    return sum(least) + GAP * (len(columns) - 1) <= console.width


def _longest_word(columns: Sequence[str], cells: Sequence[Sequence[str]], place: int) -> int:
    return max(cell_len(word) for row in [columns, *cells] for word in row[place].split() or [""])


def _labelled(
    columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str], label: int
) -> None:
    """Each row on two lines: what it is about, and below it, indented, the rest in columns."""
    widths = _widths(columns, cells)
    rest = _squeezed(columns[label:], [row[label:] for row in cells], right)
    for number, row in enumerate((columns, *cells)):
        style = "" if number else "bold"
        told = (text.ljust(width) for text, width in zip(row[:label], widths[:label], strict=True))
        if any(row[:label]):
            console.print(Text((" " * GAP).join(told).rstrip(), style=style))
        line = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
        for column, width in zip(columns[label:], rest, strict=True):
            line.add_column(width=width, justify="right" if column in right else "left", overflow="fold")
        line.add_row(*(Text(text, style=style) for text in row[label:]))
        console.print(Padding(line, (0, 0, 0, INDENT)))


def _squeezed(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str]) -> list[int]:
    """Widths that fit the terminal: columns of words give way first, then headings of figures; figures never."""
    widths = _widths(columns, cells)
    least = [
        _longest_figure(columns, cells, place) if column in right else LEAST_WORDS
        for place, column in enumerate(columns)
    ]
    over = INDENT + sum(widths) + GAP * (len(widths) - 1) - console.width
    for _ in range(max(0, over)):
        able = [place for place, width in enumerate(widths) if width > least[place]]
        if not able:
            break
        widths[max(able, key=lambda place: (columns[place] not in right, widths[place]))] -= 1
    return widths


def _longest_figure(columns: Sequence[str], cells: Sequence[Sequence[str]], place: int) -> int:
    """Characters of the longest figure of a column, or of the longest word of its heading."""
    return max(map(cell_len, [*columns[place].split(), *(row[place] for row in cells), ""]))


def filled(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The columns in which any row has something, so that the others have room; all of them when there is no row."""
    kept = [place for place in range(len(columns)) if not rows or any(row[place] for row in rows)]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _now_and_then(title: str, began: float) -> Callable[[str, int, int], None]:
    """A step that prints where things stand when `EVERY` seconds have gone since it last did: for logs and pipes."""
    last = began

    def step(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= EVERY:
            last = now
            errors.print(_text(f"{title}: {what}, {done} of {of} done, {now - began:.0f} s so far", "dim"))

    return step


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with elapsed time: `step(what, done, of)`. On a terminal it vanishes; elsewhere a line is printed every `EVERY`
    seconds, and one at the end."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    began = time.perf_counter()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        if errors.is_terminal:
            yield lambda what, done, of: bar.update(
                task, description=f"{title}: {what}", completed=done, total=of
            )
        else:
            yield _now_and_then(title, began)
    errors.print(_text(f"{title}: {time.perf_counter() - began:.1f} s", "dim"))

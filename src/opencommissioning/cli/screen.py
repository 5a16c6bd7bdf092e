"""The terminal: one console, tables, progress, sentences."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

HINT = {
    "area": "",
    "commands": (),
}  # what a command that is named in a sentence must carry, so that it can be copied

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


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


def say(text: str = "", style: str = "") -> None:
    """A paragraph; marks such as [x] are shown as they are."""
    console.print(Text(copyable(text), style=style))


def heading(text: str) -> None:
    """A heading with a line below it."""
    console.print()
    console.print(Text(text, style="bold"))
    console.print(Text("─" * min(len(text), console.width), style="dim"))


def problem(text: str) -> None:
    """A sentence on standard error, wrapped at words on a terminal, one line elsewhere."""
    errors.print(Text.assemble(("Error: ", "bold red"), copyable(text)), soft_wrap=not errors.is_terminal)


def warn(text: str) -> None:
    """A warning on standard error; the work goes on."""
    errors.print(Text.assemble(("Note: ", "bold yellow"), copyable(text)), soft_wrap=not errors.is_terminal)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()) -> None:
    """A plain table; `right` names the columns of numbers."""
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(shown)


def filled(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The columns in which any row has something, so that the others have room; all of them when there is no row."""
    kept = [place for place in range(len(columns)) if not rows or any(row[place] for row in rows)]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with elapsed time: `step(what, done, of)`. On a terminal it vanishes; elsewhere one line is printed at the end."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    began = time.perf_counter()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda what, done, of: bar.update(
            task, description=f"{title}: {what}", completed=done, total=of
        )
    errors.print(Text(f"{title}: {time.perf_counter() - began:.1f} s", style="dim"))

"""The verdicts of a build in pieces (some measures at a level), shared out among processes: each takes the next piece that nobody took.

<build>/verdicts/pieces/plan.json     what every piece is
<build>/verdicts/pieces/<n>.taken     somebody is at it
<build>/verdicts/pieces/<n>.arrow     its verdicts, where there are any
<build>/verdicts/pieces/<n>.json      the months of its lines; written last

What a process took and did not finish is made by the one that asked: a killed helper costs time, nothing else.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

FOLDER, PLAN = "pieces", "plan.json"
MEASURES = (
    24  # of a piece: large enough to be worth a file, small enough that nobody waits long for the last one
)
WORTH = 1500  # measures at levels from which on a second process saves more than its start costs
HELPER = "opencommissioning.area.comparison.apart"


@dataclass(frozen=True)
class Piece:
    """Some measures at a level, by a membership (None: the area's own)."""

    number: int
    level: str
    membership: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """What a piece gave: its verdicts (None when nobody has a value), and measure → months of its lines."""

    verdicts: pl.DataFrame | None
    months: dict[str, list[str]]


def plan(folder: Path, tables: Iterable[tuple[str, str | None]], measures: Sequence[str]) -> list[Piece]:
    """The pieces of every table (level, membership), written below `folder` for whoever helps."""
    whole = [
        (*table, tuple(measures[first : first + MEASURES]))
        for table in tables
        for first in range(0, len(measures), MEASURES)
    ]
    pieces = [Piece(number, *each) for number, each in enumerate(whole)]
    (folder / FOLDER).mkdir()
    (folder / FOLDER / PLAN).write_text(json.dumps([asdict(each) for each in pieces]), encoding="utf-8")
    return pieces


def planned(folder: Path) -> list[Piece]:
    """The pieces as `plan` wrote them."""
    listed = json.loads((folder / FOLDER / PLAN).read_text(encoding="utf-8"))
    return [Piece(**{**each, "measures": tuple(each["measures"])}) for each in listed]


def work(folder: Path, pieces: Sequence[Piece], make: Callable[[Piece], Made]) -> Iterator[Piece]:
    """Make every piece that nobody has taken; each is given when it is about to be made."""
    for piece in pieces:
        if _take(folder, piece):
            yield piece
            _keep(folder, piece, make(piece))


def _take(folder: Path, piece: Piece) -> bool:
    try:
        _path(folder, piece, "taken").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _keep(folder: Path, piece: Piece, made: Made) -> None:
    if made.verdicts is not None:
        made.verdicts.write_ipc(_path(folder, piece, "arrow"))
    _path(folder, piece, "json").write_text(json.dumps(made.months), encoding="utf-8")


def gathered(
    folder: Path, pieces: Sequence[Piece], make: Callable[[Piece], Made]
) -> list[tuple[Piece, Made]]:
    """What every piece gave; what a helper left unfinished is made now. The pieces' files are gone afterwards."""
    out = []
    for piece in pieces:
        if not _path(folder, piece, "json").exists():
            _keep(folder, piece, make(piece))
        rows = _path(folder, piece, "arrow")
        months = json.loads(_path(folder, piece, "json").read_text(encoding="utf-8"))
        out.append((piece, Made(pl.read_ipc(rows.read_bytes()) if rows.exists() else None, months)))
    shutil.rmtree(folder / FOLDER)
    return out


def _path(folder: Path, piece: Piece, ending: str) -> Path:
    return folder / FOLDER / f"{piece.number}.{ending}"


@contextmanager
def helpers(area: Path, build: Path, pieces: Sequence[Piece], threads: int) -> Iterator[None]:
    """So many processes beside this one that work on the pieces of a build, waited for at the end; none for what is soon done."""
    worth = sum(len(piece.measures) for piece in pieces) >= WORTH
    command = [sys.executable, "-m", HELPER, str(area.resolve()), str(build.resolve())]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # its errors are met again here
    started = [subprocess.Popen(command, **quiet) for _ in range(threads - 1 if worth else 0)]
    try:
        yield
        for each in started:
            each.wait()
    finally:
        for each in started:
            each.terminate()
            each.wait()

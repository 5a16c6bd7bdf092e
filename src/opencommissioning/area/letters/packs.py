"""Packs of an area's organisations: one, or all by several processes at once."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from opencommissioning.area.annotations import Annotation
from opencommissioning.area.area import Area
from opencommissioning.area.build import Build
from opencommissioning.area.letters.writing import Letters, organisations_in, worth_writing_to
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.summing import Progress
from opencommissioning.reports.pack import PackPress

FEW = 12  # packs that one process makes sooner than others start
TOGETHER = 25  # packs handed to a process at a time


def pack(build: Build, code: str, notes: Sequence[Annotation]) -> bytes:
    """The pack of one organisation as PDF; UnknownName or NotLoaded when there is nothing to tell."""
    organisation = build.organisation(code)
    letter = Letters(build, organisation.level, notes).of(organisation.code)
    return PackPress().pdf(letter, datetime.fromisoformat(build.meta["built"]))


def write_packs(
    area: Area,
    codes: Iterable[str],
    target: Path,
    progress: Progress,
    processes: int = 2,
    level: str = "practice",
) -> tuple[list[Path], list[str]]:
    """Write `<code>.pdf` for the practices (or for those of another `level`) of organisations into `target`.

    Returns the files, and sentences about who got none and why. UnknownName for a code or a level that there is not. The same build and annotations give the same bytes, whatever the number of processes.
    """
    build, codes = area.current, list(codes)
    wanted = list(dict.fromkeys(each for code in codes for each in organisations_in(build, code, level)))
    if not wanted:
        raise NotLoaded(
            f"there is no open {level_name(level, build.latest)} to write a pack for; name another organisation, or another --level"
        )
    wanted, refused = worth_writing_to(
        build, level, wanted, [build.organisation(code).code for code in codes]
    )
    target.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for done, (written, without) in enumerate(_made(area, wanted, target, processes, level), 1):
        files += written
        refused += without
        progress(f"{len(files)} packs", min(len(wanted), done * _size(wanted)), len(wanted))
    return files, refused


def file_name(code: str) -> str:
    """A code, or the name of a group, as the name of a file."""
    return re.sub(r"[^\w-]+", "-", code).strip("-") or "pack"


def _size(wanted: Sequence[str]) -> int:
    return 1 if len(wanted) <= FEW else min(TOGETHER, max(1, len(wanted) // 8))


def _made(
    area: Area, wanted: Sequence[str], target: Path, processes: int, level: str
) -> Iterator[tuple[list[Path], list[str]]]:
    groups = [wanted[start : start + _size(wanted)] for start in range(0, len(wanted), _size(wanted))]
    if processes <= 1 or len(wanted) <= FEW:
        desk = _Desk(area.folder, target, level)
        yield from (desk.write(group) for group in groups)
        return
    # a forked child of a process with the engine's threads may hang, so children start afresh
    with (
        _single_threaded(),
        ProcessPoolExecutor(
            processes, get_context("spawn"), _take_desk, (area.folder, target, level)
        ) as pool,
    ):
        yield from pool.map(_at_desk, groups)


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Children that share the processors must not each start a thread per processor."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


class _Desk:
    """Where one process writes packs: what they share is read once."""

    def __init__(self, folder: Path, target: Path, level: str) -> None:
        area = Area.open(folder)
        self.target = target
        self.letters = Letters(area.current, level, area.annotations())
        self.press = PackPress()
        self.made = datetime.fromisoformat(area.current.meta["built"])

    def write(self, codes: Sequence[str]) -> tuple[list[Path], list[str]]:
        """Files written, and a sentence for every practice that has no values."""
        files, refused = [], []
        for code in codes:
            try:
                letter = self.letters.of(code)
            except NotLoaded as nothing:
                refused.append(str(nothing))
                continue
            path = self.target / f"{file_name(code)}.pdf"
            path.write_bytes(self.press.pdf(letter, self.made))
            files.append(path)
        return files, refused


_desk: list[_Desk] = []


def _take_desk(folder: Path, target: Path, level: str) -> None:
    _desk[:] = [_Desk(folder, target, level)]


def _at_desk(codes: Sequence[str]) -> tuple[list[Path], list[str]]:
    return _desk[0].write(codes)

"""Files into an area: each is recognised and goes to the store, or to the people's store when it is about persons."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

import polars as pl

from opencommissioning.area.data.arriving import Arriving
from opencommissioning.area.data.nameless import with_nameless
from opencommissioning.area.data.people_in import Recognised, is_about_persons, opt_outs_of, take_in
from opencommissioning.area.data.whose_list import answered, label_of, refuse_nameless
from opencommissioning.area.settings import FILE, Settings
from opencommissioning.area.waiting.balance import with_balance
from opencommissioning.catalogue.source import Source
from opencommissioning.errors import DefinitionError, FileRefused
from opencommissioning.measures.summing import Progress
from opencommissioning.records.opt_outs import OptOuts
from opencommissioning.records.vault import Vault
from opencommissioning.sources.reading_lists import NOTHING_TOLD, Taken
from opencommissioning.sources.recognise import recognise
from opencommissioning.warehouse.store import LoadReport, Part, Prepared, Store

UNIDENTIFIED = "-"  # the publisher's own word for a prescriber that cannot be told
Ready = tuple[Recognised, Prepared | None]


class Home(Protocol):
    """An area, as far as loading knows it."""

    folder: Path
    store: Store
    settings: Settings
    mappings: list[Source]
    vault: Vault


def load_files(
    area: Home,
    files: Iterable[str | Path] | Arriving,
    replace: bool,
    on_error: str,
    progress: Progress,
    on_refusal: Callable[[Path, FileRefused], None] | None,
    month: date | None,
    taken: Taken = NOTHING_TOLD,
) -> list[LoadReport]:
    """`Area.load`: the files in their order, each a change of its own; small ones are prepared a few at a time.

    Files that are arriving are loaded as they come; of others every folder is looked into first.
    """
    reports, found = [], files if isinstance(files, Arriving) else files_in(files)
    ready = partial(_ready, area, replace=replace, month=month, taken=taken)
    with area.store.many():
        for number, (file, made) in enumerate(area.store.ahead(found, ready)):
            step = _within(progress, number, len(found))
            step(f"{file.name}: reading, checking, sorting", 1, 3)
            try:
                reports.append(_load(area, file, made(), replace, on_error, month, step, taken))
            except FileRefused as refusal:
                if on_refusal is None:
                    raise
                on_refusal(file, refusal)
    return reports


def files_in(paths: Iterable[str | Path]) -> list[Path]:
    """The files themselves, and every file below the folders among them: hidden ones, definitions and whole areas aside.

    FileRefused when a folder holds none, or is an area itself: its files are our own.
    """
    out = []
    for path in map(Path, paths):
        inside = sorted(_inside(path)) if path.is_dir() else [path]
        if not inside:
            raise FileRefused(f"{path}: {_nothing_in(path)}")
        out += inside
    return out


def _inside(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        if FILE in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (
            Path(here, name) for name in files if not name.startswith(".") and not name.endswith(".toml")
        )


def _nothing_in(folder: Path) -> str:
    if (folder / FILE).exists():
        return f"is an area (it holds {FILE}), whose files are our own; name the folder with the publishers' files"
    return "holds no file to load (hidden files, definitions and areas are passed over); name the files"


def _within(progress: Progress, number: int, of: int) -> Progress:
    """The steps of one file as the progress of all files."""
    return lambda what, done, steps: progress(what, number, of)


def _ready(area: Home, file: Path, replace: bool, month: date | None, taken: Taken) -> Ready:
    """What a file is and, where that may be done beside other files, its rows ready for the store."""
    recognised = answered(recognise(file, area.mappings), taken)
    if is_about_persons(recognised):
        return recognised, None
    return recognised, area.store.prepare(file, recognised=recognised, replace=replace, month=month)


def _load(
    area: Home,
    file: Path,
    ready: Ready,
    replace: bool,
    on_error: str,
    month: date | None,
    progress: Progress,
    taken: Taken,
) -> LoadReport:
    recognised, prepared = ready
    if is_about_persons(recognised):
        opt_outs = _opt_outs(area, file)
        refuse_nameless(recognised, opt_outs)
        label = label_of(recognised, taken)
        return take_in(area.vault, opt_outs, file, recognised, replace, on_error, month, progress, label)
    report = area.store.load(
        file,
        recognised=recognised,
        replace=replace,
        on_error=on_error,
        known={"practice": _known_practices(area.store.parts("practices"))},
        month=month,
        progress=progress,
        prepared=prepared,
    )
    return with_nameless(area.store, with_balance(area.store, report))


def _opt_outs(area: Home, file: Path) -> OptOuts:
    """Whose opt-outs apply; FileRefused, so that other files of the same command load, when area.toml does not say it."""
    try:
        return opt_outs_of(area.folder, area.settings)
    except DefinitionError as unclear:
        raise FileRefused(f"{file.name}: {unclear}") from None


@lru_cache(maxsize=4)
def _known_practices(parts: tuple[Part, ...]) -> frozenset[str]:
    """Codes that need no remark; empty when no register is loaded."""
    codes = [pl.read_parquet(part.path, columns=["practice"])["practice"] for part in parts]
    return frozenset(code for each in codes for code in each) | ({UNIDENTIFIED} if codes else set())

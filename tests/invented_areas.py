"""Invented areas that many files of tests look at: each is made once in a run, by the worker that asks first, and copied for every other.

What is made lies in the run's own temporary folder, which all workers share. Making an area takes about as long as the tests that look at it.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from filelock import FileLock

from opencommissioning.area import Area
from opencommissioning.area.demo import DISPENSING, HOME, call_special, make_demo, synthesise_files

WRITTEN_ONCE = {".parquet", ".arrow", ".npy", ".csv", ".xlsx"}  # the product never writes into these again


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make(folder)` fills when no worker of this run has done so yet. Nobody may change it: take a copy."""
    base = tmp_path_factory.getbasetemp()
    base = (
        base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    )  # a worker has a folder inside the run's
    shared = base / "shared"
    shared.mkdir(exist_ok=True)
    folder, draft = shared / name, shared / f"{name}-in-the-making"
    with FileLock(shared / f"{name}.lock"):
        if not folder.exists():
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(folder)
    return folder


def copy_of(folder: Path, target: Path) -> Path:
    """`folder` as `target`, to be used and changed as the product does: facts and arrays are the same files, the rest is copied."""
    return shutil.copytree(folder, target, symlinks=True, copy_function=_copy)


def _copy(source: str, target: str) -> str:
    if Path(source).suffix in WRITTEN_ONCE:
        os.link(source, target, follow_symlinks=False)
        return target
    return shutil.copy2(source, target)


def invented_files(folder: Path) -> None:
    """Publishers' files of 130 invented practices over 20 months."""
    synthesise_files(
        folder, practices=130, products=300, months=20, seed=3, progress=lambda what, done, of: None
    )


def invented_area(folder: Path, files: Path) -> None:
    """The area made of such files, loaded and built."""
    Area.create(folder, "Invented", HOME)
    call_special(folder, "X81004", DISPENSING)
    area = Area.open(folder)
    area.load([files])
    area.build()


def small_area(folder: Path) -> None:
    """A quarter of prescribing and lists of 60 practices, and nothing else: what is built again in a few seconds."""
    files = folder / "files"
    synthesise_files(
        files, practices=60, products=100, months=3, seed=5, progress=lambda what, done, of: None
    )
    area = Area.create(folder / "area", "Small", HOME)
    area.load([files / name for name in ("organisations", "reference", "registrations", "prescribing")])
    area.build()


def demo_area(folder: Path) -> None:
    """The demo of 60 practices and 30 months: what the site is looked at with."""
    make_demo(
        folder, practices=60, months=30, seed=1, step=lambda title: nullcontext(lambda what, done, of: None)
    )

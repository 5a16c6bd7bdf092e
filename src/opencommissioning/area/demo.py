"""The demo: an invented health economy as publishers' files, loaded and built like anybody's."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from opencommissioning.area.area import Area
from opencommissioning.measures.summing import Progress
from opencommissioning.synthetic import economy, write

Step = Callable[[str], AbstractContextManager[Progress]]  # announces a step, and takes its progress

HOME = "9A1"  # the invented sub-ICB location that the demo looks at


def synthesise_files(
    folder: Path, practices: int, products: int, months: int, seed: int, progress: Progress
) -> list[Path]:
    """Write the invented economy's files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return write(economy(practices=practices, products=products, months=months, seed=seed), folder, progress)


def make_demo(folder: Path, practices: int, months: int, seed: int, step: Step) -> Area:
    """A demo area in `folder`: files in `files/`, loaded, built. An earlier demo there is replaced; anything else is left alone."""
    if (folder / "area.toml").exists() and (folder / "files" / "truth.toml").exists():
        shutil.rmtree(folder)
    with step("Writing an invented economy as publishers' files") as progress:
        made = economy(practices=practices, months=months, seed=seed)
        area = Area.create(folder, "Demo area (invented)", HOME)
        files = write(made, folder / "files", progress)
    with step(f"Loading {len(files)} files") as progress:
        area.load([file for file in files if file.suffix != ".toml"], progress=progress)
    with step("Building every measure for every organisation") as progress:
        area.build(progress)
    return area

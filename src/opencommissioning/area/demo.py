"""The demo: an invented health economy as publishers' files, loaded and built like anybody's."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from opencommissioning.area.area import Area
from opencommissioning.area.comparison.special import DISPENSING
from opencommissioning.area.data.arriving import arriving
from opencommissioning.area.data.counting import Material, count_avoidable, count_lists
from opencommissioning.area.data.people_in import take_in
from opencommissioning.area.settings import FILE
from opencommissioning.measures.summing import Progress
from opencommissioning.records.opt_outs import read_opt_outs
from opencommissioning.records.purposes import Look, Purpose
from opencommissioning.records.vault import Vault
from opencommissioning.sources.recognise import recognise
from opencommissioning.synthetic import each_written, economy, write
from opencommissioning.synthetic.lists import write_lists
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.records import write_records

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
    with step("Writing an invented economy as publishers' files, and loading them") as progress:
        made = economy(practices=practices, months=months, seed=seed)
        area = Area.create(folder, "Demo area (invented)", HOME)
        call_special(folder, made.organisations.by_role("dispensing"), DISPENSING)
        written = each_written(made, folder / "files")
        with arriving(file for file in written if file.suffix != ".toml") as files:
            area.load(files, progress=progress)
    with step("Counting lists, and what could be avoided, out of invented records") as progress:
        count_invented(area, made, progress, write_lists(made, folder / "files" / "lists"))
    with step("Building every measure for every organisation") as progress:
        area.build(progress)
    return area


def call_special(folder: Path, practice: str, words: str) -> None:
    """Say in an area's settings, which must not name any yet, that a practice is special: no file loaded tells who dispenses."""
    path = folder / FILE
    settings = path.read_text(encoding="utf-8")
    path.write_text(
        settings.replace("[special]\n", f'[special]\n"{practice}" = "{words}"\n'), encoding="utf-8"
    )


def count_invented(area: Area, made: Economy, progress: Progress, lists: Sequence[Path]) -> None:
    """Records of a few practices' invented patients become counts of potentially avoidable activity, those on lists counts of lists; the
    records themselves are gone afterwards. (In the area's own records they would be counted as admissions a second time.)"""
    invented = {"none": True, "because": "invented people, who cannot opt out"}
    with tempfile.TemporaryDirectory(dir=area.folder) as name:
        folder = Path(name)
        vault = Vault(folder / "records", folder / "records.key", area.settings.threads, area.settings.memory)
        opt_outs = read_opt_outs(invented, folder)
        for file in (*write_records(made, folder), *lists):
            take_in(vault, opt_outs, file, recognise(file), False, "keep", None, None)
        look = Look(Purpose.COMMISSIONING, "lists and potentially avoidable activity of the invented area")
        held = Material(vault, opt_outs, area.store, area.library)
        count_lists(held, look, progress)
        count_avoidable(held, look, progress)

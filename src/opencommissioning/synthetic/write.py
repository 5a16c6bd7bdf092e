"""Write an economy as publishers' files, two months at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from opencommissioning.synthetic.epd import write_epd
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.register import write_epraccur, write_partners
from opencommissioning.synthetic.registrations import write_map, write_quinary
from opencommissioning.synthetic.truth_file import write_truth

ONCE = (write_epraccur, write_partners, write_truth)


def write(
    economy: Economy, folder: Path | str, progress: Callable[[str, int, int], None] | None = None
) -> list[Path]:
    """Write every file of an economy under a folder and return the paths.

    `progress(what, done, of)` is called after each month. Folders: prescribing, registrations, organisations, reference.
    """
    root = Path(folder)
    folders = {name: root / name for name in ("prescribing", "registrations", "organisations", "reference")}
    for place in folders.values():
        place.mkdir(parents=True, exist_ok=True)
    written = [
        writer(economy, root if writer is write_truth else folders["organisations"]) for writer in ONCE
    ]
    months = range(len(economy.months))
    with ThreadPoolExecutor(2) as pool:
        for done, paths in enumerate(pool.map(lambda m: write_month(economy, m, folders), months), 1):
            written += paths
            if progress:
                progress("months written", done, len(months))
    return written


def write_month(economy: Economy, month: int, folders: dict[str, Path]) -> list[Path]:
    """The files of one month; the map only in the first month and each January and April."""
    found = [
        write_epd(economy, month, folders["prescribing"]),
        write_quinary(economy, month, folders["registrations"]),
    ]
    if month == 0 or economy.months[month].month in (1, 4):
        found.append(write_map(economy, month, folders["registrations"]))
    return [path for path in found if path]

"""Write an economy as publishers' files: all of them, two months at a time, or one after the other for whoever takes them at once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from opencommissioning.synthetic.allocations import write_allocations
from opencommissioning.synthetic.bucketed import write_podiatry
from opencommissioning.synthetic.deprivation import write_deprivation
from opencommissioning.synthetic.epd import write_epd
from opencommissioning.synthetic.hospital_counts import write_admissions
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.reference import (
    write_adq,
    write_code_changes,
    write_hierarchy,
    write_snomed_map,
)
from opencommissioning.synthetic.register import (
    write_eccg,
    write_epraccur,
    write_etr,
    write_partners,
    write_successions,
)
from opencommissioning.synthetic.registrations import write_map, write_quinary
from opencommissioning.synthetic.returns import write_returns
from opencommissioning.synthetic.services import write_services
from opencommissioning.synthetic.tariff import write_concessions, write_tariff
from opencommissioning.synthetic.truth_file import write_truth
from opencommissioning.synthetic.visit_counts import write_visits
from opencommissioning.synthetic.waits import write_waits

ONCE = {
    "organisations": (write_epraccur, write_partners, write_eccg, write_etr, write_successions),
    "reference": (write_hierarchy, write_code_changes, write_adq, write_snomed_map),
    "tariff": (write_concessions,),
    "population": (write_deprivation,),
}
MONTHLY = ("prescribing", "registrations")
YEARLY = ("hospital",)


def write(
    economy: Economy, folder: Path | str, progress: Callable[[str, int, int], None] | None = None
) -> list[Path]:
    """Write every file of an economy under a folder and return the paths.

    `progress(what, done, of)` is called after each month. Folders: prescribing, registrations, organisations, reference,
    tariff, population, hospital, services, returns; `truth.toml` lies beside them.
    """
    with ThreadPoolExecutor(2) as pool:
        return list(each_written(economy, folder, progress, pool.map))


def each_written(
    economy: Economy,
    folder: Path | str,
    progress: Callable[[str, int, int], None] | None = None,
    over_months: Callable[..., Iterable[list[Path]]] = map,
) -> Iterator[Path]:
    """The same files in the same order, each given when it is written. `over_months` is a `map`, which may do several months at once."""
    root, months = Path(folder), range(len(economy.months))
    for name in (*ONCE, *MONTHLY, *YEARLY):
        (root / name).mkdir(parents=True, exist_ok=True)
    yield write_truth(economy, root)
    yield from write_once(economy, root)
    for done, paths in enumerate(over_months(lambda month: write_month(economy, month, root), months), 1):
        if progress:
            progress("months written", done, len(months))
        yield from paths
    hospital = root / "hospital"
    yield from write_admissions(economy, hospital)
    yield from write_visits(economy, hospital)
    yield write_waits(economy, hospital)
    yield write_podiatry(economy, hospital)
    yield from write_services(economy, root / "services")
    yield from write_returns(economy, root / "returns")


def write_once(economy: Economy, root: Path) -> list[Path]:
    """Files that do not come every month."""
    single = [writer(economy, root / name) for name, writers in ONCE.items() for writer in writers]
    # a short economy has no change of codes, and a file without rows is refused when it is loaded
    return [*(path for path in single if path), *write_allocations(economy, root / "population")]


def write_month(economy: Economy, month: int, root: Path) -> list[Path]:
    """The files of one month; the map of practices only in the first month and each January and April."""
    found = [
        write_epd(economy, month, root / "prescribing"),
        write_quinary(economy, month, root / "registrations"),
        write_tariff(economy, month, root / "tariff"),
    ]
    if month == 0 or economy.months[month].month in (1, 4):
        found.append(write_map(economy, month, root / "registrations"))
    return [path for path in found if path]

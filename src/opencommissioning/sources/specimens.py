"""A few invented rows in the layout of every era, as a publisher would write them: for tests, and for the data dictionary.

The organisations, people and prices are invented; codes of medicines are the publishers'.
"""

import csv
from pathlib import Path

from opencommissioning.catalogue.source import Csv, Era
from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.sources.specimen_medicines import MEDICINES
from opencommissioning.sources.specimen_people import PEOPLE
from opencommissioning.sources.specimen_services import SERVICES
from opencommissioning.sources.specimen_texts import TEXTS
from opencommissioning.sources.specimen_waits import WAITS

ALL = MEDICINES | TEXTS | WAITS | SERVICES | PEOPLE


def specimen(era: Era) -> list[list[str]]:
    """The rows of an era's specimen file, its heading first (where it has one), cells as they stand in the file."""
    return list(csv.reader(_entry(era)[1].splitlines()))


def write_specimen(era: Era, folder: Path) -> Path:
    """Write an era's specimen file, named as publishers do where the name is the only place of the month."""
    name, text = _entry(era)
    path = folder / name
    path.write_text(
        text, encoding=era.reader.encoding if isinstance(era.reader, Csv) else "utf-8", newline=""
    )
    return path


def heading_of(era: Era) -> frozenset[str]:
    """The names in a specimen's heading; none for files without one."""
    if isinstance(era.reader, Csv) and era.reader.names:
        return frozenset()
    first = specimen(era)[era.reader.skip if isinstance(era.reader, Csv) else 0]
    return frozenset(cell.strip().lstrip("\ufeff") for cell in first) - {""}


def _entry(era: Era) -> tuple[str, str]:
    if era.name not in ALL:
        raise UnknownName(f"there is no specimen of '{era.name}'{did_you_mean(era.name, ALL)}")
    return ALL[era.name]

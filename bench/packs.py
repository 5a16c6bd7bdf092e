"""Practice packs: as many as a sub-ICB location has, written by the command's own processes."""

import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.pages import small_area
from bench.scale import Scale
from bench.table import Row
from opencommissioning.area import Area
from opencommissioning.area.letters.packs import write_packs
from opencommissioning.area.letters.writing import practices_of

PACKS, MOST = 55, 20  # seconds on two cores


def rows(scale: Scale) -> list[Row]:
    """Seconds by the clock for `PACKS` packs and, beside them, seconds of the processors; fewer packs are scaled up."""
    area = Area.open(scale.area or small_area(scale.folder / "packs-area"))
    codes = practices_of(area.current, "ENGLAND")[:PACKS]
    with TemporaryDirectory(dir=scale.folder) as target:
        began, before = time.perf_counter(), _processors()
        files, _ = write_packs(area, codes, Path(target), lambda *_: None)
        took, worked = time.perf_counter() - began, _processors() - before
    each = PACKS / len(files)
    what = f"{PACKS} practice packs, two processes" + (f" ({len(files)} made, scaled up)" if each > 1 else "")
    return [Row(what, took * each, "s", "seconds of the processors", worked * each, MOST, "ours")]


def _processors() -> float:
    """Seconds of the processors that this process and its children that have ended have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)

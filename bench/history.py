"""A history of months: everything summed, then one more month; the rest of a build apart. The economy is the demo's."""

from pathlib import Path

from bench import child
from bench.scale import Scale
from bench.table import Row
from opencommissioning.area import Area
from opencommissioning.synthetic import economy, write

MOST = 1.5  # of a month's even share: 1/40 of 60 months


def build(folder: str) -> dict[str, float]:
    """Build what is loaded; seconds of each step."""
    return dict(Area.open(folder).build().steps)


def _loaded(scale: Scale) -> tuple[Path, list[Path]]:
    """An area with all but the last month of prescribing, and the files of that month."""
    files = write(
        economy(practices=scale.practices, months=scale.months + 1, seed=1), scale.folder / "history"
    )
    months = sorted(
        file for file in files if file.name.upper().startswith(("EPD", "T2")) or "PDPI" in file.name.upper()
    )
    area = Area.create(scale.folder / "history-area", "Bench", "9A1")
    area.load([file for file in files if file.suffix != ".toml" and file != months[-1]])
    return area.folder, months[-1:]


def rows(scale: Scale) -> list[Row]:
    """Fact work in full and for a new month; arrays and verdicts."""
    folder, new = _loaded(scale)
    full = child.run("history:build", str(folder))
    Area.open(folder).load(new)
    month = child.run("history:build", str(folder))
    about = f"{scale.months} months, {scale.practices} practices"
    return [
        Row(
            f"facts of a new month ({about})",
            month.result["facts"],
            "s",
            "facts in full",
            full.result["facts"],
            MOST / scale.months,
        ),
        Row("rest of the build after a new month", month.seconds - month.result["facts"], "s"),
        Row("peak memory of a build in full", full.memory / 1024, "GB", most=6, judged="ours"),
    ]

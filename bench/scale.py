"""The files that are measured on, generated once below a folder."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from opencommissioning.area import Area
from opencommissioning.synthetic.national import write_national_month

NATION = 18_600_000  # rows of a national month
PRACTICES, PRESENTATIONS = 6500, 16_000


@dataclass(frozen=True)
class Scale:
    """How large: rows of the month, months and practices of the history's economy; a built area to serve, if there is one."""

    folder: Path
    rows: int
    months: int
    practices: int
    area: Path | None = None

    @cached_property
    def month_file(self) -> Path:
        """A month of prescribing of the nation, or of a part of it: fewer practices, each as large as they are."""
        practices = max(100, PRACTICES * self.rows // NATION)
        return write_national_month(
            self.folder / "month", date(2025, 1, 1), self.rows, practices, PRESENTATIONS
        )

    @cached_property
    def month_area(self) -> Path:
        """An area to load it into."""
        return Area.create(self.folder / "month-area", "Bench").folder

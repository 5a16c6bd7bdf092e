"""The letter about one measure: who moved, who lies far out, among the practices of the area's home."""

from dataclasses import dataclass

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.asking import report_measure
from opencommissioning.area.letters.writing import practices_of
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.reports.digest import filled
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.reports.numbers import valued
from opencommissioning.variation.verdict import MOVE_FALSE_ALARM

MOST = 8


@dataclass(frozen=True)
class MeasureLetter:
    """`report` is of all practices; `rows` are the verdicts of those of the area's home, or of all when it has none."""

    report: MeasureReport
    rows: pl.DataFrame
    contact: str
    build: str

    @property
    def subject(self) -> str:
        """`Broad-spectrum share …: 2 moved, 3 far out, September 2026`."""
        counts = f"{self._moved.height} moved, {self._far.height} far out"
        return f"{self.report.measure.title}: {counts}, {spoken(self.report.month)}"

    @property
    def _moved(self) -> pl.DataFrame:
        return self.rows.filter(pl.col("moved_in").is_not_null()).sort("moved_in", descending=True)

    @property
    def _far(self) -> pl.DataFrame:
        far = self.rows.filter(pl.col("stand").str.starts_with("far "))
        return far.sort(pl.col("z").abs(), descending=True)

    def text(self, more_at: str) -> str:
        """The letter in plain text; `more_at` is the address of the measure's page."""
        head = [filled(self.report.title), filled(self.report.luck)]
        moved = [self._told_move(row) for row in self._moved.head(MOST).iter_rows(named=True)]
        far = [self._told_far(row) for row in self._far.head(MOST).iter_rows(named=True)]
        parts = [*head, *_section("MOVED IN THE LAST TWELVE MONTHS", moved, self._moved.height)]
        parts += _section("FAR FROM WHAT IS EXPECTED", far, self._far.height)
        if not moved and not far:
            parts.append("Nothing stands out among the practices of this area.")
        parts += ["HOW SURE WE ARE", filled(self._sure), f"More: {more_at}", filled(self._ending)]
        return "\n\n".join(parts) + "\n"

    def _told_move(self, row: dict) -> str:
        measure = self.report.measure
        levels = f"from {valued(row['moved_from'], measure)} to {valued(row['moved_to'], measure)}"
        return filled(f"{self._name(row)}: {levels} in {spoken(row['moved_in'])}", "* ")

    def _told_far(self, row: dict) -> str:
        measure = self.report.measure
        limits = f"{valued(row['lower95'], measure)} and {valued(row['upper95'], measure)}"
        return filled(
            f"{self._name(row)}: {valued(row['value'], measure)}, expected between {limits}: {row['stand']}",
            "* ",
        )

    def _name(self, row: dict) -> str:
        return f"{self.report.named(row['organisation'])} ({row['organisation']})"

    @property
    def _sure(self) -> str:
        return (
            f"Luck alone puts 1 practice in 500 as far out as those named, and moves at most {per_cent(MOVE_FALSE_ALARM)} of series: of "
            f"{self.rows.height} practices about {self.rows.height * (0.002 + MOVE_FALSE_ALARM):.1f} would be named by luck. "
            f"Definition: {self.report.review}."
        )

    @property
    def _ending(self) -> str:
        correct = f"Questions and corrections: {self.contact}. " if self.contact else ""
        return f"{correct}Build {self.build}. This is not an official NHS document."


def _section(title: str, told: list[str], count: int) -> list[str]:
    more = [f"  and {count - len(told)} more"] if count > len(told) else []
    return [title, "\n".join([*told, *more])] if told else []


def measure_letter(build: Build, name: str) -> MeasureLetter:
    """The letter about a measure by practice; NotLoaded or UnknownName when the build has it not."""
    report = report_measure(build, name, "practice")
    home = build.settings.home if build.settings.home in build.organisations else "ENGLAND"
    rows = report.verdicts.filter(pl.col("organisation").is_in(practices_of(build, home)))
    return MeasureLetter(report, rows, build.settings.contact, build.id)

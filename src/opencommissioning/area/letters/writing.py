"""Letters of a build: what a pack, a digest or an e-mail tells an organisation. One reading of the build serves all of a level."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from opencommissioning.area.annotations import Annotation
from opencommissioning.area.build import Build
from opencommissioning.area.comparison.asking import flags
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.money.switching import read_money
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.organisation import PARENT_LEVELS, level_name
from opencommissioning.catalogue.period import shift
from opencommissioning.charts.deciles import Deciles, Note
from opencommissioning.charts.small import small
from opencommissioning.errors import NotLoaded
from opencommissioning.finance.measures import MONTHS as MONEY_MONTHS
from opencommissioning.reports.letter import Around, Letter, Mover, Point, chosen, point
from opencommissioning.reports.organisation import Line, OrganisationReport, organisation_report
from opencommissioning.statistics.ranks import decile_lines
from opencommissioning.variation.judging import judged
from opencommissioning.variation.telling import position_p, worth_telling
from opencommissioning.variation.verdict import BEYOND_CHANCE, UNJUDGED

MONTHS = 36
UNJUDGED_WORDS = [str(stand) for stand in UNJUDGED]
BEYOND_WORDS = [str(stand) for stand in BEYOND_CHANCE]


class Letters:
    """Everything that letters of one level share, read once. `notes` are all annotations of the area."""

    def __init__(self, build: Build, level: str, notes: Sequence[Annotation] = ()) -> None:
        self.build, self.level, self.notes = build, level, tuple(notes)
        self.lines = lru_cache(maxsize=None)(self._lines)
        self.around = lru_cache(maxsize=None)(self._around)

    def of(self, code: str, charts: bool = True) -> Letter:
        """The letter of one organisation; NotLoaded when it has no values."""
        rows = self._rows(code)
        report = self._report(code, rows)
        told = self._told(report, rows)
        by_measure = {row["measure"]: row for row in rows.iter_rows(named=True)}
        counts = {name: row["numerator"] for name, row in by_measure.items()}
        celebrate, look = (chosen(told, judgement, counts) for judgement in ("better", "worse"))
        return Letter(
            report=report,
            area=self.build.settings.name,
            contact=self.build.settings.contact,
            build=self.build.id,
            above=self._above(code),
            celebrate=tuple(self._point(line, by_measure[line.measure.id], charts) for line in celebrate),
            look=tuple(self._point(line, by_measure[line.measure.id], charts) for line in look),
            more=len(told) - len(celebrate) - len(look),
            notes=tuple(note.sentence for note in self._notes(code)),
        )

    @cached_property
    def codes(self) -> list[str]:
        """The organisations of the level that have verdicts."""
        return list(self._by_organisation)

    def _rows(self, code: str) -> pl.DataFrame:
        organisation = self.build.organisation(code)
        rows = self._by_organisation.get(organisation.code)
        if rows is None:
            raise NotLoaded(
                f"{organisation.name} ({organisation.code}) has no values in this build, so there is nothing to tell; "
                "'opencommissioning status' says what is missing"
            )
        return rows

    @cached_property
    def _verdicts(self) -> pl.DataFrame:
        frame = read_verdicts(self.build, self.level)
        if frame is None:
            raise NotLoaded(
                f"nothing of level {self.level} has a value in this build; 'opencommissioning status' says what is missing"
            )
        known = frame.filter(pl.col("measure").is_in(list(self.build.measures)))
        is_judged = ~pl.col("stand").is_in(UNJUDGED_WORDS)
        return known.with_columns(compared=is_judged.sum().over("measure"))

    @cached_property
    def _by_organisation(self) -> Mapping[str, pl.DataFrame]:
        return {
            code: rows for (code,), rows in self._verdicts.partition_by("organisation", as_dict=True).items()
        }

    @cached_property
    def _by_measure(self) -> Mapping[str, pl.DataFrame]:
        return {name: rows for (name,), rows in self._verdicts.partition_by("measure", as_dict=True).items()}

    @cached_property
    def _savings(self) -> Mapping[tuple[str, str], float]:
        frame = read_money(self.build, f"savings-{self.level}")
        if frame is None:
            return {}
        frame = frame.select("organisation", "measure", "over_50").drop_nulls()
        return {(code, name): saving for code, name, saving in frame.iter_rows()}

    def _report(self, code: str, rows: pl.DataFrame) -> OrganisationReport:
        name = self.build.organisation(code).name
        return organisation_report(code, name, self.level, rows, self.build.measures, flags(self.build, code))

    def _told(self, report: OrganisationReport, rows: pl.DataFrame) -> list[Line]:
        """The lines that luck would seldom name, those without a judgement left out."""
        named = worth_telling(rows, rows["compared"].to_numpy())
        names = set(rows.filter(pl.Series(named))["measure"])
        lines = (line for group in report.topics.values() for line in group)
        return [line for line in lines if line.measure.id in names and line.judgement]

    def _above(self, code: str) -> tuple[str, ...]:
        if self.level != "practice":
            return ()
        above = (self.build.parent(code, level) for level in PARENT_LEVELS[:2])
        return tuple(self.build.organisation(each).name for each in above if each)

    def _notes(self, code: str, measure: str = "") -> list[Annotation]:
        return [
            each
            for each in self.notes
            if each.organisation == code and (not measure or each.measure in ("", measure))
        ]

    def _point(self, line: Line, row: Mapping[str, object], charts: bool) -> Point:
        code, measure = line.verdict.organisation, line.measure
        p = float(position_p(np.array([line.z or 0.0]), np.array([row["compared"]]))[0])
        p = min(p, row["moved_p"]) if row["moved_in"] is not None and row["moved_p"] is not None else p
        months = self.lines(measure.id, row["window"])[0]
        notes = [each for each in self._notes(code, measure.id) if each.month in months]
        chart = self._chart(line, row["window"], notes) if charts else ""
        around = self._without(code, self.around(measure.id, bool(row["z"] is not None and row["z"] > 0)))
        saving = self._savings.get((code, measure.id))
        words = tuple(each.sentence for each in notes)
        level, over = (
            level_name(self.level, row["month"]),
            min(MONEY_MONTHS, len(self.build.months_of("prescribing"))),
        )
        return point(line, row, around, p, level, saving, over, words, chart)

    def _lines(
        self, name: str, window: int
    ) -> tuple[tuple[date, ...], np.ndarray, Sequence[str], np.ndarray]:
        """Months shown, decile lines (9, M) over the organisations compared, organisations, their values (O, M).

        The build's own cache is passed by: it would keep every series of a nation in full, in each process.
        """
        series = self.build.series.__wrapped__(name, self.level, window)
        there = np.flatnonzero(np.isfinite(series.values).any(axis=0))
        cut = slice(max(int(there[0]), int(there[-1]) + 1 - MONTHS), int(there[-1]) + 1)
        patients = self.build.patients(series) if self.level == "practice" else None
        values = series.values
        compared = np.where(judged(series, patients), values, np.nan)[:, cut]
        kept = values[:, cut].astype(np.float32)
        return series.months[cut], decile_lines(compared, axis=0), series.organisations, kept

    def _chart(self, line: Line, window: int, notes: Sequence[Annotation]) -> str:
        months, lines, codes, values = self.lines(line.measure.id, window)
        marks = tuple(Note(each.month, each.text) for each in notes)
        told = Deciles(months, lines, values[codes.index(line.verdict.organisation)], "you", marks)
        return small(told, line.measure.unit)

    def _around(self, name: str, high: bool) -> tuple[int, int, tuple[tuple[str, Mover], ...]]:
        """Judged, beyond chance on one side, and (code, mover) of all that moved the better way, the furthest first."""
        rows = self._by_measure[name].filter(~pl.col("stand").is_in(UNJUDGED_WORDS))
        side = rows.filter(
            pl.col("stand").is_in(BEYOND_WORDS) & ((pl.col("z") > 0) if high else (pl.col("z") < 0))
        )
        moved = rows.filter(pl.col("moved_in").is_not_null())
        movers = [(row["organisation"], self._mover(row)) for row in moved.iter_rows(named=True)]
        better = [(code, each) for code, each in movers if _is_better(each, self.build.measures[name])]
        better.sort(key=lambda pair: -abs(np.log(max(pair[1].after, 1e-9) / max(pair[1].before, 1e-9))))
        return rows.height, side.height, tuple(better)

    def _mover(self, row: Mapping[str, object]) -> Mover:
        code = row["organisation"]
        around = (shift(row["moved_in"], -3), shift(row["moved_in"], 3))
        said = [each for each in self._notes(code, row["measure"]) if around[0] <= each.month <= around[1]]
        name = self.build.organisation(code).name
        return Mover(name, row["moved_from"], row["moved_to"], row["moved_in"], said[-1].text if said else "")

    def _without(self, code: str, around: tuple[int, int, tuple[tuple[str, Mover], ...]]) -> Around:
        count, same, movers = around
        return Around(count, same, tuple(mover for other, mover in movers if other != code))


def _is_better(mover: Mover, measure: Measure) -> bool:
    return measure.better is not Better.NEITHER and (mover.after < mover.before) == (
        measure.better is Better.LOWER
    )


def practices_of(build: Build, code: str) -> list[str]:
    """The open practices of an organisation now (a practice is its own); those of England for "ENGLAND"."""
    organisation = build.organisation(code)
    if organisation.level == "practice":
        return [organisation.code]
    codes, parents = build.members(organisation.level, True)
    inside = (parents[:, -1] == codes.index(organisation.code)) & build.register.open[:, -1]
    return [each for each, here in zip(build.register.practices, inside, strict=True) if here]

"""Letters of a build: what a pack, a digest or an e-mail tells an organisation. One reading of the build serves all of a level."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from opencommissioning.area.annotations import Annotation
from opencommissioning.area.build import Build
from opencommissioning.area.comparison.asking import flags
from opencommissioning.area.comparison.control import process_of
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.comparison.special import age_flag
from opencommissioning.area.comparison.trend import Trend, trend
from opencommissioning.area.drawing.controlling import draw_small
from opencommissioning.area.levels import PRACTICE
from opencommissioning.area.money.switching import read_money
from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.organisation import PARENT_LEVELS, level_name
from opencommissioning.catalogue.period import shift
from opencommissioning.charts.deciles import Deciles
from opencommissioning.charts.marking import Note
from opencommissioning.charts.small import small
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.finance.measures import MONTHS as MONEY_MONTHS
from opencommissioning.reports.letter import Around, Letter, Luck, Mover, Point, chosen, point
from opencommissioning.reports.organisation import Line, OrganisationReport, organisation_report
from opencommissioning.reports.process import BETWEEN
from opencommissioning.variation.telling import position_p, worth_telling
from opencommissioning.variation.verdict import BEYOND_CHANCE, UNJUDGED

MONTHS = 36
UNJUDGED_WORDS = [str(stand) for stand in UNJUDGED]
BEYOND_WORDS = [str(stand) for stand in BEYOND_CHANCE]


class Letters:
    """Everything that letters of one level share, read once. `notes` are all annotations of the area."""

    def __init__(self, build: Build, level: str, notes: Sequence[Annotation] = ()) -> None:
        self.build, self.level, self.notes = build, level, tuple(notes)
        self.savings = lru_cache(maxsize=8)(self._savings)
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
            notes=self._said(code),
        )

    def _rows(self, code: str) -> pl.DataFrame:
        organisation = self.build.organisation(code)
        rows = read_verdicts(self.build, self.level, [organisation.code])
        if rows is None or not rows.height:
            raise NotLoaded(
                f"{organisation.name} ({organisation.code}) has no values in this build, so there is nothing to tell; "
                "'opencommissioning status' says what is missing"
            )
        known = rows.filter(pl.col("measure").is_in(list(self.build.measures)))
        compared = pl.col("measure").replace_strict(self._compared, default=0, return_dtype=pl.UInt32)
        return known.with_columns(
            compared=pl.when(pl.col("against") == "").then(compared).otherwise("compared")
        )

    @cached_property
    def _compared(self) -> Mapping[str, int]:
        """Measure → how many organisations of the level were judged on it."""
        frame = read_verdicts(self.build, self.level)
        is_judged = ~pl.col("stand").is_in(UNJUDGED_WORDS)
        counted = frame.lazy().group_by("measure").agg(is_judged.sum()).collect()
        return dict(counted.iter_rows())

    def _savings(self, code: str) -> Mapping[str, float]:
        """Measure → £ that the organisation spends above the middle."""
        frame = read_money(self.build, f"savings-{self.level}", [code])
        return {} if frame is None else dict(frame.select("measure", "over_50").drop_nulls().iter_rows())

    def _report(self, code: str, rows: pl.DataFrame) -> OrganisationReport:
        name = self.build.organisation(code).name
        told = flags(self.build, code), age_flag(self.build, code)
        return organisation_report(code, name, self.level, rows, self.build.measures, *told)

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

    def _said(self, code: str) -> tuple[str, ...]:
        """What was said about the organisation and, so that a board reads their reply, by the practices below it; newest month first."""
        own = [(note.month, note.sentence) for note in self._notes(code)]
        if self.level == "practice":
            return tuple(sentence for _, sentence in own)
        names = {each: self.build.organisation(each).name for each in practices_of(self.build, code)}
        below = [
            (note.month, f"{names[note.organisation]}, {note.sentence}")
            for note in self.notes
            if note.organisation in names
        ]
        return tuple(sentence for _, sentence in sorted(own + below, reverse=True))

    def _point(self, line: Line, row: Mapping[str, object], charts: bool) -> Point:
        code, measure = line.verdict.organisation, line.measure
        p = float(position_p(np.array([line.z or 0.0]), np.array([row["compared"]]))[0])
        luck = Luck(p, row["moved_p"] if row["moved_in"] is not None else None)
        found = trend(self.build, measure.id, self.level, row["window"], code, months=MONTHS)
        notes = [each for each in self._notes(code, measure.id) if each.month in found.months]
        chart = self._chart(line, found, notes) if charts else ""
        around = self._without(code, self.around(measure.id, bool(row["z"] is not None and row["z"] > 0)))
        saving = self.savings(code).get(measure.id)
        words = tuple(each.sentence for each in notes)
        level, over = (
            level_name(self.level, row["month"]),
            min(MONEY_MONTHS, len(self.build.months_of("prescribing"))),
        )
        told = point(line, row, around, luck, level, saving, over, words, chart)
        return self._controlled(told, code, measure.id) if charts else told

    def _controlled(self, told: Point, code: str, name: str) -> Point:
        """The point with its control chart, the one of its page; as it is where months are too few or too often hidden for one."""
        try:
            process = process_of(self.build, name, code)
        except (NotLoaded, DefinitionError):
            return told
        by = "from event to event" if process.chart in BETWEEN else "month by month"
        words = f"{process.chart_words}, {process.unit}, {by}. {process.sentence}"
        return replace(told, control=draw_small(process), controlled=words)

    def _chart(self, line: Line, found: Trend, notes: Sequence[Annotation]) -> str:
        marks = tuple(Note(each.month, each.text) for each in notes)
        told = Deciles(found.months, found.deciles, found.mine, "you", marks)
        return small(told, line.measure.unit)

    def _around(self, name: str, high: bool) -> tuple[int, int, tuple[tuple[str, Mover], ...]]:
        """Judged, beyond chance on one side, and (code, mover) of all that moved the better way, the furthest first."""
        every = read_verdicts(self.build, self.level, names=[name])
        rows = every.filter(~pl.col("stand").is_in(UNJUDGED_WORDS))
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
    return organisations_in(build, code, "practice")


def worth_writing_to(
    build: Build, level: str, found: Sequence[str], named: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Of the practices found in others, those of which any measure was judged, and a sentence about the rest.

    Whoever was `named` gets a letter even when it can only say that nothing is known; so do networks, locations and boards: they are few,
    and a board reads its values though nobody can be compared with it.
    """
    if level != PRACTICE:
        return list(found), []
    rows = read_verdicts(build, level)
    judged = set() if rows is None else _judged_in(rows)
    kept = [code for code in found if code in judged or code in named]
    left = len(found) - len(kept)
    if not left:
        return kept, []
    who = level_name(level, build.latest, plural=left > 1)
    return kept, [
        f"{left:,} {who} left out: no measure of theirs could be judged, because there are no values or too few to compare with; "
        "'opencommissioning status' says what is missing"
    ]


def _judged_in(rows: pl.DataFrame) -> set[str]:
    judged = rows.lazy().filter(~pl.col("stand").is_in(UNJUDGED_WORDS)).select("organisation").unique()
    return set(judged.collect()["organisation"])


def organisations_in(build: Build, code: str, level: str) -> list[str]:
    """The organisations of a level that have open practices in an organisation now; of its own level, itself."""
    organisation = build.organisation(code)
    build.check_level(level)
    if organisation.level == level:
        return [organisation.code]
    if organisation.level == "practice":
        return [above] if level in PARENT_LEVELS and (above := build.parent(organisation.code, level)) else []
    codes, parents = build.members(organisation.level, True)
    inside = (parents[:, -1] == codes.index(organisation.code)) & build.register.open[:, -1]
    if level == "practice":
        return [each for each, here in zip(build.register.practices, inside, strict=True) if here]
    below, places = build.members(level, True)
    return [below[place] for place in sorted({int(each) for each in places[inside, -1] if each >= 0})]

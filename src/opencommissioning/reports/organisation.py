"""What a person wants of an organisation in one minute: what is unusual, is it real, what is it worth; or "nothing stands out"."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from opencommissioning.catalogue.measure import Better, Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.standard import standard_on
from opencommissioning.reports.numbers import valued
from opencommissioning.variation.judging import without_pooled
from opencommissioning.variation.telling import RATE
from opencommissioning.variation.verdict import (
    BEYOND_CHANCE,
    LUCK,
    UNJUDGED,
    Stand,
    Verdict,
    judgement,
    words,
)

FAR = (Stand.FAR_HIGHER, Stand.FAR_LOWER)
LONG = 12  # months after which a difference is no luck of a month


@dataclass(frozen=True)
class Line:
    """One measure of the organisation: its verdict, in words and numbers ready to show."""

    measure: Measure
    verdict: Verdict
    judgement: str  # "better", "worse" or ""
    value: str
    centre: str
    limits: str
    words: str
    percentile: float | None
    z: float | None
    window: int = 1
    saving: float | None = None
    standard: str = ""  # what it is held against, and whether it is met
    named: bool = True  # whether luck would seldom put it forward, however many measures are looked at

    @property
    def sentence(self) -> str:
        """`Trimethoprim share: 62.1 % against 35.0 % (95 of 100 between 22.0 % and 48.0 %): higher than expected.`"""
        if self.verdict.value is None:
            return f"{self.measure.title}: {self.words}."
        against = f" against {self.centre} for all" if self.verdict.stand not in UNJUDGED else ""
        limits = f" (expected between {self.limits})" if self.limits else ""
        short = (
            "" if self.window == self.measure.window else f" (one month; {self.measure.window} are wanted)"
        )
        standard = f" {self.standard}" if self.standard else ""
        return f"{self.measure.title}: {self.value}{against}{limits}{short}: {self.words}.{standard}"


def held_against(measure: Measure, verdict: Verdict) -> str:
    """`The standard is at least 92.0 %: not met.` Of the standard in force in the verdict's month; "" when there is none or no value."""
    standard = standard_on(measure.standards, verdict.month)
    if standard is None or verdict.value is None:
        return ""
    aim = float(standard.value)
    higher = measure.better is Better.HIGHER
    met = verdict.value >= aim if higher else verdict.value <= aim
    bound = "at least" if higher else "at most"
    return f"The standard is {bound} {valued(aim, measure)}: {'met' if met else 'not met'}."


def _said(verdict: Verdict, measure: Measure) -> str:
    """The verdict in words, and for a move the levels before and after it."""
    return words(verdict) + _levels(verdict, measure)


def _levels(verdict: Verdict, measure: Measure) -> str:
    if verdict.moved_in is None or verdict.moved_from is None:
        return ""
    return (
        f", from {valued(verdict.moved_from, measure)} to {valued(verdict.moved_to, measure)} (monthly level)"
    )


@dataclass(frozen=True)
class OrganisationReport:
    """Lines by what they mean, most unusual first; `luck` and `coverage` are sentences that must stand beside them."""

    code: str
    name: str
    level: str
    level_words: str
    month: date
    flags: tuple[str, ...]
    ages: str  # the flag that says that its patients' ages are unlike the others'; "" at an ordinary one
    worse: tuple[Line, ...]
    better: tuple[Line, ...]
    different: tuple[Line, ...]
    moved: tuple[Line, ...]
    lasting: tuple[Line, ...]  # far from what is expected for LONG months, and yet not named
    held: tuple[Line, ...]  # those with a standard, missed ones first
    topics: Mapping[str, tuple[Line, ...]]
    judged: int
    luck: str
    coverage: str

    def frame(self) -> pl.DataFrame:
        """Every measure of the organisation in a row, most unusual first: value, what is expected, the verdict in words and what it means."""
        rows = [_row(line) for lines in self.topics.values() for line in lines]
        furthest = pl.col("z").cast(pl.Float64).abs()
        return pl.DataFrame(rows, infer_schema_length=None).sort(furthest, descending=True, nulls_last=True)

    @property
    def naming(self) -> str:
        """The rule by which measures are put forward, as a sentence; the tables mark everything beyond the limits."""
        return (
            f"Only what luck would seldom name is put forward: where nothing is unusual, about 1 organisation in {1 / RATE:.0f} "
            "has something named, however many measures are looked at."
        )

    @property
    def lasting_words(self) -> str:
        """What `lasting` means and does not mean, as sentences."""
        return (
            "Far from what is expected for a year or longer: no luck of a month, but a lasting difference. Yet somebody is always furthest out on "
            f"some of {self.judged} measures, so it is not put forward as a finding; whoever knows the place may know why."
        )

    @property
    def nothing_stands_out(self) -> bool:
        """Whether measures were judged and none is named, neither for where it lies nor for how it moved, nor has been far out for long."""
        return self.nothing_named and not self.moved and not self.lasting

    @property
    def beside(self) -> str:
        """What is told although nothing is named for where it lies, as a sentence; empty when something is named, or nothing is told."""
        moved = ["what moved"] if self.moved else []
        told = moved + (["what has been far out for a year or longer"] if self.lasting else [])
        if not (self.nothing_named and told):
            return ""
        return f"Nothing is put forward for where it lies; {' and '.join(told)} {'are' if len(told) > 1 else 'is'} told below."

    @property
    def nothing_named(self) -> bool:
        """Whether measures were judged and none is named for where it lies; some may have moved."""
        return self.judged > 0 and not (self.worse or self.better or self.different)

    @property
    def alone(self) -> bool:
        """Whether nothing could be judged because too few of its level have values to compare with."""
        return str(Stand.NOT_COMPARED) in self.unjudged

    @property
    def unjudged(self) -> str:
        """Why no measure could be judged: the commonest reason of its lines; empty when some were."""
        if self.judged:
            return ""
        why = why_unjudged(line for lines in self.topics.values() for line in lines)
        return f"not judged: {why}" if why else "not judged"


def _row(line: Line) -> dict[str, object]:
    verdict = line.verdict
    return {
        "topic": line.measure.topic,
        "measure": line.measure.id,
        "title": line.measure.title,
        "month": verdict.month,
        "value": verdict.value,
        "unit": line.measure.unit,
        "centre": verdict.centre,
        "lower95": verdict.lower95,
        "upper95": verdict.upper95,
        "verdict": line.words,
        "judgement": line.judgement,
        "z": line.z,
        "percentile": line.percentile,
    }


def organisation_report(
    code: str,
    name: str,
    level: str,
    verdicts: pl.DataFrame,
    measures: Mapping[str, Measure],
    flags: tuple[str, ...] = (),
    ages: str = "",
    coverage: str = "",
) -> OrganisationReport:
    """The report of one organisation from its rows of the level's verdicts. `ages` says that its patients' ages are unlike the others':
    then measures that take no account of age are called neither better nor worse. `coverage` says how many of its practices are in the
    files."""
    verdicts = without_pooled(verdicts)
    lines = [
        _unjudged(line_of(row, measures[row["measure"]]), ages)
        for row in verdicts.iter_rows(named=True)
        if row["measure"] in measures
    ]
    lines.sort(key=lambda line: -abs(line.z or 0))
    month = max(line.verdict.month for line in lines)
    beyond = [line for line in lines if line.verdict.stand in BEYOND_CHANCE]
    named = [line for line in lines if line.named]
    far = [line for line in named if line.verdict.stand in BEYOND_CHANCE]
    judged = sum(line.verdict.stand not in UNJUDGED for line in lines)
    against = compared_with(verdicts)
    return OrganisationReport(
        code=code,
        name=name,
        level=level,
        level_words=level_name(level, month),
        month=month,
        ages=ages,
        flags=tuple(each for each in (ages, *flags, against) if each),
        worse=_judged(far, "worse"),
        better=_judged(far, "better"),
        different=_judged(far, ""),
        moved=tuple(line for line in named if line.verdict.stand is Stand.MOVED),
        lasting=tuple(line for line in lines if _lasts(line) and not line.named),
        held=tuple(
            sorted(
                (line for line in lines if line.standard), key=lambda line: line.standard.endswith(": met.")
            )
        ),
        topics=_topics(lines),
        judged=judged,
        luck=_luck(judged, len(beyond), level, why_unjudged(lines)),
        coverage=coverage,
    )


def _unjudged(line: Line, ages: str) -> Line:
    """The line without praise or blame where ages explain it."""
    return replace(line, judgement="") if ages and line.measure.ignores_age else line


def compared_with(verdicts: pl.DataFrame) -> str:
    """Which comparator file speaks in verdicts, as sentences; empty when organisations are compared with each other."""
    rows = verdicts.filter(pl.col("against") != "") if "against" in verdicts.columns else verdicts.clear()
    if not rows.height:
        return ""
    files = rows["against"].value_counts(sort=True)["against"].to_list()
    others = f" and {len(files) - 1} more" if len(files) > 1 else ""
    measures, of = rows["measure"].n_unique(), verdicts["measure"].n_unique()
    which = "" if measures == of else f" for {measures} of {of} measures"
    return (
        f"Too few are here to be compared with each other, so the comparison{which} is with {files[0]}{others}; “for all” means these. "
        "Percentiles are read between the file's centiles."
    )


def words_of(row: Mapping[str, object], measure: Measure) -> str:
    """The verdict of a row of verdicts in words, for a move with the levels before and after it."""
    return _said(_verdict(row, measure), measure)


def line_of(row: Mapping[str, object], measure: Measure) -> Line:
    """A row of verdicts (`variation.judging`) as a line ready to show."""
    verdict = _verdict(row, measure)
    limits = (
        f"{valued(verdict.lower95, measure)} and {valued(verdict.upper95, measure)}"
        if verdict.upper95 is not None
        else ""
    )
    moved_up = None if verdict.moved_from is None else verdict.moved_to > verdict.moved_from
    return Line(
        measure=measure,
        verdict=verdict,
        judgement=judgement(verdict.stand, measure.better, moved_up),
        value=valued(verdict.value, measure),
        centre=valued(verdict.centre, measure),
        limits=limits if verdict.stand not in UNJUDGED else "",
        words=_said(verdict, measure),
        percentile=row["percentile"],
        z=row["z"],
        window=row["window"],
        standard=held_against(measure, verdict),
        named=row.get("named") is not False,
    )


def _verdict(row: Mapping[str, object], measure: Measure) -> Verdict:
    return Verdict(
        measure=measure.id,
        organisation=row["organisation"],
        level=row["level"],
        month=row["month"],
        stand=Stand(row["stand"]),
        value=row["value"],
        centre=row["centre"],
        lower95=row["lower95"],
        upper95=row["upper95"],
        months_beyond=row["months_beyond"],
        moved_in=row["moved_in"],
        moved_from=row["moved_from"],
        moved_to=row["moved_to"],
        missing=row["missing"],
    )


def _lasts(line: Line) -> bool:
    return line.verdict.stand in FAR and line.verdict.months_beyond >= LONG


def _judged(lines: Iterable[Line], wanted: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.judgement == wanted)


def _topics(lines: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    out: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: (line.measure.topic, line.measure.title)):
        out.setdefault(line.measure.topic, []).append(line)
    return {topic: tuple(group) for topic, group in out.items()}


def why_unjudged(lines: Iterable[Line]) -> str:
    """The commonest reason why measures could not be judged, of those that have a value where any has; empty without any line."""
    lines = list(lines)
    valued_lines = [line for line in lines if line.verdict.value is not None]
    reasons = Counter(line.words for line in valued_lines or lines)
    return reasons.most_common(1)[0][0] if reasons else ""


def _luck(judged: int, beyond: int, level: str, why: str) -> str:
    if not judged and level == "england":
        return "England is compared with nobody, so no measure is judged."
    if not judged:
        return (
            f"No measure could be judged: {why.removeprefix('no value: ')}."
            if why
            else "No measure could be judged."
        )
    about = judged * LUCK
    number = (
        "less than one such flag"
        if about < 1
        else "about 1 such flag"
        if round(about) == 1
        else f"about {about:.0f} such flags"
    )
    return f"{beyond} of {judged} measures lie beyond the limits; luck alone would give {number} here."


def no_comparison(name: str, level: str, month: date) -> str:
    """The sentence for a level without enough organisations to compare."""
    return f"{name} cannot be compared: fewer than 5 {level_name(level, month, plural=True)} have values ({spoken(month)})."

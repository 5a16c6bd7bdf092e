"""What a letter or a pack tells a practice: up to three things to celebrate, up to three to look at, or that nothing is put forward."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.money import WORTH_SAYING
from opencommissioning.reports.numbers import plain, pounds, valued
from opencommissioning.reports.organisation import Line, OrganisationReport
from opencommissioning.variation.telling import RATE
from opencommissioning.variation.verdict import BEYOND_CHANCE, MOVE_FALSE_ALARM, Stand

MOST = 3
PEOPLE = {
    "register": "people on the register",
    "listed": "people on the list",
}  # columns whose names are no words for an amount
COINCIDENCE = 20  # equal numerators of this size or more are the same prescriptions; smaller ones may be equal by chance
OVERLAPPING = "ambulatory care sensitive"  # the tag of measures that are several lists of the same conditions
DRUG, ROUTE = "bnf_code", "route"
MONEY = ("nic", "actual_cost")
RAREST = 10_000  # "fewer than 1 in 10,000": beyond that nobody should believe a model


@dataclass(frozen=True)
class Mover:
    """Another organisation that moved the better way beyond chance: name, level before and after, month, what it says about it."""

    name: str
    before: float
    after: float
    month: date
    note: str = ""


@dataclass(frozen=True)
class Around:
    """What is known of the others on one measure: how many were judged, how many lie beyond chance on this side, who moved the better way."""

    judged: int
    same_side: int
    movers: tuple[Mover, ...] = ()


@dataclass(frozen=True)
class Luck:
    """How often luck alone puts somebody this far out, and moves a series this much (None where it has not moved)."""

    position: float
    movement: float | None = None

    def words(self, line: Line, level: str) -> str:
        """`Luck alone puts a practice this far out about 1 in 50 times, and moves a series this much fewer than 1 in 10,000 times.`"""
        out = f"puts a {level} this far out {_rare(self.position)} times"
        if self.movement is None:
            return f"Luck alone {out}."
        moved = f"moves a series this much {_rare(self.movement)} times"
        parts = [moved] if line.verdict.stand is Stand.MOVED else [out, moved]
        return f"Luck alone {', and '.join(parts)}."


@dataclass(frozen=True)
class Point:
    """One thing that is told, in sentences ready to show; `chart` is SVG, `notes` are the annotations marked in it, numbered.

    `control` is its control chart as SVG, `controlled` what that shows; empty where there is none.
    """

    line: Line
    sentence: str
    others: str
    do: str
    sure: str
    saving: str
    notes: tuple[str, ...] = ()
    chart: str = ""
    control: str = ""
    controlled: str = ""

    @property
    def described(self) -> str:
        """What the chart shows, for those who cannot see it."""
        line = self.line
        marked = f" {len(self.notes)} months are marked by numbers, explained below." if self.notes else ""
        return (
            f"Line chart of {line.measure.unit} over the last months, with the 10th to 90th percentile of all as grey bands. "
            f"It ends at {line.value}; the middle of all at {line.centre}.{marked}"
        )


@dataclass(frozen=True)
class Letter:
    """All that a pack or digest says. `above` names the organisations it belongs to, `notes` what was said about its points."""

    report: OrganisationReport
    area: str
    contact: str
    build: str
    above: tuple[str, ...]
    celebrate: tuple[Point, ...]
    look: tuple[Point, ...]
    more: int
    notes: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing is put forward."""
        return not (self.celebrate or self.look)

    @property
    def headline(self) -> str:
        """What a letter without any point says above all."""
        if not self.report.judged:
            return "Nothing could be judged"
        return "Nothing is put forward" if self.beyond else "Nothing stands out"

    @property
    def beyond(self) -> tuple[Line, ...]:
        """The `MOST` lines beyond what is expected that are no point of this letter: first what its page names, then what lasts, then the furthest."""
        points = [each.line for each in (*self.celebrate, *self.look)]
        told = {line.measure.id for line in points}
        lasting = {line.measure.id for line in self.report.lasting}
        lines = [line for topic in self.report.topics.values() for line in topic if _is_beyond(line)]
        lines.sort(key=lambda line: (not line.named, line.measure.id not in lasting, -abs(line.z or 0)))
        return tuple(line for line in once([*points, *lines]) if line.measure.id not in told)[:MOST]

    @property
    def beyond_words(self) -> str:
        """What must stand below those lines: how many luck gives, where the opening does not say it, and what one that lasts means."""
        lasts = any(line in self.report.lasting for line in self.beyond)
        parts = ["" if self.nothing else self.report.luck, self.report.lasting_words if lasts else ""]
        return " ".join(filter(None, parts))

    @property
    def rate(self) -> str:
        """How often a letter of this kind puts something forward where nothing is unusual."""
        return (
            f"{self.report.judged} measures were judged. What is put forward would be put forward by luck in about "
            f"1 of {1 / RATE:.0f} letters to a {self.report.level_words} at which nothing is unusual, however many measures are looked at."
        )

    @property
    def opening(self) -> str:
        """The letter in one sentence."""
        if not self.report.judged:
            return f"Nothing can be said about {self.report.name} yet: no measure could be judged."
        if self.nothing:
            return f"{self.headline} in the data to {spoken(self.report.month)}.{self._beside}"
        parts = [
            f"{_count(len(points))} to {words}"
            for points, words in ((self.celebrate, "celebrate"), (self.look, "look at"))
            if points
        ]
        text = f"{' and '.join(parts)} in the data to {spoken(self.report.month)}."
        return text[:1].upper() + text[1:]

    @property
    def _beside(self) -> str:
        """What the page marks though the letter does not put it forward, so that the two do not contradict each other."""
        if not self.beyond:
            return ""
        without = self.report.different or self.report.moved
        which = "None of those where one side is better" if without else "None"
        lines = (line for topic in self.report.topics.values() for line in topic)
        lies = any(line.verdict.stand in BEYOND_CHANCE for line in lines)
        luck = f" {self.report.luck}" if lies else ""
        lasting = f" {_long(len(self.report.lasting))}" if self.report.lasting else ""
        return f"{luck} {which} is so far out that a letter would put it forward.{lasting}"

    @property
    def further(self) -> str:
        """How many more stand out than are told; empty when none."""
        if not self.more:
            return ""
        verb = "stands" if self.more == 1 else "stand"
        return f"{self.more} more {verb} out beside these."


def _long(count: int) -> str:
    """`2 have been far from what is expected for a year or longer, which is no luck of a month.`"""
    which = "One has" if count == 1 else f"{count} have"
    return f"{which} been far from what is expected for a year or longer, which is no luck of a month."


def _is_beyond(line: Line) -> bool:
    """Whether its verdict is beyond what is expected, or it moved so much that the page names it."""
    return line.verdict.stand in BEYOND_CHANCE or (line.named and line.verdict.stand is Stand.MOVED)


def _count(number: int) -> str:
    words = ("no thing", "one thing", "two things", "three things")
    return words[number] if number < len(words) else f"{number} things"


def chosen(lines: Sequence[Line], judgement: str, numerators: Mapping[str, float | None]) -> tuple[Line, ...]:
    """The `MOST` furthest lines of one judgement, one per numerator: a share and a rate of the same items are one thing."""
    seen: list[object] = []
    out = []
    for line in sorted(lines, key=lambda line: -abs(line.z or 0)):
        count = numerators[line.measure.id]
        key = (line.measure.topic, line.measure.numerator.column, count)
        if line.judgement == judgement and key not in seen:
            if count is not None and count >= COINCIDENCE:
                seen.append(key)
            out.append(line)
    return tuple(out[:MOST])


def point(
    line: Line,
    row: Mapping[str, object],
    around: Around,
    luck: Luck,
    level: str,
    saving: float | None,
    months: int,
    notes: tuple[str, ...] = (),
    chart: str = "",
) -> Point:
    """A line with everything a meeting asks: what others did, what to do, how sure, what it could be worth over `months`. `row` is its verdict."""
    return Point(
        line=line,
        sentence=_sentence(line),
        others=_others(line, around, level),
        do=_do(line),
        sure=f"{luck.words(line, level)} {_rests_on(line.measure, row)} {_review(line)}",
        saving=_saving(saving, months, row["month"], level) if line.judgement == "worse" else "",
        notes=notes,
        chart=chart,
    )


def _sentence(line: Line) -> str:
    """`22.9 % against 8.9 % for all (expected between 4.0 % and 15.3 %): far higher than expected, and has been for 28 months.`"""
    text = line.sentence.removeprefix(f"{line.measure.title}: ")
    return text[:1].upper() + text[1:]


def _others(line: Line, around: Around, level: str) -> str:
    plural = f"{level}s"
    if line.judgement == "better" and line.verdict.stand is not Stand.MOVED:
        return f"{_few(around.same_side)} of {around.judged} {plural} lie beyond chance on this side: worth telling the others what you do."
    movers = around.movers
    luck = around.judged * MOVE_FALSE_ALARM / 2
    by_luck = f"luck alone would give {'fewer than 1' if luck < 1 else f'about {luck:.0f}'}"
    if not movers:
        return f"None of the {around.judged} {plural} has clearly moved the better way in the last twelve months."
    best = movers[0]
    told = (
        f"{_few(len(movers))} of {around.judged} {plural} moved the better way in the last twelve months ({by_luck}); "
        f"{best.name} the most, from {valued(best.before, line.measure)} to {valued(best.after, line.measure)} in {spoken(best.month)}."
    )
    return f"{told} They say: “{best.note}”" if best.note else told


def _few(number: int) -> str:
    return "One" if number == 1 else f"{number:,}"


def _do(line: Line) -> str:
    if line.judgement == "better":
        return ""
    return " ".join(line.measure.do.replace("*", "").replace("`", "").split())


def _rare(p: float) -> str:
    return f"fewer than 1 in {RAREST:,}" if p < 1 / RAREST else f"about 1 in {_rounded(1 / p):,}"


def _rests_on(measure: Measure, row: Mapping[str, object]) -> str:
    """`It rests on 912 of 14,587 items.` Pounds are no events: `It is £7,816 for 6,943 patients.`"""
    top, bottom = (each.column.replace("_", " ") for each in (measure.numerator, measure.denominator))
    below = _amount(measure.denominator, plain(row["denominator"], 2000))
    if measure.narrowed and bottom == "quantity":
        below = f"the whole quantity, {plain(row['denominator'], 2000)}"
    expects = measure.standardised or "expected" in measure.unit
    if expects:
        below = f"{plain(row['denominator'], 2000)} that ages let expect"
    if measure.numerator.column in MONEY:
        return f"It is {pounds(row['numerator'])} for {below}."
    above = plain(row["numerator"], 2000)
    if measure.narrowed and top == bottom:
        return f"It rests on {above} of {below}."
    above = _amount(measure.numerator, above)
    return f"It rests on {above} {'beside' if expects else 'for'} {below}."


def _amount(quantity: Quantity, told: str) -> str:
    """`912 items`, `6,943 patients`; tablets and millilitres have no word of their own: `a quantity of 13,545`."""
    weighted = "weighted " if quantity.times else ""
    if quantity.column != "quantity":
        return f"{told} {weighted}{PEOPLE.get(quantity.column, quantity.column.replace('_', ' '))}"
    return f"a {weighted}quantity of {told}"


def _review(line: Line) -> str:
    state = line.measure.review.state(date.today())
    return f"Definition: {state}."


def _rounded(number: float) -> int:
    """Two figures at most: `480` of 483.2."""
    digits = max(0, len(str(int(number))) - 2)
    return int(round(number, -digits))


def _saving(saving: float | None, months: int, month: date, level: str) -> str:
    if saving is None or saving < WORTH_SAYING:
        return ""
    return (
        f"Possible saving {pounds(saving)} (actual cost, {months} months to {spoken(month)}) if spend were that of the middle {level}, "
        "before rebates and dispensing fees. Possible is not achieved."
    )


def row_of(line: Line) -> tuple[str, str, str, str]:
    """A line in the small table of everything: title without its unit, value, all, and one word when it is beyond chance."""
    words = {"worse": "look", "better": "good", "": ""}
    word = (words[line.judgement] or "differs") if marked(line) else ""
    return _with_unit(line), line.value, line.centre, word


def once(lines: Iterable[Line]) -> list[Line]:
    """Lines in their order without those that repeat one before: the same numerator over another denominator, or another list of the same
    conditions. One that is marked otherwise than those of its family before it is no repetition."""
    lines = list(lines)
    lists = {_counted(line): OVERLAPPING for line in lines if OVERLAPPING in line.measure.tags}
    said: dict[object, set[str]] = {}
    out = []
    for line in lines:
        family = lists.get(_counted(line), _counted(line))
        word = row_of(line)[3]
        if family in said and (not word or word in said[family]):
            continue
        said.setdefault(family, set()).add(word)
        out.append(line)
    return out


def _counted(line: Line) -> object:
    """What a measure counts, whatever it is divided by: of a share of drugs the drugs that narrow it, by whatever route."""
    top, bottom = line.measure.numerator, line.measure.denominator
    own = [each for each in top.where if each not in bottom.where and each.column != ROUTE]
    where = own if line.measure.narrowed and any(each.column == DRUG for each in own) else top.where
    return top.dataset, top.column, frozenset(each for each in where if each.column != ROUTE), top.times


def marked(line: Line) -> bool:
    """Whether a line lies beyond the limits or has moved."""
    return line.verdict.stand in (*BEYOND_CHANCE, Stand.MOVED)


def _with_unit(line: Line) -> str:
    """The short title; with the unit where neither the title nor the value says it."""
    title = short_title(line.measure.title)
    told = "per " in title.lower() or line.value.endswith("%") or "£" in line.value
    return title if told else f"{title} ({line.measure.unit})"


def short_title(title: str, longest: int = 56) -> str:
    """The title, or when it is long what stands before the colon."""
    return title if len(title) <= longest else title.split(": ")[0]

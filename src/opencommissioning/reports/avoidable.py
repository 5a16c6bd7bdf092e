"""Potentially avoidable activity of one organisation: per kind a line, per sort of activity a sentence. What is in it may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from opencommissioning.catalogue.avoidable import Avoidable, Effect
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.shares import per_cent

FEW = "<15"
WORDS = {
    ("spells", Effect.AVOIDED): ("Admissions that need not happen", "admissions"),
    ("spells", Effect.SHORTER): ("Stays that could be shorter", "bed days"),
    ("attendances", Effect.AVOIDED): ("A&E attendances that need not happen", "attendances"),
    ("appointments", Effect.AVOIDED): ("Outpatient appointments that need not happen", "appointments"),
    ("appointments", Effect.MOVED): ("Appointments that could be by telephone or video", "appointments"),
}
RULES = {
    "in turn": "Where kinds overlap, each has what the kinds before it in the list leave; together that is the whole.",
    "evenly": "Where kinds overlap, what goes is shared evenly over all orders in which one could act on them (Shapley).",
}
ONCE = "A row of several kinds counts once, under the first of them in the list's order: what it was for comes before how long or how often."
POSSIBLE = "Possible, not achieved: ranges of other places, and nobody has shown it here."
COLUMN_WORDS = (
    "Once: counted under this kind. Remains: the range of what would remain if it were acted on. Would go, alone: in a year, if only "
    "this kind were; of all: its part if all were."
)
Range = tuple[float, float, float]  # mean, low, high


@dataclass(frozen=True)
class AvoidableLine:
    """One kind. `activity`: rows of it; `once`: those that count under it; None: fewer than are shown, perhaps none.

    `kept`: low, high, chance of the share that remains, None where nobody published one; `alone`: what would go in a year if only this
    kind were acted on; `account`: its part when all are (rows, or bed days of shorter stays).
    """

    kind: Avoidable
    activity: int | None
    once: int | None
    kept: tuple[float, float, float] | None
    kept_source: str
    alone: Range | None
    account: float | None


@dataclass(frozen=True)
class AvoidableSection:
    """Kinds with one effect on one sort of activity. `whole`: all rows; `any_kind`: rows of at least one kind, each once;
    `bed_days`: of admissions avoided and of shorter stays together."""

    dataset: str
    effect: Effect
    months: tuple[date, ...]
    practices: int
    whole: int | None
    any_kind: int | None
    lines: tuple[AvoidableLine, ...]
    together: Range | None
    bed_days: Range | None

    @property
    def title(self) -> str:
        """As a heading."""
        return WORDS[self.dataset, self.effect][0]

    @property
    def unit(self) -> str:
        """What would go: admissions, bed days …"""
        return WORDS[self.dataset, self.effect][1]

    @property
    def sentence(self) -> str:
        """What share is of some kind, and what acting on all of them would do."""
        rows = {"spells": "admissions"}.get(self.dataset, self.dataset)
        span = f"{len(self.months)} months to {spoken(self.months[-1])}"
        if self.whole is None or self.any_kind is None or not self.whole:
            return f"{self.title}: too few {rows} in the {span} to be shown."
        share = f"{self.any_kind:,} ({per_cent(self.any_kind / self.whole)})"
        begun = (
            f"Of {self.whole:,} {rows} in the {span}, {share} are of at least one kind, each counted once."
        )
        return f"{begun} {self._together()}"

    def _together(self) -> str:
        if self.together is None:
            return "No range of what would remain is published for these kinds; give your own."
        does = {
            Effect.AVOIDED: "would avoid",
            Effect.SHORTER: "would free",
            Effect.MOVED: "would put at a distance",
        }
        said = f"Acting on all of them within the ranges {does[self.effect]} {_ranged(self.together)} {self.unit} a year"
        return f"{said} (80 in 100). {POSSIBLE}" if self.bed_days is None else f"{said} and, with the shorter stays below, {_ranged(self.bed_days)} bed days (80 in 100). {POSSIBLE}"  # fmt: skip


@dataclass(frozen=True)
class AvoidableReport:
    """Everything potentially avoidable of one organisation. `overlaps`: pairs of kinds with the rows that both take, most first."""

    organisation: str
    name: str
    practices: int
    rule: str
    sections: tuple[AvoidableSection, ...]
    overlaps: tuple[tuple[Avoidable, Avoidable, int], ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """How overlaps are dealt with, what is rounded, which practices are in it."""
        with_records = max((each.practices for each in self.sections), default=0)
        return (
            f"{with_records} of {self.practices} practices have records.",
            ONCE,
            RULES[self.rule],
            "Counts were rounded together to multiples of 5 and none below 15 is told; estimates are of the rounded counts. How kinds overlap is taken "
            "from all practices with records.",
        )

    def rows(self) -> list[dict[str, object]]:
        """One flat row per kind, for tables and downloads; None where it is too few or not known."""
        return [_flat(section, line) for section in self.sections for line in section.lines]


COLUMNS = (
    "activity", "effect", "kind", "title", "group", "months", "to", "count", "counted_once", "kept_low", "kept_high", "kept_source", "unit",
    "alone", "alone_low", "alone_high", "account", "review",
)  # fmt: skip


def _flat(section: AvoidableSection, line: AvoidableLine) -> dict[str, object]:
    low, high, _ = line.kept or (None, None, None)
    alone = [None] * 3 if line.alone is None else [round(each, 1) for each in line.alone]
    values = (
        section.dataset, str(section.effect), line.kind.id, line.kind.title, line.kind.group, len(section.months), f"{section.months[-1]:%Y-%m}",
        line.activity, line.once, low, high, line.kept_source, section.unit, *alone,
        None if line.account is None else round(line.account, 1), line.kind.review.state(date.today()),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _ranged(of: Range) -> str:
    mean, low, high = of
    return f"{mean:,.0f} ({low:,.0f} to {high:,.0f})"


def counted(value: int | None) -> str:
    """A count as it may be shown."""
    return FEW if value is None else f"{value:,}"


def ranged(of: Range | None) -> str:
    """`540 (380 to 700)`; a dash where there is none."""
    return "–" if of is None else _ranged(of)


def shares_kept(line: AvoidableLine) -> str:
    """`57% to 99%`; a dash where nobody published a range."""
    return "–" if line.kept is None else f"{per_cent(line.kept[0])} to {per_cent(line.kept[1])}"


def headings() -> Sequence[str]:
    """Of the tables on terminal and page."""
    return ("Kind", "Count", "Once", "Remains", "Would go, alone", "Of all")

"""What could be avoided: a build's gated counts of an organisation, put together by how kinds overlap in all practices, estimated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.area.belonging import practices_of
from opencommissioning.area.build import Build
from opencommissioning.area.library import Library
from opencommissioning.area.waiting.avoidable_counts import (
    ALL,
    CLASS,
    COUNTS,
    LATER,
    MIX,
    NIGHTS,
    OF_KIND,
    ROWS,
    key_of,
)
from opencommissioning.catalogue.avoidable import Avoidable, Effect
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName, did_you_mean
from opencommissioning.flow.avoidable import (
    RULES,
    Amount,
    Groups,
    Shares,
    alone,
    attributed,
    avoided,
    counted_once,
    of_patterns,
    overlaps,
    shares,
)
from opencommissioning.reports.avoidable import WORDS, AvoidableLine, AvoidableReport, AvoidableSection, Range
from opencommissioning.sources.avoidable import ACTIVITIES, NO_KIND

MONTHS, CHANCE, Z = 12, 0.8, 1.2815515655446004
PAIRS = 20  # overlaps that are told
Ranges = Mapping[str, tuple[float, float]]  # kind → low and high of the share that remains


@dataclass(frozen=True)
class _Asked:
    """One sort of activity: sums by key of the organisation, sets of kinds of all practices, what is assumed of each kind.

    `first`, `later`: for each set the organisation's rows and nights under its first kind, spread as in all practices.
    """

    dataset: str
    kinds: tuple[Avoidable, ...]
    months: tuple[date, ...]
    practices: int
    sums: Mapping[str, int]
    first: Groups
    later: Groups
    each: Groups
    ranges: tuple[tuple[float, float, float] | None, ...]
    sources: tuple[str, ...]
    kept: Shares


def avoidable(
    build: Build,
    organisation: str = "ENGLAND",
    chosen: Sequence[str] = (),
    ranges: Ranges | None = None,
    rule: str = RULES[0],
    months: int = MONTHS,
) -> AvoidableReport:
    """What an organisation could avoid in a year like its last `months`; ENGLAND is all practices of the build.

    `chosen`: ids of kinds, all without; `ranges`: the user's own ranges of what remains instead of the published ones; `rule`: how
    overlaps are put to account, "in turn" or "evenly". UnknownName for a kind or rule that does not exist, NotLoaded without counts.
    """
    if rule not in RULES:
        raise UnknownName(f"there is no rule '{rule}'{did_you_mean(rule, RULES)}")
    library, ranges = build.library, dict(ranges or {})
    _known((*chosen, *ranges), library)
    kinds = [each for each in library.avoidable.values() if not chosen or each.id in chosen]
    counts, mix = _frames(build)
    found = build.organisation(organisation)
    inside = practices_of(build, found.code)
    mine = counts.filter(pl.col("practice").is_in(inside))
    asked = [_asked(name, counts, mine, mix, [each for each in kinds if each.dataset == name], ranges, months) for name in ACTIVITIES]  # fmt: skip
    sections = [section for each in asked if each is not None for section in _sections(each, rule)]
    if not sections:
        raise NotLoaded(f"{found.name} has no counts of potentially avoidable activity; load admitted care, A&E or outpatient records of its patients")  # fmt: skip
    pairs = _pairs(mix, kinds)
    return AvoidableReport(found.code, found.name, len(inside), rule, tuple(sections), tuple(pairs))


def held(build: Build) -> bool:
    """Whether a build holds counts of potentially avoidable activity."""
    return (build.folder / COUNTS).exists()


def _known(names: Iterable[str], library: Library) -> None:
    for name in names:
        if name not in library.avoidable:
            raise UnknownName(f"there is no kind of avoidable activity '{name}'{did_you_mean(name, library.avoidable)}")  # fmt: skip


def _frames(build: Build) -> tuple[pl.DataFrame, pl.DataFrame]:
    if not held(build):
        raise NotLoaded(
            "no counts of potentially avoidable activity are in this build; load admitted care, A&E or outpatient records, or a table of "
            "counts ('opencommissioning sources' names its columns), and run 'opencommissioning build'"
        )
    return pl.read_parquet(build.folder / COUNTS), pl.read_parquet(build.folder / MIX)


def _asked(
    dataset: str, counts: pl.DataFrame, mine: pl.DataFrame, mix: pl.DataFrame, kinds: list[Avoidable], ranges: Ranges, months: int
) -> _Asked | None:  # fmt: skip
    every = key_of(ALL, dataset)
    span = tuple(counts.filter(key=every)["month"].unique().sort().tail(months))
    recent = mine.filter(pl.col("month").is_in(span))
    here = recent.filter(key=every)
    if not kinds or not here.height:
        return None
    sums = dict(recent.group_by("key").agg(pl.col("value").sum()).iter_rows())
    patterns = mix.filter(activity_of=dataset)
    if dataset == "appointments":  # what may be moved is the appointment itself
        patterns = patterns.with_columns(bed_days=ROWS, squared_bed_days=ROWS)
        sums |= {key.replace(ROWS, NIGHTS): value for key, value in sums.items()}
    later = [each.effect is not Effect.AVOIDED for each in kinds]
    taken = _taken(patterns["kinds"], kinds)
    by_first = _spread(
        patterns, "first", {name: key_of(CLASS, f"{dataset}/{name}") for name in patterns["first"]}, sums
    )
    patterns = _of_going(patterns, kinds)
    by_later = _spread(patterns, "later", {name: key_of(LATER, name) for name in patterns["later"]}, sums)
    told = tuple(_range(each, ranges) for each in kinds)
    low, high, chance = zip(*(each or (1.0, 1.0, CHANCE) for each in told), strict=True)
    return _Asked(
        dataset, tuple(kinds), span, here["practice"].n_unique(), sums, of_patterns(taken, *by_first, later),
        of_patterns(taken, *by_later, later), _by_themselves(kinds, later, sums, patterns), told,
        tuple(_source(each, ranges) for each in kinds), shares(low, high, chance),
    )  # fmt: skip


def _of_going(patterns: pl.DataFrame, kinds: Sequence[Avoidable]) -> pl.DataFrame:
    """The sets of kinds with the nights that can go: all, or as many of each stay as its first later kind says."""
    fixed = {kind.id: kind.nights for kind in kinds if kind.nights is not None}
    each = pl.col("later").replace_strict(fixed, default=None, return_dtype=pl.Int64)
    going = {NIGHTS: each * pl.col(ROWS), "squared_bed_days": each**2 * pl.col(ROWS)}
    return patterns.with_columns(*(pl.coalesce(new.cast(patterns.schema[name]), pl.col(name)).alias(name) for name, new in going.items()))  # fmt: skip


def _taken(patterns: pl.Series, kinds: Sequence[Avoidable]) -> np.ndarray:
    """bool (patterns, kinds). Kinds that were not asked for are passed over."""
    return np.array([[each.id in text.split() for each in kinds] for text in patterns], bool).reshape(len(patterns), len(kinds))  # fmt: skip


def _spread(
    patterns: pl.DataFrame, column: str, keys: Mapping[str, str], sums: Mapping[str, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows, nights, squares) of each set of kinds: the organisation's sums under its first kind, spread as in all practices."""
    own = [(keys[name], keys[name].replace(ROWS, NIGHTS)) for name in patterns[column]]
    totals = patterns.select(*(pl.col(name).sum().over(column) for name in (ROWS, NIGHTS))).to_numpy()
    mixed = patterns.select(ROWS, NIGHTS, "squared_bed_days").to_numpy().astype(float)
    here = np.array([[sums.get(rows, 0), sums.get(nights, 0)] for rows, nights in own], float).reshape(-1, 2)
    here[(patterns[column] == NO_KIND).to_numpy() & (column == "later")] = 0
    spread = here * np.divide(mixed[:, :2], totals, out=np.zeros_like(here), where=totals > 0)
    squares = spread[:, 1] * np.divide(
        mixed[:, 2], mixed[:, 1], out=np.zeros(len(mixed)), where=mixed[:, 1] > 0
    )
    return spread[:, 0], spread[:, 1], squares


def _by_themselves(
    kinds: Sequence[Avoidable], later: Sequence[bool], sums: Mapping[str, int], patterns: pl.DataFrame
) -> Groups:
    """Each kind as a group of its own: all its rows; of later kinds, those for which they come first."""
    rows = [
        sums.get(key_of(LATER if after else OF_KIND, each.id), 0)
        for each, after in zip(kinds, later, strict=True)
    ]
    nights = np.array([sums.get(key_of(LATER, each.id, NIGHTS), 0) for each in kinds], float)
    mean = [_mean_square(patterns.filter(later=each.id)) for each in kinds]
    return of_patterns(np.eye(len(kinds), dtype=bool), np.array(rows, float), nights, nights * mean, later)


def _mean_square(patterns: pl.DataFrame) -> float:
    nights = patterns[NIGHTS].sum()
    return patterns["squared_bed_days"].sum() / nights if nights else 0.0


def _range(kind: Avoidable, ranges: Ranges) -> tuple[float, float, float] | None:
    if kind.id in ranges:
        return (*ranges[kind.id], CHANCE)
    return (float(kind.kept.low), float(kind.kept.high), float(kind.kept.chance)) if kind.kept else None


def _source(kind: Avoidable, ranges: Ranges) -> str:
    return "your own" if kind.id in ranges else kind.kept.source if kind.kept else "not published"


def _sections(asked: _Asked, rule: str) -> list[AvoidableSection]:
    growth = MONTHS / len(asked.months)  # a year of the months that there are
    effects = [effect for of, effect in WORDS if of == asked.dataset]
    mine = {effect: [n for n, each in enumerate(asked.kinds) if each.effect is effect] for effect in effects}
    return [_section(asked, effect, places, rule, growth) for effect, places in mine.items() if places]


def _section(asked: _Asked, effect: Effect, mine: list[int], rule: str, growth: float) -> AvoidableSection:
    model = asked.first if effect is Effect.AVOIDED else asked.later
    whole = avoided(model, asked.kept, growth)
    means, sds = alone(asked.each, asked.kept, growth)
    account, once = attributed(model, asked.kept, rule, growth), counted_once(model)
    lines = tuple(_line(asked, n, once[n], _between(Amount(means[n], sds[n])), account[n]) for n in mine)
    known = any(asked.ranges[n] for n in mine)
    bed_days = asked.dataset == "spells" and effect is Effect.AVOIDED
    return AvoidableSection(
        asked.dataset, effect, asked.months, asked.practices, _told(asked.sums.get(key_of(ALL, asked.dataset), 0)),
        _told(once[mine].sum()), lines,
        _between(whole.rows if effect is Effect.AVOIDED else whole.shortened) if known else None,
        _between(whole.nights) if known and bed_days else None,
    )  # fmt: skip


def _line(asked: _Asked, place: int, once: float, by_itself: Range, account: float) -> AvoidableLine:
    kind = asked.kinds[place]
    count = _told(asked.sums.get(key_of(OF_KIND, kind.id), 0))
    given = asked.ranges[place]
    shown = given is not None and count is not None
    return AvoidableLine(kind, count, _told(once), given, asked.sources[place], by_itself if shown else None, account if shown else None)  # fmt: skip


def _told(count: float) -> int | None:
    """A count that was rounded together, to a multiple of the base where it was spread; None where it is too small to be shown."""
    value = int(HES.rounded(np.int64(round(count))))
    return value if value >= HES.fewest_shown else None


def _between(amount: Amount) -> Range:
    half = Z * amount.sd
    return amount.mean, max(0.0, amount.mean - half), amount.mean + half


def _pairs(mix: pl.DataFrame, kinds: Sequence[Avoidable]) -> list[tuple[Avoidable, Avoidable, int]]:
    """Pairs of kinds with one effect and the rows of both in all practices, most first."""
    both = overlaps(_taken(mix["kinds"], kinds), mix[ROWS].to_numpy()).round().astype(int)
    out = [
        (kinds[one], kinds[other], int(both[one, other]))
        for one in range(len(kinds))
        for other in range(one + 1, len(kinds))
        if kinds[one].effect is kinds[other].effect and both[one, other] >= HES.fewest_shown
    ]
    return sorted(out, key=lambda each: -each[2])[:PAIRS]


def check_range(low: float, high: float, name: str) -> tuple[float, float]:
    """The range of what remains, as shares; DefinitionError otherwise."""
    if not 0 <= low <= high <= 1:
        raise DefinitionError(f"'{name}': {low:g} to {high:g} is no range of shares that remain; give two numbers from 0 to 1, the lower first")  # fmt: skip
    return low, high

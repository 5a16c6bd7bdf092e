"""One function per question that pages ask of the area. Nothing else in this package talks to `area`.

Answers about a build are kept for as long as it serves: the build's id is part of every key.
"""

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from time import monotonic

import numpy as np
import polars as pl
from django.conf import settings

from opencommissioning.area import Area, Build
from opencommissioning.area.annotations import stamp, with_notes
from opencommissioning.area.build import Organisation
from opencommissioning.area.comparison.asking import report_measure, report_organisation
from opencommissioning.area.comparison.comparing import counts_of
from opencommissioning.area.comparison.special import special_on as area_special_on
from opencommissioning.area.comparison.trend import small_lines
from opencommissioning.area.written import written as area_written
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import PARENT_LEVELS, PUBLISHED_LEVELS
from opencommissioning.errors import NotLoaded, OpenCommissioningError, StoreError, UnknownName, nearest
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.reports.organisation import OrganisationReport

SPARK_MONTHS = 24
LOOSE = 0.5  # how alike a suggestion of a page must be: a reader sees at once which one was meant
MOST_WORDS, MOST_COMPARED = 5, 200  # of a misspelt name, and of the names laid beside it
COMPARED = ("practice", "pcn", "sub_icb", "icb", "region", "group", *PUBLISHED_LEVELS)


@dataclass(frozen=True)
class Age:
    """How old the data are: the newest month shown, and when and as what they were built."""

    newest: date | None = None
    build: str = ""
    built: str = ""


@dataclass(frozen=True)
class Child:
    """An organisation below another, with how many measures stand out and which way."""

    organisation: Organisation
    worse: int = 0
    better: int = 0
    moved: int = 0
    lasting: int = 0
    judged: int = 0
    reason: str = ""


@lru_cache(maxsize=1)
def area() -> Area:
    """The area that the site is about."""
    return Area.open(settings.AREA_FOLDER)


def build() -> Build:
    """The build that is served now; NotLoaded before the first. A new one is seen within `HELD` seconds."""
    found, seen = _held.get("build", (None, 0.0))
    if found is None or monotonic() - seen > HELD or found.folder.parent.parent != area().folder:
        found = area().current
        _held["build"] = found, monotonic()
    return found


HELD = 0.1  # a page asks dozens of times: one page is of one build, and the disk is asked once
_held: dict[str, tuple[Build, float]] = {}


def age() -> Age:
    """Of the build that is served now; empty before the first one."""
    try:
        now = build()
        return Age(now.latest, now.id, now.meta["built"])
    except (NotLoaded, StoreError):
        return Age()


def build_id() -> str:
    """The id of the build that is served now; empty before the first one."""
    return age().build


def state() -> str:
    """What pages show: the build, and what has been said, signed and laid down since."""
    parts = [build_id(), stamp(area().folder / "annotations"), written()]
    return "-".join(part for part in parts if part)


def written() -> str:
    """Changes whenever somebody has signed a definition off, or changed the formulary or a scheme; empty without any of them."""
    return area_written(area().folder)


def organisations_known() -> dict[str, Organisation]:
    """Every organisation by code; none before the first build."""
    try:
        return build().organisations
    except (NotLoaded, StoreError):
        return {}


def find(words: str) -> list[Organisation]:
    """Organisations whose name, code or postcode answers to `words`."""
    return build().find(words)


def find_measures(words: str) -> list[Measure]:
    """Measures whose title, id or tags hold every word."""
    wanted = words.lower().split()
    found = [
        each for each in build().measures.values() if wanted and all(word in _text(each) for word in wanted)
    ]
    return sorted(found, key=lambda measure: measure.title)[:20]


def _text(measure: Measure) -> str:
    return f"{measure.title} {measure.id.replace('_', ' ')} {measure.topic} {' '.join(measure.tags)}".lower()


def near_organisations(code: str) -> list[Organisation]:
    """Organisations whose code begins with `code`, or whose code or name is like it; names first when it holds no figure, as codes do."""
    known = build().organisations
    codes = [known[each] for each in build().near(code, LOOSE)]
    named = near_names(code)
    spelt = any(letter.isdigit() for letter in code)
    return (codes or build().find(code, 5) or named) if spelt else (named or codes)


def near_names(text: str) -> list[Organisation]:
    """Up to five organisations whose names hold, for every word of `text`, that word or one spelt much like it."""
    wanted = [_like(word) for word in text.lower().split()[:MOST_WORDS]]
    if not wanted or not all(wanted):
        return []
    found = [
        each
        for each in build().organisations.values()
        if all(words & set(_words_of(each)) for words in wanted)
    ]
    close = [
        -SequenceMatcher(None, text.lower(), each.name.lower()).ratio() for each in found[:MOST_COMPARED]
    ]
    return [each for _, each in sorted(zip(close, found, strict=False), key=lambda pair: pair[0])][:5]


def _like(word: str) -> set[str]:
    return set(get_close_matches(word, _vocabulary(build_id()), n=4, cutoff=0.75))


@lru_cache(maxsize=1)
def _vocabulary(of_build: str) -> tuple[str, ...]:
    return tuple(sorted({word for each in build().organisations.values() for word in _words_of(each)}))


def _words_of(organisation: Organisation) -> list[str]:
    return organisation.name.lower().split()


def near_measures(name: str) -> list[Measure]:
    """Measures whose id begins with `name`, or is like it."""
    known = build().measures
    return [known[each] for each in nearest(name, known, cutoff=LOOSE)]


def topics() -> dict[str, list[Measure]]:
    """Every measure of the build by topic."""
    out: dict[str, list[Measure]] = {}
    for measure in sorted(build().measures.values(), key=lambda each: (each.topic, each.title)):
        out.setdefault(measure.topic, []).append(measure)
    return out


def report(code: str, membership: str = "") -> OrganisationReport:
    """What stands out at an organisation; by the members that `membership` says, the area's own choice when it is empty."""
    return _report(build_id(), build().organisation(code).code, membership or None)


@lru_cache(maxsize=4000)
def _report(of_build: str, code: str, membership: str | None) -> OrganisationReport:
    return report_organisation(build(), code, membership)


def measure_report(name: str, level: str, membership: str = "") -> MeasureReport:
    """One measure at one level; by the members that `membership` says."""
    return _measure_report(build_id(), written(), name, level, membership or None)


@lru_cache(maxsize=500)
def _measure_report(
    of_build: str, as_written: str, name: str, level: str, membership: str | None
) -> MeasureReport:
    return report_measure(build(), name, level, membership)


def home_code() -> str:
    """The area's own organisation; England when area.toml names none or one the build does not know."""
    home = area().settings.home
    return home if home in build().organisations else "ENGLAND"


def children(code: str, membership: str = "") -> tuple[str, list[Child]]:
    """The level below an organisation, and its members now with how many measures stand out, most first.

    What is counted at the members is by the practices that `membership` says.
    """
    return _children(build_id(), build().organisation(code).code, membership)


@lru_cache(maxsize=500)
def _children(of_build: str, code: str, membership: str) -> tuple[str, list[Child]]:
    level, codes = build().children(code)
    counts = counts_of(build(), level, codes, membership or None)
    found = [_child(build().organisation(each), counts.get(each), membership) for each in codes]
    return level, sorted(
        found,
        key=lambda child: (
            -child.worse,
            -child.lasting,
            -child.moved,
            bool(child.reason),
            child.organisation.name,
        ),
    )


def _child(organisation: Organisation, counts: dict[str, int] | None, membership: str) -> Child:
    if counts is None:
        why = f"{organisation.name} ({organisation.code}) has no values in this build; the data status page says what is missing"
        return Child(organisation, reason=why)
    if not counts["judged"]:
        return Child(organisation, reason=report(organisation.code, membership).unjudged)
    return Child(organisation, **counts)


def parents(code: str) -> list[Organisation]:
    """The organisations above, the largest first. Those above anything but a practice follow from its first open practice."""
    organisation = build().organisation(code)
    member = _a_member(organisation)
    if member is None:
        return []
    above = [level for level in reversed(PARENT_LEVELS) if _is_above(level, organisation.level)]
    codes = [build().parent(member, level) for level in above]
    return [build().organisation(each) for each in codes if each]


def _a_member(organisation: Organisation) -> str | None:
    if organisation.level == "practice":
        return organisation.code
    codes = build().register.codes.get(organisation.level, ())
    if organisation.code not in codes:
        return None
    inside = np.flatnonzero(
        build().register.parents[organisation.level][:, -1] == codes.index(organisation.code)
    )
    return build().register.practices[int(inside[0])] if len(inside) else None


def _is_above(level: str, of: str) -> bool:
    order = ["practice", "pcn", "sub_icb", "icb", "region"]
    return order.index(level) > order.index(of)


def lineage(organisation: str | None) -> tuple[str, ...]:
    """The organisation's code and those of every organisation above it; the code alone when the build does not know it."""
    if not organisation:
        return ()
    try:
        return (organisation.upper(), *(above.code for above in parents(organisation)))
    except OpenCommissioningError:
        return (organisation.upper(),)


def sparks(told: OrganisationReport, membership: str = "") -> dict[str, list[float | None]]:
    """Measure → the organisation's last `SPARK_MONTHS` values, None where missing; by the members that `membership` says."""
    return _sparks(build_id(), told.code, told.level, membership or None)


@lru_cache(maxsize=4000)
def _sparks(of_build: str, code: str, level: str, membership: str | None) -> dict[str, list[float | None]]:
    found = small_lines(build(), code, SPARK_MONTHS, membership)
    return {
        name: [None if value != value else value for value in values.tolist()]
        for name, values in found.items()
    }


def all_rows(name: str, level: str, membership: str = "") -> pl.DataFrame:
    """Every organisation of a level on a measure at the last month, both parts, for tables and downloads."""
    told = measure_report(name, level, membership)
    rows = told.verdicts[told.order]
    special = pl.Series("special", [told.special.get(code, "") for code in rows["organisation"]], pl.String)
    return rows.select("organisation", "name", pl.exclude("organisation", "name")).with_columns(special)


def special_on(name: str, code: str) -> tuple[str, ...]:
    """What must be known of an organisation before its value of a measure is read, as sentences."""
    return area_special_on(build(), code, build().measure(name))


def over_time(name: str, level: str, code: str | None = None) -> pl.DataFrame:
    """The measure month by month, both parts beside the value, and what was said; of one organisation when `code` is given."""
    series = build().series_of_one(name, code) if code else build().series(name, level)
    frame = with_notes(series.frame(), area().annotations(code or ""))
    known = build().organisations
    names = {each: known[each].name for each in frame["organisation"].unique() if each in known}
    named = pl.col("organisation").replace_strict(names, default=None, return_dtype=pl.String).alias("name")
    return frame.select("organisation", named, pl.exclude("organisation"))


def levels_of(name: str) -> list[str]:
    """The levels at which a measure can be looked at: its own alone when its figures are published, else those that practices add up to."""
    own = build().level_of(build().measure(name))
    if own != "practice":
        return [own]
    return [each for each in COMPARED if each not in PUBLISHED_LEVELS and build().organisations_of(each)]


def check_level(level: str) -> str:
    """The level when organisations of it can be compared; UnknownName otherwise."""
    if level not in COMPARED:
        raise UnknownName(
            f"'{level}' is not a level that can be compared; choose from {', '.join(COMPARED)}."
        )
    return level


def loaded() -> list[tuple[str, ...]]:
    """(dataset, periods, parts, rows, refused rows) of everything in the store."""
    return area().status_lines()


def publishers() -> list[tuple[str, str, str]]:
    """(publisher, titles of what of theirs is loaded, licence) of every source that the figures come from."""
    loaded = [each for each in area().sources() if each.months]
    found: dict[tuple[str, str], list[str]] = {}
    for each in loaded:
        found.setdefault((each.publisher, each.licence), []).append(each.title)
    return [(publisher, ", ".join(titles), licence) for (publisher, licence), titles in found.items()]


def notes() -> dict[str, list[str]]:
    """Titled sentences about what was refused and what is missing."""
    return area().status_notes()

"""What pages ask about waiting lists: lists of an organisation, one list's course, what it takes, scenarios."""

import re
from fractions import Fraction
from functools import lru_cache

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.bucketed import organisations_with_buckets, stored_lists
from opencommissioning.area.waiting.flowing import Fan, Lists
from opencommissioning.area.waiting.list_percentiles import list_percentile
from opencommissioning.area.waiting.own_lists import OwnCounts
from opencommissioning.area.waiting.own_lists import own_lists as area_own_lists
from opencommissioning.area.waiting.standing_for import Standing, lists_for
from opencommissioning.catalogue.waiting import STANDARD_SHARE, TOTAL_FUNCTION, function_name
from opencommissioning.errors import DefinitionError, UnknownName
from opencommissioning.reports.numbers import share
from opencommissioning.web.questions import area, build, build_id

MEDIAN = Fraction(1, 2)
OWN = "own-"


def standing(code: str) -> Standing:
    """The waiting lists that stand for an organisation, and whose they are; NotLoaded when no file holds any."""
    return lists_for(build(), area().store, code)


def own_lists(code: str) -> list[OwnCounts]:
    """Own waiting lists and follow-ups by specialty, as they may be shown; none where none are loaded."""
    return area_own_lists(build(), area().store, area().folder, code)


def lists(code: str) -> Lists:
    """The waiting lists that stand for an organisation; NotLoaded when no file holds any."""
    return standing(code).lists


def bucketed(code: str) -> Lists | None:
    """Lists of an organisation in buckets of their own; None where none are loaded."""
    return bucketed_of(code) if code in organisations_with_buckets(area().store) else None


def bucketed_of(code: str) -> Lists:
    """The same; NotLoaded in a sentence."""
    return stored_lists(area().store, code)


def is_own(name: str) -> bool:
    """Whether an address names a list in buckets of its own."""
    return name.startswith(OWN)


def own_address(name: str) -> str:
    """How an address names such a list."""
    return OWN + re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def found(code: str, name: str) -> tuple[Lists, str]:
    """The lists among which an address names one, and that one's code; UnknownName when there is none."""
    if not is_own(name):
        known = lists(code)
        return known, known.function(name)
    known = bucketed_of(code)
    for each in known.months:
        if own_address(each) == name:
            return known, each
    raise UnknownName(f"{code} has no list '{name}' in buckets of its own; its waiting page has them")


def bucketed_overview(code: str) -> list[dict]:
    """One row for each list in buckets of its own, as `overview`, with its address and its chart; all together are not a list."""
    known = bucketed(code)
    if known is None:
        return []
    now = [each for each in known.months if each != TOTAL_FUNCTION and known.months[each][-1].month == known.latest]  # fmt: skip
    rows = [_row(known, each) | {"address": own_address(each), "latest": known.latest} for each in now]
    return [row | {"drawn": drawn(code, row["address"], "weeks", 26, 0.0, False)} for row in sorted(rows, key=lambda row: -row["waiting"])]  # fmt: skip


def course(code: str, function: str, weeks: int, extra: float) -> Fan:
    """Many random courses of one list."""
    return _course(build_id(), code, function, weeks, extra)


@lru_cache(maxsize=200)
def _course(of_build: str, code: str, function: str, weeks: int, extra: float) -> Fan:
    return flowing.fan(*found(code, function), weeks, extra)


def takes(code: str, function: str, weeks: int) -> str:
    """What it takes to clear a list, or why it cannot be cleared by then, as a sentence."""
    return _takes(build_id(), code, function, weeks)


@lru_cache(maxsize=500)
def _takes(of_build: str, code: str, function: str, weeks: int) -> str:
    try:
        return flowing.takes(*found(code, function), weeks).sentence
    except DefinitionError as cannot:
        return str(cannot)


def tested(code: str, function: str) -> str:
    """How well the list's own past would have been foretold, as a sentence."""
    try:
        test = flowing.tested(*found(code, function))
    except DefinitionError as cannot:
        return str(cannot)
    return (
        f"Tried on its own past: calibrated on the first half of {2 * len(test.months)} months, the list of the second half "
        f"is missed by {share(test.size_share)} on average, the share within 18 weeks by {test.within_error:.1f} percentage points; "
        f"{test.inside} of {len(test.months)} months lay in the fan drawn then (nine in ten should)."
    )


def overview(known: Lists) -> list[dict]:
    """One row for each specialty: code, name, waiting, within 18 weeks, over 18, beyond the standard, over 52, starts, treatments, and who left untreated less who came without a start a week; the total last."""
    codes = [code for code in known.months if code != TOTAL_FUNCTION]
    now = [code for code in codes if known.months[code][-1].month == known.latest]
    now.sort(key=lambda code: -known.months[code][-1].waiting.sum())
    return [_row(known, code) for code in (*now, TOTAL_FUNCTION)]


def _row(known: Lists, code: str) -> dict:
    waiting = known.months[code][-1].waiting
    found = known.calibrated(code)
    total, late = waiting.sum(), flowing.backlog_of(known, code)
    return {
        "code": code,
        "name": function_name(code),
        "waiting": total,
        "within": waiting[:18].sum() / total if total else None,
        "over_18": late.over,
        "beyond": late.beyond,
        "over_52": waiting[52:].sum(),
        "median": list_percentile(known, code, MEDIAN).words,
        "p92": list_percentile(known, code, STANDARD_SHARE).words,
        "starts": found.model.arrivals,
        "treated": found.model.capacity,
        "left": found.evidence.out - found.evidence.inward,
    }


def drawn(code: str, function: str, kind: str, weeks: int, extra: float, narrow: bool):
    """A chart of a list: `weeks` by weeks waited, `fan` where it may go."""
    from opencommissioning.area.waiting.flow_charts import draw_list  # the libraries cost half a second

    known, key = found(code, function)
    now = known.months[key][-1]
    many = course(code, function, weeks, extra) if kind == "fan" else None
    return draw_list(f"{function_name(key)}, {build().organisation(code).name}", now, many, narrow)

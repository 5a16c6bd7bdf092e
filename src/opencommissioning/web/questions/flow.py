"""What pages ask about waiting lists: lists of an organisation, one list's course, what it takes, scenarios."""

from fractions import Fraction
from functools import lru_cache

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.flowing import Fan, Lists
from opencommissioning.area.waiting.list_percentiles import list_percentile
from opencommissioning.area.waiting.own_lists import OwnCounts
from opencommissioning.area.waiting.own_lists import own_lists as area_own_lists
from opencommissioning.area.waiting.standing_for import Standing, lists_for
from opencommissioning.catalogue.waiting import STANDARD_SHARE, TOTAL_FUNCTION, function_name
from opencommissioning.errors import DefinitionError
from opencommissioning.reports.numbers import share
from opencommissioning.web.questions import area, build, build_id

MEDIAN = Fraction(1, 2)


def standing(code: str) -> Standing:
    """The waiting lists that stand for an organisation, and whose they are; NotLoaded when no file holds any."""
    return lists_for(build(), area().store, code)


def own_lists(code: str) -> list[OwnCounts]:
    """Own waiting lists and follow-ups by specialty, as they may be shown; none where none are loaded."""
    return area_own_lists(build(), area().store, area().folder, code)


def lists(code: str) -> Lists:
    """The waiting lists that stand for an organisation; NotLoaded when no file holds any."""
    return standing(code).lists


def course(code: str, function: str, weeks: int, extra: float) -> Fan:
    """Many random courses of one list."""
    return _course(build_id(), code, function, weeks, extra)


@lru_cache(maxsize=200)
def _course(of_build: str, code: str, function: str, weeks: int, extra: float) -> Fan:
    return flowing.fan(lists(code), function, weeks, extra)


def takes(code: str, function: str, weeks: int) -> str:
    """What it takes to clear a list, or why it cannot be cleared by then, as a sentence."""
    return _takes(build_id(), code, function, weeks)


@lru_cache(maxsize=500)
def _takes(of_build: str, code: str, function: str, weeks: int) -> str:
    try:
        return flowing.takes(lists(code), function, weeks).sentence
    except DefinitionError as cannot:
        return str(cannot)


def tested(code: str, function: str) -> str:
    """How well the list's own past would have been foretold, as a sentence."""
    try:
        test = flowing.tested(lists(code), function)
    except DefinitionError as cannot:
        return str(cannot)
    return (
        f"Tried on its own past: calibrated on the first half of {2 * len(test.months)} months, the list of the second half "
        f"is missed by {share(test.size_share)} on average, the share within 18 weeks by {test.within_error:.1f} percentage points; "
        f"{test.inside} of {len(test.months)} months lay in the fan drawn then (nine in ten should)."
    )


def overview(found: Lists) -> list[dict]:
    """One row for each specialty: code, name, waiting, within 18 weeks, over 18, beyond the standard, over 52, starts and treatments a week; the total last."""
    codes = [code for code in found.months if code != TOTAL_FUNCTION]
    now = [code for code in codes if found.months[code][-1].month == found.latest]
    now.sort(key=lambda code: -found.months[code][-1].waiting.sum())
    return [_row(found, code) for code in (*now, TOTAL_FUNCTION)]


def _row(found: Lists, code: str) -> dict:
    waiting = found.months[code][-1].waiting
    model = found.calibrated(code).model
    total, late = waiting.sum(), flowing.backlog_of(found, code)
    return {
        "code": code,
        "name": function_name(code),
        "waiting": total,
        "within": waiting[:18].sum() / total if total else None,
        "over_18": late.over,
        "beyond": late.beyond,
        "over_52": waiting[52:].sum(),
        "median": list_percentile(found, code, MEDIAN).words,
        "p92": list_percentile(found, code, STANDARD_SHARE).words,
        "starts": model.arrivals,
        "treated": model.capacity,
    }


def drawn(code: str, function: str, kind: str, weeks: int, extra: float, narrow: bool):
    """A chart of a list: `weeks` by weeks waited, `fan` where it may go."""
    from opencommissioning.area.waiting.flow_charts import draw_list  # the libraries cost half a second

    found = lists(code)
    now = found.months[function][-1]
    many = course(code, function, weeks, extra) if kind == "fan" else None
    return draw_list(f"{function_name(function)}, {build().organisation(code).name}", now, many, narrow)

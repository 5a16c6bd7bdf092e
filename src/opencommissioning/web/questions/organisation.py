"""Questions about one organisation beyond its report: money, peers, members side by side, what is new."""

from dataclasses import dataclass
from functools import lru_cache

from opencommissioning.area.build import Organisation
from opencommissioning.area.comparison.changing import changed_since, earlier, news
from opencommissioning.area.comparison.comparing import middle_of, most_varied
from opencommissioning.area.comparison.peering import Peers, peers
from opencommissioning.area.money.saving import report_money
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import NotLoaded
from opencommissioning.reports.money import MoneyReport
from opencommissioning.web import questions

MOST_NEWS = 8


@dataclass(frozen=True)
class News:
    """A verdict that is new: whose, on which measure, what it is now, and what it was in an earlier build (empty: the month before)."""

    organisation: Organisation
    measure: Measure
    now: str
    was: str = ""


def money(code: str) -> MoneyReport | None:
    """What the organisation could save, without other centiles; None when nothing is known."""
    return _money(questions.build_id(), code)


@lru_cache(maxsize=4000)
def _money(of_build: str, code: str) -> MoneyReport | None:
    try:
        return report_money(questions.build(), questions.area().store, code, others=False)
    except NotLoaded:
        return None


def peers_of(code: str, named: tuple[str, ...] = ()) -> tuple[Peers, list[Organisation]]:
    """The organisation's peers and who they are."""
    found = _peers(questions.build_id(), code, named)
    return found, [questions.build().organisation(each) for each in found.codes]


@lru_cache(maxsize=4000)
def _peers(of_build: str, code: str, named: tuple[str, ...]) -> Peers:
    return peers(questions.build(), questions.area().store, code, named)


def peers_middle(level: str, codes: tuple[str, ...], membership: str = "") -> dict[str, float]:
    """measure → the middle value of these organisations; by the members that `membership` says."""
    return _peers_middle(questions.build_id(), level, codes, membership or None)


@lru_cache(maxsize=4000)
def _peers_middle(
    of_build: str, level: str, codes: tuple[str, ...], membership: str | None
) -> dict[str, float]:
    return middle_of(questions.build(), level, codes, membership)


def to_compare(code: str, membership: str = "") -> list[Measure]:
    """Measures on which the organisation's members can be drawn side by side, the most varied first; by the members that `membership` says."""
    found = _to_compare(questions.build_id(), code, membership or None)
    return [questions.build().measures[each] for each in found]


@lru_cache(maxsize=1000)
def _to_compare(of_build: str, code: str, membership: str | None) -> tuple[str, ...]:
    level, codes = questions.build().children(code)
    known = questions.build().measures
    return (
        tuple(each for each in most_varied(questions.build(), level, codes, membership) if each in known)
        if len(codes) > 1
        else ()
    )


def new_this_month(code: str) -> tuple[int, list[News]]:
    """How many verdicts of the organisation's members are new in the last month, and the furthest of them."""
    level, codes = questions.build().children(code)
    frame = news(questions.build(), level, codes)
    return frame.height, [_news(row) for row in frame.head(MOST_NEWS).iter_rows(named=True)]


def new_since_build(code: str) -> tuple[str, int, list[News]]:
    """The build before the one that serves (empty when it is the first), how many verdicts of the members differ from it, and some of them."""
    build, builds = questions.build(), questions.area().builds
    before = earlier(build, builds)
    level, codes = build.children(code)
    frame = changed_since(build, builds, before, level, codes)
    return before, frame.height, [_news(row) for row in frame.head(MOST_NEWS).iter_rows(named=True)]


def _new_stand(row: dict) -> str:
    """The stand in words; a move says which way."""
    if row["stand"] != "moved" or row["moved_from"] is None:
        return row["stand"]
    return "moved up" if row["moved_to"] > row["moved_from"] else "moved down"


def _news(row: dict) -> News:
    build = questions.build()
    now = row.get("now") or _new_stand(row)
    return News(
        build.organisation(row["organisation"]), build.measures[row["measure"]], now, row.get("was") or ""
    )

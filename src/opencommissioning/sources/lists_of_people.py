"""Waiting lists and follow-up lists, a person a row (people's facts: they go to the records), and the counts made of them.

A list is a picture of one day, its census: the month of that day is the month of its counts.
"""

from collections.abc import Mapping
from decimal import Decimal

from opencommissioning.catalogue.contract import PERSON, Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.catalogue.waiting import FUNCTIONS, TOTAL_FUNCTION
from opencommissioning.sources.admitted_care import practice_code
from opencommissioning.sources.list_records import EARLIEST
from opencommissioning.sources.reading_lists import FOLLOW_UP, WAITING, is_list, read_list
from opencommissioning.sources.words import any_month, number, text

OURS = "the hospital or service itself, or the area's commissioning support"
LICENCE = "under the area's own agreement"
FOUND = "a table with the columns {}; practice, provider or commissioner; person; pathway, specialty, list and census where there are any"
LEVELS = {"practice": "practice", "provider": "provider", "commissioner": "sub_icb"}
EXAMPLES = {"practice": "X81001", "provider": "RBD", "commissioner": "15N"}
UNTOLD = "not told"
DUE = ("past", "to come", UNTOLD)
STATES = ("overdue", "to come", "no due date")
FUNCTION = Column(
    "function", Kind.CODE, "treatment function of RTT returns, or 'not told'", pattern="|".join([*(each for each in FUNCTIONS if each != TOTAL_FUNCTION), UNTOLD]), example="502",
)  # fmt: skip
WHO = (
    Column("person", Kind.CODE, "whose row it is, as a key of the area's own", example="TEST1"),
    Column("episode", Kind.CODE, "census, specialty, day and pathway: the same twice is one", example="2026-10-31/502/2026-04-11/"),
    Column("list", Kind.CODE, "which list, where a provider has several", required=False, example="pain clinic"),
    Column("day", Kind.DATE, "census: the day on which the list was taken", example="2026-10-31"),
    *(Column(name, Kind.CODE, f"code of the {name}", required=False, example=code) for name, code in EXAMPLES.items()),
    Column("function", Kind.CODE, "treatment function of RTT returns", required=False, example="502"),
)  # fmt: skip


def _record(dataset: str, title: str, unlocks: str, *more: Column) -> Contract:
    return Contract(
        dataset, title, OURS, LICENCE, PERSON, "month", (*WHO, *more), organisation="practice", key=("person", "episode"),
        sort=("person", "day", "episode"), parts="collection", unlocks=unlocks,
    )  # fmt: skip


WAITING_RECORDS = _record(
    "waiting_list_records",
    "Waiting lists, a person a row",
    "people waiting on lists that no return holds, over 18 and 52 weeks, past their due date",
    Column("referred", Kind.DATE, "day of referral", example="2026-04-11"),
    Column("removed", Kind.DATE, "day of removal", required=False),
    Column("due", Kind.DATE, "day by which to be seen", required=False, ahead=True),
    Column(
        "priority", Kind.INTEGER, "1 for the most urgent", required=False, minimum=Decimal(1), example="2"
    ),
    Column("reason", Kind.TEXT, "why removed", required=False),
)
FOLLOW_UP_RECORDS = _record(
    "follow_up_records",
    "Follow-up lists, a person a row",
    "overdue follow-ups, and by how long",
    Column("due", Kind.DATE, "day by which to be followed up", required=False, ahead=True),
    Column("seen", Kind.DATE, "day seen; a day to come is a booking", required=False, ahead=True),
    Column("discharge", Kind.DATE, "day of discharge", required=False),
)


def _counted(dataset: str, title: str, side: str, unlocks: str, by: tuple[Column, ...], *sums: Column) -> Contract:  # fmt: skip
    keys = tuple(column.name for column in (FUNCTION, *by))
    return Contract(
        f"{dataset}_by_{side}", f"{title} by {side}", OURS, LICENCE, LEVELS[side], "month",
        (
            Column("month", Kind.MONTH, "month of the census", example="2026-10-01"),
            Column(side, Kind.CODE, f"code of the {side}", example=EXAMPLES[side]), FUNCTION, *by, *sums,
        ),
        organisation=side, key=("month", side, *keys), sort=(side, *keys), disclosive=True, unlocks=unlocks,
    )  # fmt: skip


def _sum(name: str, meaning: str, unit: str) -> Column:
    return Column(name, Kind.INTEGER, meaning, unit, Accumulation.STOCK, minimum=Decimal(0), example="12")


PEOPLE = _sum("people", "people on the list", "people")
LISTED = {
    side: _counted(
        "listed", "Own waiting lists", side, WAITING_RECORDS.unlocks,
        (
            Column("weeks", Kind.INTEGER, "weeks waited: the band's upper edge, 105 beyond 104", "weeks", minimum=Decimal(1), maximum=Decimal(105), example="18"),
            Column("due", Kind.CODE, "whether past the day by which to be seen", pattern="|".join(DUE), example="past"),
        ),
        PEOPLE,
    )
    for side in LEVELS
}  # fmt: skip
FOLLOWED = {
    side: _counted(
        "follow_ups", "Follow-ups", side, FOLLOW_UP_RECORDS.unlocks,
        (
            Column("state", Kind.CODE, "overdue, due later, or without a date", pattern="|".join(STATES), example="overdue"),
            Column("weeks", Kind.INTEGER, "weeks overdue: the band's upper edge, 0 for those who are not", "weeks", minimum=Decimal(0), maximum=Decimal(105), example="13"),
        ),
        PEOPLE,
        _sum("days_overdue", "days from the due date to the census, added up", "days"),
    )
    for side in LEVELS
}  # fmt: skip


def _day(column: str) -> str:
    """The day of `2026-04-11` (a time behind it is left out) or `11/04/2026`."""
    beginning = f"left({text(column)}, 10)"
    return f"try_cast(coalesce(try_strptime({beginning}, '%Y-%m-%d'), try_strptime({beginning}, '%d/%m/%Y')) AS DATE)"


def _columns(first: str, days: Mapping[str, str]) -> dict[str, str]:
    """Columns that both kinds of list have. `first`: the day that tells rows of one person apart."""
    return {
        "person": text("person"),
        "episode": f"concat_ws('/', {_day('day')}, {text('list')}, {text('function')}, {_day(first)}, {text('pathway')})",
        "list": text("list"),
        "day": _day("day"),
        **{side: f"upper({text(side)})" for side in LEVELS},
        "practice": practice_code("practice"),
        "function": text("function"),
        **{ours: _day(theirs) for ours, theirs in days.items()},
    }


def _sound(names: Mapping[str, str]) -> dict[str, str]:
    """What holds of each row of either list; `names`: our word for a day → what people call it."""
    early = f"DATE '{EARLIEST}'"
    checks = {
        "a practice (X81001), provider or commissioner in the row, or --organisation CODE for the file": " OR ".join(f"{text(side)} IS NOT NULL" for side in LEVELS),
        "a practice's code is a letter and five digits": f"coalesce(regexp_full_match(upper({text('practice')}), '[A-Z][0-9]{{5}}'), TRUE)",
        "a specialty is a treatment function of RTT returns by code or name (502, gynaecology), or blank": f"{text('specialty')} IS NULL OR {text('function')} IS NOT NULL",
    }  # fmt: skip
    for ours, theirs in names.items():
        checks[f"the {theirs} is a day such as 2026-04-11, or blank"] = f"{text(ours)} IS NULL OR {_day(ours)} IS NOT NULL"  # fmt: skip
        checks[f"the {theirs} is not before {EARLIEST.year}; an unknown one is blank"] = f"coalesce({_day(ours)} >= {early}, TRUE)"  # fmt: skip
    return checks


def _not_before(later: str, earlier: str) -> str:
    return f"coalesce({_day(later)} >= {_day(earlier)}, TRUE)"


WAITING_CHECKS = {
    "nobody is removed before being referred": _not_before("removed", "referred"),
    "nobody is due before being referred": _not_before("due", "referred"),
    "nobody is referred after the day of the list": _not_before("day", "referred"),
    "nobody is removed after the day of the list": _not_before("day", "removed"),
}
WAITING_ERA = Era(
    "waiting list, a person a row (referral, removal)",
    lambda sniff: is_list(sniff, WAITING),
    Table(lambda path: read_list(path, WAITING)),
    (
        Projection(
            WAITING_RECORDS,
            _columns("referred", {name: name for name in ("referred", "removed", "due")}) | {"priority": f"ltrim(upper({text('priority')}), 'P')", "reason": text("reason")},
            checks=_sound({"referred": "day of referral", "removed": "day of removal", "due": "due date"}) | WAITING_CHECKS,
        ),
    ),
)  # fmt: skip
FOLLOW_UP_ERA = Era(
    "follow-up list, a person a row (due date, seen date)",
    lambda sniff: is_list(sniff, FOLLOW_UP),
    Table(lambda path: read_list(path, FOLLOW_UP)),
    (
        Projection(
            FOLLOW_UP_RECORDS,
            _columns("due", {"due": "due", "seen": "seen", "discharge": "discharged"}),
            checks=_sound({"due": "due date", "seen": "seen date", "discharged": "date of discharge"})
            | {"nobody is discharged after the day of the list": _not_before("day", "discharged")},
        ),
    ),
)


def _counts(contract: Contract) -> Era:
    """Counts that somebody made, in our own layout."""
    names = [column.name for column in contract.columns]
    numbers = {column.name for column in contract.columns if column.kind is Kind.INTEGER}
    columns = {name: (number if name in numbers else text)(name) for name in names} | {"month": any_month("month")}  # fmt: skip
    return Era(f"{contract.title}, counts", lambda sniff: sniff.has(*names), Csv(encoding="utf-8"), (Projection(contract, columns),))  # fmt: skip


TRAPS = (
    "the day of the list comes from a column 'census', or from 'opencommissioning load FILE --on 2026-10-31'",
    "whose people they are comes from columns practice, provider, commissioner, or from '--organisation CODE' for the whole file",
    "without a column 'person' (NHS number or pseudonym) nobody who opted out can be left out: such a file loads only where opt_outs says 'none'",
    "of several lists of one provider, commissioner and list in a month the last day counts; a month with fewer lists than another has fewer people",
    "only who is on the list on its day is counted; people removed before are kept for their flow",
)
WAITING_SOURCE = Source(
    "waiting_list",
    "Waiting lists of one's own, a person a row, or counts",
    OURS,
    LICENCE,
    FOUND.format("referral, removal"),
    (WAITING_ERA, *map(_counts, LISTED.values())),
    (*TRAPS, "weeks are counted as in RTT returns: day 126 is still within 18 weeks"),
)
FOLLOW_UP_SOURCE = Source(
    "follow_up_list",
    "Follow-up lists, a person a row, or counts",
    OURS,
    LICENCE,
    FOUND.format("due date, seen date"),
    (FOLLOW_UP_ERA, *map(_counts, FOLLOWED.values())),
    (*TRAPS, "a booking to come does not cure an overdue follow-up; without a due date nobody is overdue, so such people are counted apart"),
)  # fmt: skip

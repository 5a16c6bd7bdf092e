"""Money in the open API: why spend moved, and possible savings. Every £ says what it is at."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.money import AGAINST
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import Malformed, of_parameter
from opencommissioning.web.questions import money

router = Router()
NOTE = "Before rebates and dispensing fees."


class Problem(Schema):
    """Why there is no answer, and what would have one."""

    detail: str


def answers(said: type[Schema]) -> dict[int, type[Schema]]:
    """What a route may answer: `said`, or why not."""
    return {200: said, 400: Problem, 404: Problem, 503: Problem}


class Target(Schema):
    """What an organisation is compared with: usual, 10, 20, 50 or peers."""

    against: str = Field("usual", max_length=10)


class Between(Schema):
    """The first and the last month; the same months a year before are compared."""

    first: date | None = None
    last: date | None = None


class SavingOut(Schema):
    """One way to save. `possible` sums practices above the target, `with_its_sign` all of them; £ at `basis`."""

    id: str
    title: str
    kind: str
    basis: str
    spend: float
    possible: float
    counted: float
    with_its_sign: float
    now: str
    target: str
    middle: str
    middle_before: str


class SavingsOut(Schema):
    """The headline counts each product once."""

    organisation: str
    level: str
    month: date
    months: int
    against: str
    headline: float
    sentence: str
    practices: int
    practices_expected: int
    note: str
    items: list[SavingOut]


class CauseOut(Schema):
    """A part of the change, £ actual cost."""

    cause: str
    amount: float


class MoverOut(Schema):
    """A product whose actual cost moved."""

    bnf_code: str
    name: str
    change: float
    mostly: str
    usually_better: str


class SpendOut(Schema):
    """before + causes = after."""

    organisation: str
    before_from: date
    before_to: date
    after_from: date
    after_to: date
    before: float
    after: float
    causes: list[CauseOut]
    movers: list[MoverOut]
    concessions_before: float | None
    concessions_after: float | None
    sentence: str
    note: str


def _there(question, *asked):
    """The answer; what no file tells of this organisation is not there (404), while the site itself answers."""
    try:
        return question(*asked)
    except NotLoaded as lacking:
        raise UnknownName(str(lacking)) from None


def _explained(code: str, first: date | None, last: date | None):
    with of_parameter("first"):
        return money.explanation(code, first, last)


@router.get("/organisations/{organisation}/savings", response=answers(SavingsOut), url_name="savings")
@decorate_view(by_build(*Target.model_fields))
def savings(request: HttpRequest, organisation: str, wanted: Query[Target]):
    """Possible savings of an organisation over the last year."""
    if wanted.against not in AGAINST:
        raise Malformed(f"There is no target '{wanted.against}'; choose from {', '.join(AGAINST)}.")
    told = _there(money.savings, organisation, wanted.against)
    if told is None:
        raise UnknownName("Nothing is known of what this organisation could save.")
    items = [
        {
            **{
                name: getattr(line, name)
                for name in ("id", "title", "kind", "basis", "spend", "possible", "counted")
            },
            "with_its_sign": line.signed,
            "now": line.mine,
            "target": line.aim,
            "middle": line.middle,
            "middle_before": line.before,
        }
        for line in told.lines
    ]
    same = {
        name: getattr(told, name)
        for name in ("level", "month", "months", "headline", "sentence", "practices")
    }
    about = {"organisation": told.code, "against": AGAINST[told.against], "practices_expected": told.expected}
    return {**same, **about, "note": NOTE, "items": items}


@router.get("/organisations/{organisation}/spend", response=answers(SpendOut), url_name="spend_change")
@decorate_view(by_build(*Between.model_fields))
def spend_change(request: HttpRequest, organisation: str, wanted: Query[Between]):
    """Why an organisation's spend moved: price, volume, mix, list, days."""
    first, last = (month.replace(day=1) if month else None for month in (wanted.first, wanted.last))
    if first and last and first > last:
        raise Malformed("The first month is after the last; choose them the other way round.")
    told = _there(_explained, questions.build().organisation(organisation).code, first, last)
    movers = [
        {
            "bnf_code": each.code,
            "name": each.name,
            "change": each.amount,
            "mostly": each.cause,
            "usually_better": each.good,
        }
        for each in told.movers
    ]
    parts, conceded = told.decomposition, told.conceded
    return {
        "organisation": told.name,
        "before_from": told.before[0],
        "before_to": told.before[1],
        "after_from": told.after[0],
        "after_to": told.after[1],
        "before": parts.before,
        "after": parts.after,
        "causes": [{"cause": name, "amount": amount} for name, amount in parts.causes.items()],
        "movers": movers,
        "concessions_before": conceded.before if conceded else None,
        "concessions_after": conceded.after if conceded else None,
        "sentence": told.sentence,
        "note": NOTE,
    }

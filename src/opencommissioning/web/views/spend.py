"""Why did spend move: the change between two periods by cause, and the products that moved most."""

from datetime import date
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import Malformed, flag_of, of_parameter
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import money
from opencommissioning.web.views import refusals
from opencommissioning.web.views.one_organisation import month_of, of_organisation

GHOSTS = 10


def asked_period(request: HttpRequest) -> tuple[date | None, date | None]:
    """`?from=2026-04&to=2026-09`; Malformed when they are no months or the wrong way round."""
    first, last = (month_of(request.GET, name) for name in ("from", "to"))
    newest = questions.build().latest
    if first and not last and first > newest:
        raise Malformed(f"The parameter 'from' cannot be used: the newest month here is {spoken(newest)}.")
    if first and last and first > last:
        raise Malformed("The first month is after the last; choose them the other way round.")
    return first, last


@require_safe
@by_build("from", "to")
@of_organisation
def spend(request: HttpRequest, organisation) -> HttpResponse:
    """The page."""
    first, last = asked_period(request)
    facts = {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "months": money.explainable_months(),
        "told": None,
    }
    try:
        told = _explained(organisation.code, first, last)
    except NotLoaded as problem:
        facts |= {"reason": for_readers(problem), "first": first, "last": last}
        return render(request, "spend.jinja", facts)
    first, last = told.after
    facts |= {"told": told, "first": first, "last": last, "query": _query(first, last)}
    facts["conceded"] = money.conceded(organisation.code, first, last).to_dicts()
    facts["conceded_until"] = money.concessions_until(last)
    ghosts = money.ghosts(organisation.code)
    facts["ghosts"] = ghosts.filter(ghosts["excess"] > 0).head(GHOSTS).to_dicts()
    facts["tariff"] = money.has_tariff()
    facts["ghosts_sum"] = ghosts["excess"].sum()
    return render(request, "spend.jinja", facts)


def _explained(code: str, first: date | None, last: date | None):
    """Why spend moved; Malformed for a period that is too long or the wrong way round."""
    with of_parameter("from"):
        return money.explanation(code, first, last)


def _query(first: date, last: date) -> str:
    return urlencode({"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}"})


@require_safe
@by_build("from", "to", "narrow")
@of_organisation
def chart(request: HttpRequest, organisation) -> HttpResponse:
    """The waterfall as SVG; `?narrow=1` for a telephone; 404 when a month is lacking."""
    first, last = asked_period(request)
    narrow = flag_of(request, "narrow")
    try:
        with of_parameter("from"):
            body = money.drawn_explanation(organisation.code, first, last, narrow)
    except NotLoaded as problem:
        return refusals.refuse(request, 404, "There is nothing to draw", for_readers(problem))
    return HttpResponse(body, content_type="image/svg+xml")


@require_safe
@by_build("from", "to")
@of_organisation
def table(request: HttpRequest, organisation, what: str, kind: str) -> HttpResponse:
    """What moved most, concessions by month, or ghost-branded generics by practice, as a file; 404 when a month is lacking."""
    if kind not in KINDS or what not in TABLES:
        raise UnknownName(
            f"There is no file {what[:40]}.{kind[:40]}; choose from {', '.join(TABLES)} and {', '.join(KINDS)}."
        )
    try:
        frame = TABLES[what](organisation.code, *asked_period(request))
    except NotLoaded as problem:
        return refusals.refuse(request, 404, "There is nothing to download", for_readers(problem))
    return as_file(frame, f"{what}-{organisation.code}", kind)


def _movers(code: str, first: date | None, last: date | None) -> pl.DataFrame:
    return _explained(code, first, last).frame()


def _concessions(code: str, first: date | None, last: date | None) -> pl.DataFrame:
    return money.concession_rows(code, *_explained(code, first, last).after)


def _ghosts(code: str, first: date | None, last: date | None) -> pl.DataFrame:
    return money.ghost_rows_of(code)


TABLES = {"movers": _movers, "concessions": _concessions, "ghosts": _ghosts}

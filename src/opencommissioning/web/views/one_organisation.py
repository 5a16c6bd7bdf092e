"""What every page of one organisation does first: find it by its code, or say which are near."""

from collections.abc import Callable
from datetime import date
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import OpenCommissioningError, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.views import refusals


class Malformed(OpenCommissioningError):
    """A parameter of an address that cannot be used."""


def of_organisation(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the organisation instead of its code; another spelling is redirected, an unknown one gets suggestions."""

    @wraps(view)
    def found(request: HttpRequest, organisation: str, **rest) -> HttpResponse:
        name = request.resolver_match.view_name
        try:
            known = questions.build().organisation(organisation)
        except UnknownName as problem:
            near = [
                (f"{each.name} ({each.code})", reverse(name, kwargs={**rest, "organisation": each.code}))
                for each in questions.near_organisations(organisation)
            ]
            return refusals.refuse(request, 404, "No such organisation", str(problem), near)
        if known.code != organisation:
            return redirect(name, organisation=known.code, **rest)
        return view(request, known, **rest)

    return found


def month_of(asked: QueryDict, name: str) -> date | None:
    """The month that a parameter names, None when it is absent or empty; Malformed when it is none."""
    text = asked.get(name, "").strip()
    try:
        return parse_month(text) if text else None
    except ValueError as wrong:
        raise Malformed(f"The parameter '{name}' cannot be used: {wrong}.") from None

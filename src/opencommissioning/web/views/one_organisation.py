"""What every page of one organisation does first: find it by its code, or say which are near."""

from collections.abc import Callable
from datetime import date
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import UnknownName
from opencommissioning.web import questions
from opencommissioning.web.parameters import Malformed
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.views import refusals


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
            return refusals.refuse(request, 404, "No such organisation", for_readers(problem), near)
        if known.code != organisation:
            return elsewhere(request, name, organisation=known.code, **rest)
        return view(request, known, **rest)

    return found


def elsewhere(request: HttpRequest, view: str, /, **parts: str) -> HttpResponse:
    """A redirection to another address of the site, with what this one was asked."""
    query = request.GET.urlencode()
    return redirect(reverse(view, kwargs=parts) + (f"?{query}" if query else ""))


def month_of(asked: QueryDict, name: str) -> date | None:
    """The month that a parameter names, None when it is absent or empty; Malformed when it is none."""
    text = asked.get(name, "").strip()
    try:
        return parse_month(text) if text else None
    except ValueError as wrong:
        raise Malformed(f"The parameter '{name}' cannot be used: {wrong}.") from None

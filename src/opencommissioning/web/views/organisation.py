"""One organisation: what stands out, what changed, what it could be worth, everything by topic, and those below it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.views import refusals


@require_safe
@by_build
def organisation(request: HttpRequest, organisation: str) -> HttpResponse:
    """The organisation's page."""
    return _page(request, organisation, "organisation.jinja")


@require_safe
@by_build
def summary(request: HttpRequest, organisation: str) -> HttpResponse:
    """One page for a board paper."""
    return _page(request, organisation, "summary.jinja")


def _page(request: HttpRequest, code: str, template: str) -> HttpResponse:
    try:
        found = questions.build().organisation(code)
    except UnknownName as problem:
        near = [
            (f"{each.name} ({each.code})", _address(each.code)) for each in questions.near_organisations(code)
        ]
        return refusals.refuse(request, 404, "No such organisation", str(problem), near)
    if found.code != code:
        return redirect(request.resolver_match.view_name, organisation=found.code)
    return render(request, template, _facts(found))


def _facts(found) -> dict:
    level, below = questions.children(found.code)
    facts = {"organisation": found, "above": questions.parents(found.code), "level": level, "below": below}
    try:
        told = questions.report(found.code)
    except NotLoaded as problem:
        return {**facts, "told": None, "reason": str(problem)}
    return {**facts, "told": told, "sparks": questions.sparks(told)}


def _address(code: str) -> str:
    return reverse("organisation", kwargs={"organisation": code})

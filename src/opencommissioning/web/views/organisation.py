"""One organisation: what stands out, what changed, what it could be worth, everything by topic, and those below it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import of_parameter
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import avoiding, charts
from opencommissioning.web.questions import organisation as of_organisation
from opencommissioning.web.views import refusals
from opencommissioning.web.views.asking import codes_of, membership_of
from opencommissioning.web.views.one_organisation import elsewhere


@require_safe
@by_build("membership", "peers", "compare")
def organisation(request: HttpRequest, organisation: str) -> HttpResponse:
    """The organisation's page."""
    return _page(request, organisation, "organisation.jinja", _more)


@require_safe
@by_build("membership")
def summary(request: HttpRequest, organisation: str) -> HttpResponse:
    """One page for a board paper."""
    return _page(request, organisation, "summary.jinja", _brief)


def _page(request: HttpRequest, code: str, template: str, more: Callable[..., dict]) -> HttpResponse:
    try:
        found = questions.build().organisation(code)
    except UnknownName as problem:
        near = [
            (f"{each.name} ({each.code})", _address(each.code)) for each in questions.near_organisations(code)
        ]
        return refusals.refuse(request, 404, "No such organisation", for_readers(problem), near)
    if found.code != code:
        return elsewhere(request, request.resolver_match.view_name, organisation=found.code)
    facts = _facts(found, membership_of(request))
    return render(request, template, {**facts, **more(request, found, facts["told"])})


def _facts(found, membership: str) -> dict:
    level, below = questions.children(found.code, membership)
    facts = {
        "organisation": found,
        "above": questions.parents(found.code),
        "level": level,
        "below": below,
        "membership": membership,
    }
    try:
        told = questions.report(found.code, membership)
    except NotLoaded as problem:
        return {**facts, "told": None, "reason": for_readers(problem)}
    sparks = questions.sparks(told, membership)
    return {
        **facts,
        "told": told,
        "sparks": sparks,
        "money": of_organisation.money(found.code),
    }


def _more(request: HttpRequest, found, told) -> dict:
    """What the page has beyond the summary: peers, and members side by side."""
    named, membership = codes_of(request, "peers"), membership_of(request)
    with of_parameter("peers"):
        like, alike = of_organisation.peers_of(found.code, named)
    measures = of_organisation.to_compare(found.code, membership)
    return {
        "peers": like,
        "alike": alike,
        "peers_named": " ".join(named),
        "compare_named": request.GET.get("compare", ""),
        "peers_middle": of_organisation.peers_middle(found.level, like.codes, membership),
        "comparable": measures,
        "avoidable_held": avoiding.is_held(),
        "compared": _compared(request, found, measures, membership),
    }


def _compared(request: HttpRequest, found, measures, membership: str) -> charts.Told | None:
    """The chart of the members on `?compare=`, by default on the measure on which they differ most."""
    asked = request.GET.get("compare", "") or (measures[0].id if measures else "")
    if not asked:
        return None
    with of_parameter("compare", NotLoaded):
        questions.build().measure(asked)
    return charts.told(charts.Asked("children", asked, found.level, found.code, membership))


def _brief(request: HttpRequest, found, told) -> dict:
    """The one chart of the summary: what is furthest beyond chance."""
    lines = (*told.worse, *told.different, *told.moved, *told.better) if told else ()
    if not lines:
        return {"chart_told": None, "first": None}
    asked = charts.Asked("deciles", lines[0].measure.id, found.level, found.code, membership_of(request))
    return {"chart_told": charts.told(asked), "first": lines[0]}


def _address(code: str) -> str:
    return reverse("organisation", kwargs={"organisation": code})

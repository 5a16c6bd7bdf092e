"""Savings: one headline, opportunities by list and by set, what others have already done, and all of it as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.money import (
    AGAINST,
    AVERAGED,
    DISCOUNTED,
    HOW,
    PRICE,
    SIGNS,
    SPEND,
    SWITCH,
    WHY_USUAL,
)
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import Malformed
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import money
from opencommissioning.web.views.one_organisation import of_organisation

LISTS = {SWITCH: "Switching", SPEND: "Spending per patient", PRICE: "Price per unit"}
WORDS = {"how": HOW, "signs": SIGNS, "why_usual": WHY_USUAL, "discounted": DISCOUNTED, "averaged": AVERAGED}
SHOWN = 25
NOTHING = "Nothing is known of what this organisation could save: it has no prescribing or no list size in this build."


@require_safe
@by_build("against")
@of_organisation
def savings(request: HttpRequest, organisation) -> HttpResponse:
    """The page; `?against=` usual, 10, 20, 50 or peers."""
    facts = {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "targets": AGAINST,
        "chosen": _against(request),
        "told": None,
        "said": WORDS,
    }
    try:
        told = money.savings(organisation.code, facts["chosen"])
    except NotLoaded as problem:
        return render(request, "savings.jinja", {**facts, "reason": for_readers(problem)})
    if told is None:
        return render(request, "savings.jinja", {**facts, "reason": NOTHING})
    lists = [(title, found[:SHOWN], len(found)) for kind, title in LISTS.items() if (found := told.of(kind))]
    peers = [questions.build().organisation(code) for code in told.peers]
    return render(request, "savings.jinja", {**facts, "told": told, "lists": lists, "peers": peers})


def _against(request: HttpRequest) -> str:
    chosen = request.GET.get("against", "") or money.DEFAULT
    if chosen not in AGAINST:
        raise Malformed(
            f"The parameter 'against' cannot be used: there is no target '{chosen[:40]}'; choose from {', '.join(AGAINST)}."
        )
    return chosen


@require_safe
@by_build("against")
@of_organisation
def table(request: HttpRequest, organisation, kind: str) -> HttpResponse:
    """Every line as a file."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    told = money.savings(organisation.code, _against(request))
    if told is None:
        raise UnknownName(NOTHING)
    return as_file(told.frame(), f"savings-{organisation.code}", kind)

"""Hospital activity that need not happen: kinds of it for one organisation, how they overlap, and all of it as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.avoidable import COLUMN_WORDS, counted, headings, ranged, shares_kept
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import Malformed
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import avoiding
from opencommissioning.web.views.one_organisation import of_organisation

RULES = {"in-turn": "in turn", "evenly": "evenly"}
RULE_WORDS = {"in-turn": "in the order of the list", "evenly": "evenly, over all orders"}


@require_safe
@by_build("overlaps")
@of_organisation
def kinds(request: HttpRequest, organisation) -> HttpResponse:
    """The page; `?overlaps=` in-turn or evenly."""
    chosen = _rule(request)
    facts = {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "rules": RULE_WORDS,
        "chosen": chosen,
        "told": None,
    }
    try:
        told = avoiding.report(organisation.code, RULES[chosen])
    except NotLoaded as problem:
        return render(request, "avoiding.jinja", facts | {"reason": for_readers(problem)})
    words = {"counted": counted, "ranged": ranged, "shares_kept": shares_kept, "headings": headings()}
    return render(request, "avoiding.jinja", facts | words | {"told": told, "column_words": COLUMN_WORDS})


@require_safe
@by_build("overlaps")
@of_organisation
def table(request: HttpRequest, organisation, kind: str) -> HttpResponse:
    """Every kind as a file."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    try:
        found = avoiding.frame(organisation.code, RULES[_rule(request)])
    except NotLoaded as problem:
        raise UnknownName(str(problem)) from None
    return as_file(found, f"avoidable-{organisation.code}", kind)


def _rule(request: HttpRequest) -> str:
    chosen = request.GET.get("overlaps") or "in-turn"
    if chosen not in RULES:
        raise Malformed(f"'overlaps' must be one of {', '.join(RULES)}.")
    return chosen

"""Summary of variation: every measure of an organisation as a process, with icons, and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.variation import ASSURANCE
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.questions.variation import summary
from opencommissioning.web.views import refusals
from opencommissioning.web.views.one_organisation import of_organisation


@require_safe
@by_build
@of_organisation
def variation(request: HttpRequest, organisation) -> HttpResponse:
    """The table, those measures first that ask for attention."""
    facts = {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "assurance": ASSURANCE,
    }
    try:
        facts["told"] = summary(organisation.code)
    except NotLoaded as problem:
        facts |= {"told": None, "reason": str(problem)}
    return render(request, "variation.jinja", facts)


@require_safe
@by_build
@of_organisation
def table(request: HttpRequest, organisation, kind: str) -> HttpResponse:
    """The same as a file, unrounded; 404 when no measure has enough months."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    try:
        told = summary(organisation.code)
    except NotLoaded as problem:
        return refusals.refuse(request, 404, "There is nothing to download", str(problem))
    return as_file(told.frame(), f"{organisation.code}-variation", kind)

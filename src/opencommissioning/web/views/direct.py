"""What a standardised measure counts, as a directly standardised rate by year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.questions.direct import rates
from opencommissioning.web.views import refusals
from opencommissioning.web.views.measure import unknown


@require_safe
@by_build
def direct(request: HttpRequest, name: str) -> HttpResponse:
    """Rates of everybody, women and men, year by year."""
    if name not in questions.build().measures:
        return unknown(request, name)
    facts = {"measure": questions.build().measure(name), "told": None}
    try:
        facts["told"] = rates(name)
    except (NotLoaded, DefinitionError) as problem:
        facts["reason"] = str(problem)
    return render(request, "direct.jinja", facts)


@require_safe
@by_build
def table(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The same as a file, unrounded."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    if name not in questions.build().measures:
        return unknown(request, name)
    try:
        return as_file(rates(name).frame(), f"{name}-directly-standardised", kind)
    except (NotLoaded, DefinitionError) as problem:
        return refusals.refuse(request, 404, "There is nothing to download", str(problem))

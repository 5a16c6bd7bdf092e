"""What a standardised measure counts, as a directly standardised rate by year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.area.build import Organisation
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import Malformed, of_parameter
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions.direct import levels, rates, rates_by
from opencommissioning.web.views import refusals
from opencommissioning.web.views.measure import unknown

TOP = 15  # of the highest and of the lowest
BY = "level", "organisation", "years"


@require_safe
@by_build(*BY)
def direct(request: HttpRequest, name: str) -> HttpResponse:
    """Rates of everybody, women and men, year by year; and of the organisations of a level."""
    if name not in questions.build().measures:
        return unknown(request, name)
    level, chosen, years = _asked(request)
    facts = {"measure": questions.build().measure(name), "told": None, "level": level, "chosen": chosen}
    try:
        facts["told"] = rates(name)
        facts |= {"years": years, "levels": levels(), "places": rates_by(name, level, years)}
    except (NotLoaded, DefinitionError) as problem:
        facts["reason"] = for_readers(problem)
    if places := facts.get("places"):
        facts["rows"] = places.rows(TOP, chosen.code if chosen else "")
    return render(request, "direct.jinja", facts)


def _asked(request: HttpRequest) -> tuple[str, Organisation | None, int]:
    """The level, an organisation of it (whose level goes first), and the years that are taken together; Malformed when they cannot be."""
    level, code = request.GET.get("level", "") or "practice", request.GET.get("organisation", "")
    with of_parameter("organisation"):
        chosen = questions.build().organisation(code) if code else None
    level = chosen.level if chosen else level
    if level not in levels():
        raise Malformed(f"The parameter 'level' cannot be used: it is one of {', '.join(levels())}.")
    years = request.GET.get("years", "") or "1"
    if years not in ("1", "2", "3", "4", "5"):
        raise Malformed("The parameter 'years' cannot be used: it is a number from 1 to 5.")
    return level, chosen, int(years)


@require_safe
@by_build(*BY)
def table(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The same as a file, unrounded: of all practices together, or, when a level is asked for, of its organisations."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    if name not in questions.build().measures:
        return unknown(request, name)
    level, _, years = _asked(request)
    try:
        if request.GET.get("level"):
            return as_file(
                rates_by(name, level, years).frame(), f"{name}-directly-standardised-{level}", kind
            )
        return as_file(rates(name).frame(), f"{name}-directly-standardised", kind)
    except (NotLoaded, DefinitionError) as problem:
        return refusals.refuse(request, 404, "There is nothing to download", for_readers(problem))

"""Which products make a measure at an organisation, beside all practices."""

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.questions import products as of_measure
from opencommissioning.web.views.one_organisation import of_organisation

SHOWN = 30


@require_safe
@by_build
@of_organisation
def products(request: HttpRequest, organisation, name: str) -> HttpResponse:
    """The page."""
    questions.build().measure(name)
    told = questions.measure_report(name, organisation.level)
    tables = {
        side: of_measure.lines(name, organisation.level, side, organisation.code)
        for side in of_measure.sides(name)
    }
    facts = {
        "organisation": organisation,
        "told": told,
        "tables": {side: found[:SHOWN] for side, found in tables.items() if found},
        "more": {side: max(0, len(found) - SHOWN) for side, found in tables.items()},
    }
    return render(request, "products.jinja", facts)


@require_safe
@by_build
@of_organisation
def table(request: HttpRequest, organisation, name: str, side: str, kind: str) -> HttpResponse:
    """Every product of one side, as a file."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    questions.build().measure(name)
    if side not in of_measure.sides(name):
        raise UnknownName(f"'{side}' is not a side of {name} that counts products.")
    found = of_measure.lines(name, organisation.level, side, organisation.code)
    frame = pl.DataFrame([vars(each) for each in found])
    return as_file(frame, f"{name}-{organisation.code}-{side}-products", kind)

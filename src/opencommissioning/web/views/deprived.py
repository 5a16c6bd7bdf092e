"""A measure standardised by age and sex, standardised by deprivation as well."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import deprived
from opencommissioning.web.views.measure import unknown

TOP = 15  # of the highest and of the lowest


@require_safe
@by_build
def deprivation(request: HttpRequest, name: str, level: str) -> HttpResponse:
    """Who differs from others of its ages, sexes and fifth of deprivation."""
    if name not in questions.build().measures:
        return unknown(request, name)
    questions.check_level(level)
    facts = {"measure": questions.build().measure(name), "level": level, "told": None}
    try:
        told = deprived.by_deprivation(name, level)
    except (NotLoaded, DefinitionError) as problem:
        return render(request, "deprived.jinja", facts | {"reason": for_readers(problem)})
    report = told.report
    rows = {"report": report, "columns": report.columns, "rows": report.rows(TOP)}
    return render(request, "deprived.jinja", facts | rows | {"told": told})

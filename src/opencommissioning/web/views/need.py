"""A measure per patient against need: prescribing-weighted patients, STAR-PU, or what age and sex let expect."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import of_parameter
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import need as asked
from opencommissioning.web.views.measure import chosen_of, unknown

TOP = 25


@require_safe
@by_build("organisation", "per")
def need(request: HttpRequest, name: str, level: str) -> HttpResponse:
    """The highest and lowest beyond chance against one base (`?per=`), and the one that `?organisation=` picks out."""
    if name not in questions.build().measures:
        return unknown(request, name)
    questions.check_level(level)
    chosen = chosen_of(request, level)
    base = request.GET.get("per", "") or asked.default(name)
    facts = {
        "measure": questions.build().measure(name),
        "level": level,
        "chosen": chosen,
        "base": base,
        "choices": asked.choices(name),
        "default": asked.default(name),
    }
    try:
        with of_parameter("per"):
            facts["told"] = asked.against(name, base, level)
    except (DefinitionError, NotLoaded) as problem:
        return render(request, "need.jinja", facts | {"told": None, "reason": for_readers(problem)})
    report = facts["told"].report
    mine = [
        row for row in report.verdicts.iter_rows(named=True) if chosen and row["organisation"] == chosen.code
    ]
    return render(
        request, "need.jinja", facts | {"rows": report.rows(TOP), "mine": mine[0] if mine else None}
    )

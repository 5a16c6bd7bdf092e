"""One measure: who is beyond chance, all organisations of a level, how we know, what to do, how it is defined."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencommissioning.errors import UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.views import refusals


@require_safe
@by_build
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure by topic."""
    return render(request, "measures.jinja", {"topics": questions.topics()})


@require_safe
def anywhere(request: HttpRequest, name: str) -> HttpResponse:
    """A measure without a level is looked at by practice."""
    return redirect("measure", name=name, level="practice")


@require_safe
@by_build
def measure(request: HttpRequest, name: str, level: str) -> HttpResponse:
    """One measure at one level; `?organisation=CODE` picks one out."""
    if name not in questions.build().measures:
        return _unknown(request, name)
    questions.check_level(level)
    chosen = _chosen(request, level)
    rows = questions.all_rows(name, level)
    facts = {
        "told": questions.measure_report(name, level),
        "rows": rows.to_dicts(),
        "chosen": chosen,
        "mine": next(
            (row for row in rows.iter_rows(named=True) if chosen and row["organisation"] == chosen.code), None
        ),
        "levels": questions.COMPARED,
    }
    return render(request, "measure.jinja", facts)


def _chosen(request: HttpRequest, level: str):
    """The organisation that the address picks out, None when it picks none; UnknownName when it is of another level."""
    code = request.GET.get("organisation", "")
    if not code:
        return None
    found = questions.build().organisation(code)
    if found.level != level:
        raise UnknownName(
            f"{found.name} ({found.code}) is not compared with organisations of the level '{level}'."
        )
    return found


@require_safe
@by_build
def table(request: HttpRequest, name: str, level: str, kind: str) -> HttpResponse:
    """All organisations on the last month, as a file."""
    questions.check_level(level)
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    return as_file(questions.all_rows(name, level), f"{name}-{level}", kind)


@require_safe
@by_build
def months(request: HttpRequest, name: str, level: str, kind: str) -> HttpResponse:
    """Every month of all organisations, or of `?organisation=CODE`, as a file."""
    questions.check_level(level)
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    chosen = _chosen(request, level)
    frame = questions.over_time(name, level, chosen.code if chosen else None)
    return as_file(frame, f"{name}-{chosen.code if chosen else level}-months", kind)


def _unknown(request: HttpRequest, name: str) -> HttpResponse:
    near = [
        (each.title, reverse("measure", args=[each.id, "practice"])) for each in questions.near_measures(name)
    ]
    sentence = f"There is no measure '{name}' in this build. It may need files that are not loaded: see the data status page."
    return refusals.refuse(request, 404, "No such measure", sentence, near)

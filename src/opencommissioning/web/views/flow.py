"""Waiting lists of an organisation, and one list with its course and what it takes."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.catalogue.waiting import function_name
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import Malformed, flag_of
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import flow
from opencommissioning.web.views import refusals
from opencommissioning.web.views.one_organisation import of_organisation

WEEKS, LONGEST = 26, 156
CHARTS = ("weeks", "fan")


def whole(asked: QueryDict, name: str, default: int, low: int, high: int) -> int:
    """A whole number of the address within bounds; Malformed otherwise."""
    text = asked.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.lstrip("-").isdigit()) or not low <= int(text[:9]) <= high:
        raise Malformed(f"'{name}' must be a whole number from {low} to {high}.")
    return int(text[:9])


def frame(organisation) -> dict:
    """What every page of an organisation's lists has."""
    return {"organisation": organisation, "above": questions.parents(organisation.code)}


def nothing(request: HttpRequest, organisation, problem: NotLoaded) -> HttpResponse:
    """A page that says why there are no lists."""
    facts = {
        "reason": for_readers(problem),
        "rows": (),
        "bucketed": flow.bucketed_overview(organisation.code),
    }
    return render(request, "waiting.jinja", frame(organisation) | facts)


def theirs(request: HttpRequest, code: str) -> HttpResponse:
    """The same page of the organisation whose lists they are."""
    where = request.resolver_match
    address = reverse(where.view_name, kwargs=where.kwargs | {"organisation": code})
    query = request.GET.urlencode()
    return redirect(f"{address}?{query}" if query else address)


def with_lists(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the organisation and the lists that stand for it: a page that says why where there are none; where they are another
    organisation's, the same page of that one. Lists in buckets of their own are the organisation's where the address names one."""

    @wraps(view)
    def found(request: HttpRequest, organisation, **rest) -> HttpResponse:
        try:
            if flow.is_own(rest.get("name", "")):
                return view(request, organisation, flow.bucketed_of(organisation.code), **rest)
            standing = flow.standing(organisation.code)
        except NotLoaded as problem:
            return nothing(request, organisation, problem)
        if standing.code != organisation.code:
            return theirs(request, standing.code)
        return view(request, organisation, standing.lists, **rest)

    return of_organisation(found)


@require_safe
@by_build
@of_organisation
def waiting(request: HttpRequest, organisation) -> HttpResponse:
    """All lists of an organisation."""
    try:
        standing = flow.standing(organisation.code)
    except NotLoaded as problem:
        return nothing(request, organisation, problem)
    found = standing.lists
    facts = frame(organisation) | {"rows": flow.overview(found), "latest": found.latest}
    facts |= {"whose": questions.build().organisation(standing.code), "standing": standing.sentence}
    facts |= {"own": flow.own_lists(organisation.code), "bucketed": flow.bucketed_overview(organisation.code)}
    return render(request, "waiting.jinja", facts)


@require_safe
@by_build("weeks", "extra")
@with_lists
def waiting_list(request: HttpRequest, organisation, found: Lists, name: str) -> HttpResponse:
    """One list: by week, where it may go, what it takes."""
    weeks, extra, problems = _given(request)
    found, code = flow.found(organisation.code, name)
    address = name if flow.is_own(name) else code
    course = flow.course(organisation.code, address, weeks, float(extra))
    now, many = (flow.drawn(organisation.code, address, kind, weeks, float(extra), False) for kind in CHARTS)
    facts = frame(organisation) | {
        "code": address,
        "name": function_name(code),
        "latest": found.latest,
        "weeks": weeks,
        "extra": extra,
        "labels": LABELS,
        "written": {name: request.GET.get(name, "")[:20] for name, _ in problems},
        "problems": [(sentence, name) for name, sentence in problems],
        "now": now,
        "many": many,
        "course": course,
        "takes": flow.takes(organisation.code, address, weeks),
        "tested": flow.tested(organisation.code, address),
    }
    return render(request, "waiting_list.jinja", facts, status=400 if problems else 200)


LABELS = {"weeks": "Weeks from now", "extra": "Treatments a week more"}


def _given(request: HttpRequest) -> tuple[int, int, list[tuple[str, str]]]:
    """The weeks and the treatments a week more of the address, the usual ones where they cannot be used: those are (field, sentence)."""
    usual, problems = {"weeks": (WEEKS, 1, LONGEST), "extra": (0, -5000, 5000)}, []
    found = {}
    for name, (instead, least, most) in usual.items():
        try:
            found[name] = whole(request.GET, name, instead, least, most)
        except Malformed as problem:
            found[name] = instead
            problems.append((name, str(problem).replace(f"'{name}'", f"“{LABELS[name]}”")))
    return found["weeks"], found["extra"], problems


@require_safe
@by_build("weeks", "extra", "narrow")
@of_organisation
def chart(request: HttpRequest, organisation, name: str, kind: str) -> HttpResponse:
    """A chart of a list as SVG."""
    from opencommissioning.area.drawing.charting import as_bytes

    if kind not in CHARTS:
        raise UnknownName(f"there is no chart '{kind}'; choose from {', '.join(CHARTS)}")
    weeks, extra = whole(request.GET, "weeks", WEEKS, 1, LONGEST), whole(request.GET, "extra", 0, -5000, 5000)
    try:
        flow.found(organisation.code, name)
    except NotLoaded as problem:
        return refusals.refuse(request, 404, "There is nothing to draw", for_readers(problem))
    narrow = flag_of(request, "narrow")
    drawn = flow.drawn(organisation.code, name, kind, weeks, float(extra), narrow)
    return HttpResponse(as_bytes(drawn), content_type="image/svg+xml")

"""Notes on points of an organisation: what was said, by whom; saying something; taking it back. Nothing is ever removed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencommissioning.area.annotations import LONGEST, Annotation
from opencommissioning.errors import OpenCommissioningError, WrongField
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import reading
from opencommissioning.web.permissions import EXPLAINERS, may_explain
from opencommissioning.web.questions import saying as said
from opencommissioning.web.roles import EVERYWHERE, Asked, Role
from opencommissioning.web.views.one_organisation import of_organisation


@require_safe
@by_build
@of_organisation
def notes(request: HttpRequest, organisation) -> HttpResponse:
    """Everything ever said about the organisation, and how to answer."""
    return render(request, "notes.jinja", _facts(request, organisation))


def _facts(request: HttpRequest, organisation) -> dict:
    history = said.history_of(organisation.code)
    explains = may_explain.test(request.standing, Asked(questions.lineage(organisation.code)))
    return {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "history": history,
        "own": {each.id for each in history if explains and _may_take_back(request, organisation.code, each)},
        "titles": {each.id: each.title for each in said.measures()},
        "may_explain": explains,
        "longest": LONGEST,
        "problems": (),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@reading("month", "text", "measure")
@of_organisation
def add(request: HttpRequest, organisation) -> HttpResponse:
    """The form, and what was sent with it."""
    problems = []
    if request.method == "POST":
        sent = [request.POST.get(name, "") for name in ("month", "text", "measure")]
        try:
            said.add(organisation.code, sent[0], sent[1], _author(request, organisation.code), sent[2])
        except OpenCommissioningError as wrong:
            problems = [(str(wrong), getattr(wrong, "field", ""))]
        else:
            messages.success(
                request, "Your note is there. It is shown on charts, pages and packs from now on."
            )
            return redirect("notes", organisation=organisation.code)
    given = request.POST if request.method == "POST" else request.GET
    asked = {name: given.get(name, "") for name in ("month", "text", "measure")}
    facts = {**asked, "months": said.months(), "measures": said.measures()}
    wrong = problems or _not_offered(facts)
    facts["problems"] = wrong
    status = (422 if request.method == "POST" else 400) if wrong else 200
    return render(request, "notes_add.jinja", {**_facts(request, organisation), **facts}, status=status)


def _not_offered(facts: dict) -> list[tuple[str, str]]:
    """What a link fills in that the form does not offer."""
    months, measures = {f"{each:%Y-%m}" for each in facts["months"]}, {each.id for each in facts["measures"]}
    wrong = []
    if facts["month"] and facts["month"] not in months:
        wrong.append((f"'{facts['month'][:20]}' is not a month that can be explained; choose one", "month"))
    if facts["measure"] and facts["measure"] not in measures:
        wrong.append((f"there is no measure '{facts['measure'][:40]}' here; choose one", "measure"))
    return wrong


@require_POST
@reading()
@of_organisation
def withdraw(request: HttpRequest, organisation) -> HttpResponse:
    """Take a note back; it stays in the history with the reason."""
    note, why = (request.POST.get(name, "") for name in ("note", "why"))
    theirs = [each for each in said.history_of(organisation.code) if each.id == note]
    if theirs and not _may_take_back(request, organisation.code, theirs[0]):
        raise PermissionDenied
    try:
        said.withdraw(organisation.code, note, _author(request, organisation.code), why)
    except WrongField as wrong:
        facts = _facts(request, organisation) | {"problems": [(str(wrong), f"why-{note}")]}
        return render(request, "notes.jinja", facts, status=422)
    messages.success(request, "The note is taken back. It stays in the history below, with your reason.")
    return redirect("notes", organisation=organisation.code)


def _may_take_back(request: HttpRequest, code: str, note: Annotation) -> bool:
    """Whether it is the person's own note or one of a colleague of the same role in the same organisation: a right of reply that others could
    take back would be none. An administrator may, for a note can hold what must not be shown."""
    if request.standing.holds(frozenset({Role.ADMINISTRATOR}), ()):
        return True
    role = note.by.rpartition(", ")[2]
    colleague = any(place == code and held.value == role for held, place in request.standing.held)
    return colleague or note.by == _author(request, code)


def _author(request: HttpRequest, code: str) -> str:
    """`A. Pharmacist, pharmacist`: the person's name and the role that allows it; never the address."""
    places = {*questions.lineage(code), EVERYWHERE}
    held = sorted(
        role.value for role, place in request.standing.held if place in places and role in EXPLAINERS
    )
    return ", ".join(part for part in (request.user.name or "name not given", *held[:1]) if part)

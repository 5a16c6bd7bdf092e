"""The flow workbench: a scenario from the address, kept under a name by those who plan, and several side by side."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.area.waiting.moving import KINDS
from opencommissioning.area.waiting.scenario_files import as_toml
from opencommissioning.area.waiting.scenario_words import (
    DEFAULTS,
    MOST,
    Read,
    at,
    codes_of,
    numbers,
    read,
    typed,
    without,
)
from opencommissioning.catalogue.waiting import TOTAL_FUNCTION, function_name
from opencommissioning.errors import NotLoaded, UnknownName, WrongField
from opencommissioning.web.caching import by_build
from opencommissioning.web.models import SavedScenario
from opencommissioning.web.parameters import Malformed, flag_of, of_parameter, reading
from opencommissioning.web.permissions import may_plan
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import flow, lineage, workbench
from opencommissioning.web.questions.workbench import SHOWN
from opencommissioning.web.roles import Asked
from opencommissioning.web.views.flow import frame, nothing, with_lists
from opencommissioning.web.views.one_organisation import of_organisation

MOST_SAVED, MOST_BESIDE, LONGEST_NAME = 50, 5, 80
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")  # MOST of them
LONGEST_QUERY = 1000  # as the model's


@require_safe
@by_build(*DEFAULTS, SHOWN, "add")
@with_lists
def one(request: HttpRequest, organisation, found: Lists) -> HttpResponse:
    """What happens to the others, and to the money: a scenario, both courses of every list."""
    return _page(request, organisation, found, typed(request.GET))


def _page(request, organisation, found: Lists, words: dict[str, str], problems=(), status: int = 200) -> HttpResponse:  # fmt: skip
    codes = codes_of(found)
    asked = read(found, codes, words)
    words = {**words, "list": asked.chosen}
    there = numbers(words)
    further = request.GET.get("add") and len(there) < MOST
    facts = frame(organisation) | {
        "typed": DEFAULTS | words,
        "given": words,
        "numbers": [*there, len(there) + 1] if further else there,
        "changed": {number: function_name(words[at("list", number)]) for number in there},
        "fewer": {number: workbench.query(without(words, number)) for number in there},
        "most": MOST,
        "at": at,
        "problems": [*problems, *map(_which, asked.problems)],
        "ordinals": ORDINALS,
        "lists": [(code, function_name(code)) for code in codes],
        "kinds": KINDS,
        "freed": workbench.FREED,
        "latest": found.latest,
        "query": workbench.query(words),
        "longest": LONGEST_NAME,
        "may_plan": _may_plan(request, organisation),
        "saved_name": request.POST.get("name", "")[:LONGEST_NAME],
        "told": None,
    }
    if asked.asked:
        facts |= _told(request, organisation, found, words, asked)
    return render(request, "flow.jinja", facts, status=400 if asked.problems else status)


def _told(request, organisation, found: Lists, words: dict[str, str], asked: Read) -> dict:
    told = workbench.answered(organisation.code, words)
    with of_parameter(SHOWN):
        shown = workbench.shown(found, _shown(request), asked)
    return {
        "told": told,
        "weeks": asked.asked.weeks,
        "rows": told.lines,
        "shown": shown,
        "chart": workbench.drawn(organisation.code, shown, words, False),
        "charted": [(code, workbench.named(code)) for code in (*codes_of(found), TOTAL_FUNCTION)],
    }


def _shown(request: HttpRequest) -> str:
    return request.GET.get(SHOWN, "").strip()[:100] if request.method != "POST" else ""


def _which(problem: tuple[str, str]) -> tuple[str, str]:
    """A problem of a further list says of which, since the fields of all lists have the same names."""
    sentence, field = problem
    number = field.rpartition("-")[2]
    return (f"{ORDINALS[int(number) - 1]} list: {sentence}", field) if number.isdigit() else problem


def _may_plan(request: HttpRequest, organisation) -> bool:
    return may_plan.test(request.standing, Asked(lineage(organisation.code)))


@require_safe
@by_build(*DEFAULTS, SHOWN, "narrow")
@of_organisation
def chart(request: HttpRequest, organisation) -> HttpResponse:
    """One list of a scenario, as it is and changed, as SVG."""
    words, found, told = _asked(request, organisation)
    with of_parameter(SHOWN):
        shown = workbench.shown(found, _shown(request), told)
    drawn = workbench.drawn(organisation.code, shown, words, flag_of(request, "narrow"))
    return _svg(drawn)


@require_safe
@by_build(*DEFAULTS)
@of_organisation
def as_file(request: HttpRequest, organisation) -> HttpResponse:
    """The scenario as a file that `flow move --scenario` reads."""
    words, found, _ = _asked(request, organisation)
    name = f"Scenario of {organisation.name}"
    answer = HttpResponse(as_toml(name, words, found), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="scenario-{organisation.code}.toml"'
    return answer


def _asked(request: HttpRequest, organisation) -> tuple[dict[str, str], Lists, Read]:
    """Words of an address that can be asked, the lists, and what the words come to; Malformed otherwise, UnknownName without lists."""
    words = typed(request.GET)
    try:
        found = flow.lists(organisation.code)
    except NotLoaded as problem:  # the page says so; a picture or file of no list is not there
        raise UnknownName(for_readers(problem)) from None
    told = read(found, codes_of(found), words)
    if told.problems:
        raise Malformed(f"{told.problems[0][0]}.")
    return words, found, told


def _svg(drawn) -> HttpResponse:
    from opencommissioning.area.drawing.charting import as_bytes  # the libraries cost half a second

    return HttpResponse(as_bytes(drawn), content_type="image/svg+xml")


@require_POST
@reading()
@of_organisation
def save(request: HttpRequest, organisation) -> HttpResponse:
    """Keep a scenario under a name."""
    words = typed(request.POST)
    found = flow.lists(organisation.code)
    asked = read(found, codes_of(found), words)
    words["list"] = asked.chosen
    if asked.problems:
        return _page(request, organisation, found, words)
    kept = SavedScenario(organisation=organisation.code, query=workbench.query(words), by=request.user)
    try:
        _name(kept, request.POST.get("name", ""), "save-name")
    except WrongField as wrong:
        return _page(request, organisation, found, words, [(str(wrong), wrong.field)], 422)
    messages.success(request, f"Saved as “{kept.name}”.")
    return redirect("flow_saved", organisation=organisation.code)


def _name(kept: SavedScenario, given: str, field: str) -> None:
    """Give a scenario its name and write it; WrongField for a name that cannot be, or that another one has."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongField(field, f"Give the scenario a name of up to {LONGEST_NAME} letters")
    if len(kept.query) > LONGEST_QUERY:
        raise WrongField(
            field, "The scenario is too long to be kept; shorten its plans, or keep it as a file"
        )
    others = SavedScenario.objects.filter(organisation=kept.organisation).exclude(pk=kept.pk)
    if kept.pk is None and others.count() >= MOST_SAVED:
        raise WrongField(field, f"There are {MOST_SAVED} saved scenarios already; delete one first")
    kept.name = name
    try:
        if others.filter(name__iexact=name).exists():
            raise IntegrityError
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise WrongField(field, f"Another scenario is called “{name}”; choose another name") from None


@require_safe
@reading()
@of_organisation
def saved(request: HttpRequest, organisation) -> HttpResponse:
    """All saved scenarios of an organisation: open, rename, delete, choose some to compare."""
    return _saved(request, organisation)


def _saved(request: HttpRequest, organisation, problems=(), status: int = 200) -> HttpResponse:
    kept = SavedScenario.objects.filter(organisation=organisation.code).select_related("by").order_by("name")
    rows = [(each, workbench.in_words(workbench.words_of(each.query))) for each in kept]
    facts = {"rows": rows, "problems": problems, "most": MOST_BESIDE, "longest": LONGEST_NAME}
    facts |= {"may_plan": _may_plan(request, organisation)}
    return render(request, "flow_saved.jinja", frame(organisation) | facts, status=status)


def _one(organisation, number: str) -> SavedScenario:
    try:
        return SavedScenario.objects.get(organisation=organisation.code, pk=int(number[:12]))
    except (ValueError, SavedScenario.DoesNotExist):
        raise UnknownName(
            f"There is no saved scenario of that number for {organisation.code}; it may have been deleted"
        ) from None


@require_POST
@reading()
@of_organisation
def rename(request: HttpRequest, organisation) -> HttpResponse:
    """Give a saved scenario another name."""
    kept = _one(organisation, request.POST.get("scenario", ""))
    before = kept.name
    try:
        _name(kept, request.POST.get("name", ""), f"name-{kept.pk}")
    except WrongField as wrong:
        return _saved(request, organisation, [(str(wrong), wrong.field)], 422)
    messages.success(request, f"“{before}” is called “{kept.name}” now.")
    return redirect("flow_saved", organisation=organisation.code)


@require_POST
@reading()
@of_organisation
def delete(request: HttpRequest, organisation) -> HttpResponse:
    """Remove a saved scenario; whoever has its address can still ask it."""
    kept = _one(organisation, request.POST.get("scenario", ""))
    address = f"{reverse('flow_workbench', args=[organisation.code])}?{kept.query}"
    kept.delete()
    messages.success(request, f"“{kept.name}” is deleted. Its address still works: {address}")
    return redirect("flow_saved", organisation=organisation.code)


def _chosen(request: HttpRequest, organisation) -> workbench.Beside:
    numbers = list(dict.fromkeys(",".join(request.GET.getlist("with")).replace(",", " ").split()))
    if not 2 <= len(numbers) <= MOST_BESIDE:
        raise Malformed(f"Choose two to {MOST_BESIDE} saved scenarios to compare; {len(numbers)} are chosen.")
    with of_parameter("with"):
        kept = [_one(organisation, number) for number in numbers]
    rows = [(each.pk, each.name, each.query) for each in kept]
    with of_parameter("list"):
        return workbench.beside(organisation.code, rows, request.GET.get("list", "").strip()[:100])


@require_safe
@reading("with", "list")
@of_organisation
def compare(request: HttpRequest, organisation) -> HttpResponse:
    """Saved scenarios side by side: one list as a chart, all lists as a table, money of each."""
    try:
        found = _chosen(request, organisation)
    except NotLoaded as problem:
        return nothing(request, organisation, problem)
    working = found.working
    facts = frame(organisation) | {
        "beside": found,
        "working": working,
        "lists": [(code, workbench.named(code)) for code in found.codes],
        "latest": flow.lists(organisation.code).latest,
        "numbers": [each.saved for each in found.sides],
        "query": f"with={','.join(str(each.saved) for each in found.sides)}&list={found.chosen}",
        "chart": workbench.drawn_beside(organisation.code, found, False) if working else None,
        "changes": {each.saved: workbench.in_words(each.words) for each in found.sides},
        "addresses": {each.saved: workbench.query(each.words) for each in found.sides},
    }
    return render(request, "flow_compare.jinja", facts)


@require_safe
@reading("with", "list", "narrow")
@of_organisation
def compare_chart(request: HttpRequest, organisation) -> HttpResponse:
    """One list in several scenarios, as SVG."""
    found = _chosen(request, organisation)
    if not found.working:
        raise Malformed("None of these scenarios can be asked of the lists there are now.")
    return _svg(workbench.drawn_beside(organisation.code, found, flag_of(request, "narrow")))

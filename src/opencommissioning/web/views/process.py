"""The control chart of a page: what was chosen in the address, the picture, its words, and the form that chooses something else."""

from datetime import date

from django.http import HttpRequest

from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.errors import DefinitionError, WrongField
from opencommissioning.web.questions import charts
from opencommissioning.web.questions import process as asked
from opencommissioning.web.views.asking import PROCESS, process_of


def of_process(
    request: HttpRequest, name: str, organisation, membership: str, moved: date | None
) -> dict[str, object]:
    """What the part "Month by month" of a page shows; what cannot be used is told in the form, and the chart is the area's own."""
    choice, problems = chosen(request)
    try:
        told = asked.process(name, organisation.code, choice, membership)
    except DefinitionError as wrong:
        problems.append((str(wrong), "rebase" if "new limits" in str(wrong) else "spc"))
        choice = ProcessChoice()
        told = asked.process(name, organisation.code, choice, membership)
    facts = {"process_form": form(request, name, choice), "process_problems": problems}
    if isinstance(told, str):
        return facts | {"control": None, "process": None, "process_reason": told}
    here = charts.Asked(
        "control",
        name,
        organisation.level,
        organisation.code,
        membership,
        choice=choice if choice.made else None,
    )
    return facts | {
        "control": charts.told(here),
        "process": told,
        "offers": asked.offers(told, choice, moved),
    }


def chosen(request: HttpRequest) -> tuple[ProcessChoice, list[tuple[str, str]]]:
    """What the address chooses, and what of it cannot be used as (sentence, field)."""
    try:
        return process_of(request), []
    except WrongField as wrong:
        return ProcessChoice(), [(str(wrong), wrong.field)]
    except DefinitionError as wrong:
        text = str(wrong)
        return ProcessChoice(), [(text, next((each for each in PROCESS if f"'{each}'" in text), "spc"))]


def form(request: HttpRequest, name: str, choice: ProcessChoice) -> dict[str, object]:
    """The form as it is filled in: what was chosen, else what the area has; what was written, where it cannot be used."""
    return _filled(request, choice, asked.as_set(choice, name), asked.choices(name))


def form_for_all(request: HttpRequest, choice: ProcessChoice) -> dict[str, object]:
    """The form of a page that shows all measures."""
    return _filled(request, choice, asked.as_set(choice), asked.choices())


def _filled(
    request: HttpRequest, choice: ProcessChoice, ready: ProcessChoice, choices: dict
) -> dict[str, object]:
    shown = charts.asked_of(ready)
    written = {each: request.GET.get(each, "")[:100] for each in PROCESS if request.GET.get(each)}
    return {
        "choices": choices,
        "asked": charts.asked_of(choice),
        "values": shown | written,
        "open": choice.made or bool(written),
    }

"""Summary of variation: every measure of an organisation as a process, with icons, and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName
from opencommissioning.reports.variation import ASSURANCE
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions.variation import summary
from opencommissioning.web.views import refusals
from opencommissioning.web.views.asking import PROCESS, process_of
from opencommissioning.web.views.one_organisation import of_organisation
from opencommissioning.web.views.process import chosen, form_for_all


@require_safe
@by_build(*PROCESS)
@of_organisation
def variation(request: HttpRequest, organisation) -> HttpResponse:
    """The table, those measures first that ask for attention; `process_of` says what may be chosen."""
    choice, problems = chosen(request)
    facts = {
        "organisation": organisation,
        "above": questions.parents(organisation.code),
        "assurance": ASSURANCE,
        "process_problems": problems,
    }
    try:
        facts["told"] = summary(organisation.code, choice)
    except DefinitionError as problem:
        problems.append((str(problem), "rebase" if "new limits" in str(problem) else "spc"))
        choice = ProcessChoice()
        facts["told"] = summary(organisation.code, choice)
    except NotLoaded as problem:
        facts |= {"told": None, "reason": for_readers(problem)}
    return render(request, "variation.jinja", facts | {"process_form": form_for_all(request, choice)})


@require_safe
@by_build(*PROCESS)
@of_organisation
def table(request: HttpRequest, organisation, kind: str) -> HttpResponse:
    """The same as a file, unrounded; 404 when no measure has enough months."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    try:
        told = summary(organisation.code, process_of(request))
    except NotLoaded as problem:
        return refusals.refuse(request, 404, "There is nothing to download", for_readers(problem))
    return as_file(told.frame(), f"{organisation.code}-variation", kind)

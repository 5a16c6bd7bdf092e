"""What is loaded: months, files, rows refused, and from which build the pages come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.web import questions
from opencommissioning.web.caching import by_build


@require_safe
@by_build
def status(request: HttpRequest) -> HttpResponse:
    """The data status page."""
    facts = {"loaded": questions.loaded(), "notes": questions.notes(), "build": questions.age()}
    return render(request, "status.jinja", facts)

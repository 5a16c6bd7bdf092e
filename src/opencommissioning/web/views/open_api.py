"""The page about the open API: every address, what it takes, and one to try."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.web.caching import by_build
from opencommissioning.web.questions import describing


@require_safe
@by_build
def described(request: HttpRequest) -> HttpResponse:
    """The routes of `/api/v1` in words; the same as OpenAPI is at `openapi.json` beside it."""
    return render(request, "open_api.jinja", {"routes": describing.routes()})

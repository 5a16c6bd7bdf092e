"""Packs as PDF."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from opencommissioning.web.caching import by_build_unkept, software
from opencommissioning.web.questions import packs
from opencommissioning.web.views.one_organisation import of_organisation


@require_safe
@by_build_unkept
@of_organisation
def pack(request: HttpRequest, organisation) -> HttpResponse:
    """Two pages for the meeting."""
    body = packs.pack(organisation.code, software())
    name = f'inline; filename="{packs.name_of(organisation.code)}"'
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": name})

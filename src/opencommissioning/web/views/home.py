"""The first page, and finding an organisation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find an organisation; the area at a glance."""
    return render(request, "home.jinja")


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Organisations and measures that answer to a name, a code or a postcode."""
    words = request.GET.get("q", "").strip()[:100]
    return render(request, "find.jinja", {"words": words})

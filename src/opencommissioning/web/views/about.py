"""Pages about the site itself."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.web import questions
from opencommissioning.web.glossary import terms
from opencommissioning.web.parameters import EVERY, reading


@require_safe
@reading()
def glossary(request: HttpRequest) -> HttpResponse:
    """Words of the NHS and of statistics, in plain words."""
    return render(request, "glossary.jinja", {"terms": terms()})


@require_safe
@reading()
def about(request: HttpRequest) -> HttpResponse:
    """Who runs this and what it is not."""
    return render(request, "about.jinja", {"publishers": questions.publishers()})


@require_safe
@reading()
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.jinja")


@require_safe
@reading()
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about readers."""
    return render(request, "privacy.jinja")


@require_safe
@reading(EVERY)  # whoever watches a site adds to addresses so that nothing between keeps the answer
def health(request: HttpRequest) -> HttpResponse:
    """For a load balancer: which build is served."""
    return JsonResponse({"build": questions.build_id()})


@require_safe
@reading("next")
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask after a forgotten password or a lost phone. Nothing is sent: an address alone must not open an account."""
    return render(request, "forgotten.jinja")


@require_safe
@reading()
def account(request: HttpRequest) -> HttpResponse:
    """One's own roles, each with its organisation's name and page, and ways of signing in."""
    known = questions.organisations_known()
    held = sorted(request.user.standing().held)
    facts = {
        "held": [(role, place, known.get(place)) for role, place in held],
        "held_back": request.held_back,
        "second_factor": is_mfa_enabled(request.user),
        "reset": request.user.resets.order_by("at").last(),
    }
    return render(request, "account.jinja", facts)

"""Pages for what is refused: one sentence saying what was wrong, one saying what to do next."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from opencommissioning.errors import NotLoaded, OpenCommissioningError, StoreError, UnknownName
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.roles import EVERYWHERE, Asked, wanted_by


def refuse(
    request: HttpRequest,
    status: int,
    title: str,
    sentence: str,
    suggestions: list | tuple = (),
    above: str = "Did you mean:",
) -> HttpResponse:
    """A page with `title` and `sentence`; `suggestions` are (words, address) pairs below `above`. `django.request` logs it."""
    sentence = sentence[:1].upper() + sentence[1:]
    if is_api(request):
        return JsonResponse({"detail": sentence}, status=status)
    facts = {"title": title, "sentence": sentence, "suggestions": suggestions, "above": above}
    return render(request, "refusal.jinja", facts, status=status)


def of(request: HttpRequest, problem: OpenCommissioningError) -> HttpResponse:
    """The page for one of our own errors: unknown names are 404, nothing loaded yet is 503, anything else 400."""
    if isinstance(problem, UnknownName):
        return refuse(request, 404, "Page not found", for_readers(problem))
    if isinstance(problem, NotLoaded | StoreError):
        return refuse(request, 503, "Not there yet", _later(problem))
    without = getattr(problem, "without", "")
    way = [("The page without it", without)] if without else []
    return refuse(request, 400, "The address cannot be used", for_readers(problem), way, "What to do next:")


def _later(problem: OpenCommissioningError) -> str:
    """What is missing, and whom to ask, as sentences."""
    told = for_readers(problem).rstrip(".")
    return f"{told}. {_whom_to_ask('about it')}"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    sentence = "Something in the request does not fit this page. Go back, or start from the home page."
    return refuse(request, 400, "The request cannot be used", sentence)


def too_long(request: HttpRequest) -> HttpResponse:
    """400, before anything has read the address. There is no person on the request yet, so the page is the plain one."""
    return plain(
        400,
        "The address is too long",
        "No page of this site needs an address of that length. Start from the home page.",
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413, before anything has read the body."""
    return plain(
        413,
        "Too much was sent",
        "No form of this site sends as much as that. Nothing was changed; go back and send less.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, **_) -> HttpResponse:
    """The sign-in page for somebody unknown who is reading; 403 for everybody else."""
    if not request.user.is_authenticated and request.method in ("GET", "HEAD") and not is_api(request):
        return redirect_to_login(request.get_full_path())
    sentence = "Your account does not allow this. Ask an administrator of this site for the role that does."
    return refuse(request, 403, "You cannot use this page", sentence)


def lacking(request: HttpRequest, predicate, asked: Asked) -> HttpResponse:
    """403 that says which roles would do, where, and what the reader holds; the sign-in page for somebody unknown who is reading."""
    wanted = " or ".join(wanted_by(predicate))
    if not request.user.is_authenticated or not wanted:
        return forbidden(request)
    where = f"for {asked.organisations[0]}, for what it belongs to or for" if asked.organisations else "for"
    held = ", ".join(f"{role} {_for(place)}" for role, place in sorted(request.standing.held))
    sentence = (
        f"It needs the role {wanted}, held {where} the whole area. "
        f"{f'You hold: {held}.' if held else 'You hold no role.'} {_whom_to_ask('for the role')}"
    )
    return refuse(request, 403, "You cannot use this page", sentence)


def _for(place: str) -> str:
    return "for the whole area" if place == EVERYWHERE else f"for {place}"


def _whom_to_ask(what: str) -> str:
    return f"Ask {settings.SITE.contact or 'whoever runs this site'} {what}."


def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """403 for a role that counts only once a second factor is set up."""
    sentence = "Your role asks for a second factor, and you have none yet. Set one up: it takes two minutes and a phone."
    way = [("Set up a second factor", reverse("mfa_index"))]
    return refuse(request, 403, "A second factor is needed", sentence, way, "What to do next:")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form comes from somewhere else, or is too old."""
    sentence = "The form you sent did not come from this site, or you have signed in or out since. Go back, reload the page and send it again."
    return refuse(request, 403, "The form was not accepted", sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    sentence = "If you typed the address, check it; if you followed a link, the page may have moved. Search above, or start from the home page."
    return refuse(request, 404, "Page not found", sentence)


def wrong_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405 as a page, keeping the Allow header."""
    allowed = response.headers.get("Allow", "")
    page = refuse(
        request,
        405,
        "The page cannot be used that way",
        f"This address only answers {allowed}. Nothing was changed.",
    )
    page.headers["Allow"] = allowed
    return page


def broken(request: HttpRequest) -> HttpResponse:
    """500. Nothing that may itself be broken is asked."""
    sentence = (
        "The fault is ours and has been recorded. Try again in a few minutes; nothing you sent was kept."
    )
    return plain(500, "Something went wrong", sentence)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict) -> HttpResponse:
    """429 after too many failures to sign in."""
    sentence = "There were too many attempts to sign in with this address. Wait a quarter of an hour and try again, or ask an administrator."
    return refuse(request, 429, "Signing in is locked for now", sentence)


def provider_silent(request: HttpRequest) -> HttpResponse:
    """503 when the organisation's own sign-in cannot be reached, or answers what is none."""
    name = f"The sign-in of {settings.SITE.sign_in.name}" if settings.SITE.sign_in else "The sign-in"
    sentence = f"{name} does not answer, so nobody can come in by it now. Reading needs no account. Try again later. {_whom_to_ask('if it stays so')}"
    return refuse(request, 503, "Signing in does not work just now", sentence)


def plain(status: int, title: str, sentence: str) -> HttpResponse:
    """A page that needs neither the database, nor an area, nor a session."""
    facts = {"title": title, "sentence": sentence, "suggestions": (), "bare": True, "site": settings.SITE}
    return HttpResponse(render_to_string("refusal.jinja", facts), status=status)


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, which wants JSON."""
    return request.path.startswith("/api/")

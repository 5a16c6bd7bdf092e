"""Letters by e-mail: ask for them, confirm, stop them. Every link holds a signed token, never an address."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions, subscribing
from opencommissioning.web.limiting import allowed, caller
from opencommissioning.web.parameters import EVERY, Malformed, of_parameter, reading
from opencommissioning.web.views import refusals

HOUR, DAY = 3600, 86400
FROM_ONE_PLACE, TO_ONE_ADDRESS, IN_ALL = 20, 3, 300  # an hour, a day, an hour

NO_SUBJECT = "Letters are about one organisation or one measure: open its page, and ask for them there."

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@never_cache
@reading("organisation", "measure")
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form for `?organisation=CODE` or `?measure=ID`, and what was sent with it."""
    given = request.POST if request.method == "POST" else request.GET
    kind, subject, words = _subject(given)
    facts = {"kind": kind, "subject": subject, "about": words, "email": "", "problem": ""}
    if settings.SITE.mail is None or request.method != "POST":
        return render(request, "subscribe.jinja", facts)
    email = given.get("email", "")[:254]
    if not _may_ask(request, email):
        sentence = "Letters were asked for too often from here, or for this address. Try again later."
        return refusals.refuse(request, 429, "Too many requests", sentence)
    try:
        subscribing.ask(email, kind, subject, words)
    except ValidationError:
        problem = "Enter an e-mail address in the form name@example.org."
        return render(request, "subscribe.jinja", {**facts, "email": email, "problem": problem}, status=422)
    except OSError:
        sentence = "The message could not be sent just now, so nothing was noted. Try again in an hour."
        return refusals.refuse(request, 503, "The message was not sent", sentence)
    return render(request, "subscribe_asked.jinja", facts)


def _subject(given) -> tuple[str, str, str]:
    """Kind, id and words of what letters are wanted about; Malformed when there is no such organisation or measure."""
    if name := given.get("measure", ""):
        with of_parameter("measure", NotLoaded):
            measure = questions.build().measure(name)
        return subscribing.OF_MEASURE, measure.id, measure.title
    if not (code := given.get("organisation", "").strip()):
        raise Malformed(NO_SUBJECT)
    with of_parameter("organisation"):
        found = questions.build().organisation(code)
        if found.level not in questions.COMPARED:
            raise UnknownName(f"there are no letters about {found.name}; it is compared with nothing")
    return subscribing.OF_ORGANISATION, found.code, found.name


def _may_ask(request: HttpRequest, email: str) -> bool:
    return (
        allowed("ask from", caller(request), FROM_ONE_PLACE, HOUR)
        and allowed("ask for", email.strip().lower(), TO_ONE_ADDRESS, DAY)
        and allowed("ask", "all", IN_ALL, HOUR)
    )


@both
@never_cache
@reading(EVERY)  # mail systems add to the links of letters
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, for mail scanners follow links; the button confirms."""
    found = subscribing.of_token(token, subscribing.CONFIRM)
    if found is None:
        return refusals.refuse(request, 404, "No such letter", "It was stopped, or never confirmed in time.")
    if request.method == "POST":
        subscribing.confirm(found)
    return render(request, "subscribe_confirm.jinja", {"done": bool(found.confirmed), "about": _words(found)})


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed token is the permission
@both
@never_cache
@reading(EVERY)
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; the button, or a mail program's one click, ends the letters. A second time changes nothing."""
    found = subscribing.of_token(token, subscribing.END)
    words = _words(found) if found else ""
    if found and request.method == "POST":
        subscribing.end(found)
        found = None
    return render(request, "subscribe_end.jinja", {"done": found is None, "about": words})


def _words(found) -> str:
    try:
        build = questions.build()
        return (
            build.measure(found.subject).title
            if found.kind == subscribing.OF_MEASURE
            else build.organisation(found.subject).name
        )
    except UnknownName:
        return found.subject

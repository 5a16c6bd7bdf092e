"""What happens around every page: size limits, headers, the permission gate, and refusals as sentences."""

from dataclasses import replace

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from requests import RequestException

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web import questions
from opencommissioning.web.permissions import TABLE
from opencommissioning.web.plainly import LOG
from opencommissioning.web.roles import Asked, Role, Standing, nobody
from opencommissioning.web.security import LARGEST_BODY, LONGEST_QUERY
from opencommissioning.web.views import refusals
from opencommissioning.web.views.refusals import is_api

NOT_USED = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


def headers(get_response):
    """Tell browsers that a page uses no device, and never to keep what somebody signed in saw."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_USED)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        elif is_api(request) and settings.SITE.public:
            # reading without an account, from anybody's page
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag"
        return response

    return middleware


def reading(get_response):
    """Answer what programs ask of the API before they read it: HEAD, and OPTIONS as browsers send it from another site's page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_api(request) and request.method == "OPTIONS":
            return _may_read()
        if is_api(request) and request.method == "HEAD":
            request.method = "GET"  # the API's routes know no other
            return _head_of(get_response(request))
        return get_response(request)

    return middleware


def _may_read() -> HttpResponse:
    answer = HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
    if settings.SITE.public:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        answer.headers["Access-Control-Allow-Headers"] = "If-None-Match, Content-Type"
        answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def _head_of(answer: HttpResponse) -> HttpResponse:
    """The answer without its body, whose length it still tells."""
    answer.headers["Content-Length"] = str(len(answer.content))
    answer.content = b""
    return answer


def limits(get_response):
    """Refuse an address or a body that no form of this site would send, before anything reads it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return refusals.too_long(request)
        if _length(request) > LARGEST_BODY:
            return refusals.too_large(request)
        return get_response(request)

    return middleware


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else LARGEST_BODY + 1


class sentences:
    """Answer errors of ours, and methods a page does not take, with a page that says so."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return refusals.wrong_method(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A page for an error that is a sentence, or of the provider of sign-in, the only site that is asked; None leaves any other to the 500 page."""
        if isinstance(problem, RequestException):
            LOG.warning("The sign-in provider does not answer: %s", problem)
            return refusals.provider_silent(request)
        return refusals.of(request, problem) if isinstance(problem, OpenCommissioningError) else None


class gate:
    """Ask the permission table before any view runs. An address that is not in it is refused."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """None lets the view run; otherwise the sign-in page or a refusal."""
        request.standing, request.held_back = standing_of(request)
        asked = Asked(questions.lineage(kwargs.get("organisation")), settings.SITE.public)
        predicate = TABLE.get(request.resolver_match.view_name)
        if predicate is not None and predicate.test(request.standing, asked):
            return None
        if predicate is not None and request.held_back and predicate.test(request.user.standing(), asked):
            return refusals.second_factor_needed(request)
        if predicate is None:
            return refusals.forbidden(request)
        return (
            refusals.not_found(request)
            if predicate is nobody
            else refusals.lacking(request, predicate, asked)
        )


def standing_of(request: HttpRequest) -> tuple[Standing, frozenset[Role]]:
    """What whoever asks may do (nothing before somebody has signed in), and the roles that wait for a second factor."""
    if not request.user.is_authenticated:
        return Standing(), frozenset()
    standing = request.user.standing()
    wanting = frozenset(role for role, _ in standing.held if role in settings.SITE.second_factor)
    if not wanting or _has_second_factor(request):
        return standing, frozenset()
    counted = frozenset((role, place) for role, place in standing.held if role not in wanting)
    return replace(standing, held=counted), wanting


def _has_second_factor(request: HttpRequest) -> bool:
    # a provider asks for its own second factor
    through = {record.get("method") for record in get_authentication_records(request, request.user)}
    return "socialaccount" in through or is_mfa_enabled(request.user)

"""What happens around every page: size limits, headers, the permission gate, and refusals as sentences."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web import questions
from opencommissioning.web.permissions import TABLE
from opencommissioning.web.roles import Asked, Standing, nobody
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
            response.headers["Access-Control-Allow-Origin"] = (
                "*"  # reading without an account, from anybody's page
            )
        return response

    return middleware


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
        """A page for an error that is a sentence; None leaves any other to the 500 page."""
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
        request.standing = standing_of(request)
        asked = Asked(questions.lineage(kwargs.get("organisation")), settings.SITE.public)
        predicate = TABLE.get(request.resolver_match.view_name)
        if predicate is not None and predicate.test(request.standing, asked):
            return None
        return refusals.not_found(request) if predicate is nobody else refusals.forbidden(request)


def standing_of(request: HttpRequest) -> Standing:
    """What whoever asks may do; nothing before somebody has signed in."""
    return request.user.standing() if request.user.is_authenticated else Standing()

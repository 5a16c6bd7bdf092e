"""A page is as good as its build: answers to people who are not signed in are kept by build and address, and carry an ETag."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from opencommissioning.web import questions

HERE = Path(__file__).parent
LARGEST_KEPT = 500_000  # bytes: large downloads are made again rather than kept in memory
KEPT_HEADERS = ("Content-Type", "Content-Disposition")


def by_build(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Render a page once per build; answer 304 to whoever has it already. Pages of people signed in are never kept."""

    @wraps(view)
    def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.standing.signed_in:
            return view(request, *args, **kwargs)
        tag = _tag(request)
        if tag in request.headers.get("If-None-Match", ""):
            return _marked(HttpResponseNotModified(), tag)
        body = caches["pages"].get(tag)
        if body is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            _keep(tag, response)
            return _marked(response, tag)
        content, headers = body
        return _marked(HttpResponse(content, headers=headers), tag)

    return kept


def by_build_unkept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For answers that keep themselves (charts, on disk): the tag and the 304, without a second copy in memory."""

    @wraps(view)
    def tagged(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        tag = _tag(request)
        if tag in request.headers.get("If-None-Match", ""):
            return _marked(HttpResponseNotModified(), tag)
        response = view(request, *args, **kwargs)
        return _marked(response, tag) if response.status_code == 200 else response

    return tagged


def _keep(tag: str, response: HttpResponse) -> None:
    if len(response.content) <= LARGEST_KEPT:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        caches["pages"].set(tag, (response.content, headers), timeout=None)


def _tag(request: HttpRequest) -> str:
    text = f"{questions.state()} {software()} {request.get_full_path()}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, no-cache"  # keep it, but ask whether it is still the one
    return response


@lru_cache(maxsize=1)
def software() -> str:
    """The version of the software with a piece of the templates' checksum, so that an upgrade empties browsers' caches."""
    try:
        installed = version("opencommissioning")
    except PackageNotFoundError:
        installed = "checkout"
    templates = hashlib.sha256()
    for path in sorted(HERE.rglob("*.jinja")):
        templates.update(path.read_bytes())
    return f"{installed}-{templates.hexdigest()[:8]}"

"""A page is as good as its build: answers to people who are not signed in are kept by build and address, and carry an ETag."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from opencommissioning.web import questions
from opencommissioning.web.parameters import known

HERE = Path(__file__).parent
LARGEST_KEPT = 500_000  # bytes: large downloads are made again rather than kept in memory
KEPT_HEADERS = ("Content-Type", "Content-Disposition")


def by_build(*reads) -> Callable[..., HttpResponse]:
    """Render a page once per build; answer 304 to whoever has it already. Pages of people signed in are never kept.

    `reads` names the parameters of the address that the page reads (`EVERY` for a page that refuses by itself those it does not know);
    others are refused, so nobody fills the memory, or has pages made again, by adding to an address.
    """
    if len(reads) == 1 and callable(reads[0]):
        return _kept(reads[0], (), keep=True)
    return lambda view: _kept(view, reads, keep=True)


def by_build_unkept(*reads) -> Callable[..., HttpResponse]:
    """For answers that keep themselves (charts, on disk): the tag and the 304, without a second copy in memory."""
    if len(reads) == 1 and callable(reads[0]):
        return _kept(reads[0], (), keep=False)
    return lambda view: _kept(view, reads, keep=False)


def _kept(
    view: Callable[..., HttpResponse], reads: tuple[str, ...], keep: bool
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.GET = known(request, reads)
        if request.standing.signed_in and keep:
            return view(request, *args, **kwargs)
        tag = _tag(request)
        if tag in request.headers.get("If-None-Match", ""):
            return _marked(HttpResponseNotModified(), tag)
        made = (keep and _remembered(tag)) or _made(view(request, *args, **kwargs), tag, keep)
        return _marked(made, tag) if made.status_code == 200 else made

    kept.reads = reads
    return kept


def _remembered(tag: str) -> HttpResponse | None:
    body = caches["pages"].get(tag)
    return HttpResponse(body[0], headers=body[1]) if body else None


def _made(response: HttpResponse, tag: str, keep: bool) -> HttpResponse:
    if keep and response.status_code == 200:
        _keep(tag, response)
    return response


def _keep(tag: str, response: HttpResponse) -> None:
    if len(response.content) <= LARGEST_KEPT:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        caches["pages"].set(tag, (response.content, headers), timeout=None)


def _tag(request: HttpRequest) -> str:
    text = f"{questions.state()} {software()} {request.path}?{request.GET.urlencode()}"
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

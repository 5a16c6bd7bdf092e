"""What an address may be asked with. Each view tells its parameters once; whatever else somebody writes is refused with a sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict

from opencommissioning.errors import OpenCommissioningError, UnknownName, did_you_mean, nearest
from opencommissioning.web.plainly import for_readers

EVERY = "*"  # of a view that refuses by itself what it does not know, or hands the address on
# What newsletters, mail systems and search engines add to links that people share: nobody wrote it, so it is dropped.
TRACKERS = (
    "fbclid",
    "gclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "dclid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "_gl",
)
# What other sites call the same.
ELSEWHERE = {"limit": "per_page", "page_size": "per_page", "size": "per_page", "offset": "page"}


class Malformed(OpenCommissioningError):
    """A parameter of an address that cannot be used; `without` is the address without it, empty when there is none to offer."""

    def __init__(self, sentence: str, without: str = "") -> None:
        super().__init__(sentence)
        self.without = without


class Known(QueryDict):
    """The parameters of an address that a page reads, each once. KeyError for a name that it did not tell."""

    names: tuple[str, ...] = ()

    def get(self, key, default=None):
        """The value of a parameter that the page has told it reads."""
        if key not in self.names:
            raise KeyError(f"this page does not tell that it reads '{key}': @by_build(\"{key}\")")
        return super().get(key, default)


def reading(*names: str) -> Callable[..., Callable[..., HttpResponse]]:
    """For views that are not kept by `by_build`: refuse parameters that are not among `names` (`EVERY`: whatever comes)."""

    def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.GET = _written(request, names)
            return view(request, *args, **kwargs)

        checked.reads = names
        return checked

    return told


def known(request: HttpRequest, names: tuple[str, ...]) -> QueryDict:
    """Only what the page reads, each once, in one order, so that the same page has one address; Malformed for a name it does not know."""
    given = _written(request, names)
    if EVERY in names:
        return given
    out = Known(mutable=True)
    out.names = names
    for name in sorted(names):
        if name in given:
            out[name] = given[name]
    out._mutable = False
    return out


def _written(request: HttpRequest, names: tuple[str, ...]) -> QueryDict:
    """What somebody wrote: without trackers; Malformed when a name is not among `names`."""
    given = request.GET.copy()
    for name in [each for each in given if each in TRACKERS or each.startswith("utm_")]:
        del given[name]
    others = [] if EVERY in names else [each for each in given if each not in names]
    if others:
        raise Malformed(_unknown(others[0], names), _without(request, given, others))
    given._mutable = False
    return given


def _unknown(name: str, names: tuple[str, ...]) -> str:
    shown = f"The address names '{name[:40]}'"
    if not names:
        return f"{shown}, but nothing can be asked of this address; leave out what stands behind '?'."
    meant = ELSEWHERE.get(name, "")
    near = (
        f"; did you mean '{meant}'?"
        if meant in names
        else did_you_mean(name, names)
        if nearest(name, names)
        else "."
    )
    return f"{shown}, which it does not take{near} It takes {', '.join(sorted(names))}."


def _without(request: HttpRequest, given: QueryDict, others: list[str]) -> str:
    """The address with what is known of it."""
    for name in others:
        del given[name]
    return f"{request.path}?{given.urlencode()}" if given else request.path


@contextmanager
def of_parameter(name: str, *also: type[OpenCommissioningError]) -> Iterator[None]:
    """A name that is not known (or what `also` names) was written in a parameter: the page is there, so it is no 404 but Malformed."""
    try:
        yield
    except (UnknownName, *also) as problem:
        told = for_readers(problem).rstrip(".")
        end = "" if told.endswith("?") else "."
        raise Malformed(f"The parameter '{name}' cannot be used: {told}{end}") from None


def flag_of(request: HttpRequest, name: str) -> bool:
    """`?narrow=1`: yes; 0, empty or absent: no. Malformed otherwise."""
    text = request.GET.get(name, "")
    if text not in ("", "0", "1"):
        raise Malformed(f"The parameter '{name}' cannot be used: it is 1 for yes, 0 for no.")
    return text == "1"

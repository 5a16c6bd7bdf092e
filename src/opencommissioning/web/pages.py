"""Templates: how they are found, what every page knows, and the few words they share."""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.reports import numbers
from opencommissioning.web import questions, words
from opencommissioning.web.glossary import term
from opencommissioning.web.questions import governing, saying

MENU = [
    ("home", "Home"),
    ("measures", "Measures"),
    ("analyse", "Analyse"),
    ("status", "Data status"),
    ("glossary", "Glossary"),
    ("about", "About"),
]


class Loud(ChainableUndefined):
    """A name a template misspelt: macros may ask whether it is there, but nothing may print it."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()


def environment(**options) -> Environment:
    """The Jinja environment of all pages: our templates, then the NHS.UK macros, which need chainable undefined values."""
    found = Environment(**{**options, "undefined": Loud, "trim_blocks": True, "lstrip_blocks": True})
    found.loader = ChoiceLoader([found.loader, PackageLoader("nhsuk_frontend_jinja")])
    found.globals.update(
        asset=asset, term=term, url=_url, navigation=navigation, spoken=spoken, small_line=words.small_line
    )
    found.globals.update(formulary_status=governing.status_of)
    found.globals.update(
        level_name=level_name,
        valued=together(numbers.valued),
        plain=numbers.plain,
        share=together(numbers.share),
        whole=numbers.whole,
        signed=numbers.signed,
        tenths=numbers.tenths,
        pounds=numbers.pounds,
    )
    found.globals.update(notes_of=saying.notes_of, notes_below=saying.notes_below)
    found.filters.update(guidance=words.guidance, prose=words.prose, topic=words.topic_words)
    found.filters.update(first_upper=words.first_upper, sentence=words.sentence, together=words.together)
    return found


def together(number: Callable[..., str]) -> Callable[..., str]:
    """The same, with a space before % that no line ends at."""
    return lambda *given: words.together(number(*given))


def on_every_page(request: HttpRequest) -> dict:
    """Who runs the site, how old the data are, who is signed in, where in the site this is."""
    matched = request.resolver_match
    return {
        "site": settings.SITE,
        "age": questions.age(),
        "person": getattr(request, "user", None),
        "here": matched.view_name if matched else "",
        "messages": messages.get_messages(request),
    }


def navigation(person) -> list[tuple[str, str]]:
    """(URL name, words) of the main menu."""
    signed_in = person is not None and person.is_authenticated
    return [*MENU, ("account", "Your account") if signed_in else ("account_login", "Sign in")]


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """The address of a static file, ending in a piece of its checksum so that a new version is a new address."""
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"The static file {path} is missing; run `make assets`.")
    return f"{settings.STATIC_URL}{path}?v={hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]}"


PLAIN = re.compile("[A-Za-z0-9_]+")
HOLE = "hole{}hole"


def _url(name: str, *args) -> str:
    """An address. Its pattern is worked out once, because a page has hundreds; what is no plain code or word is quoted by Django."""
    if all(isinstance(each, str) and PLAIN.fullmatch(each) for each in args):
        return _pattern(name, len(args)).format(*args)
    return reverse(name, args=args)


@lru_cache(maxsize=500)
def _pattern(name: str, holes: int) -> str:
    """`/organisation/{0}/` of an address that takes one text."""
    made = reverse(name, args=[HOLE.format(place) for place in range(holes)])
    for place in range(holes):
        made = made.replace(HOLE.format(place), f"{{{place}}}")
    return made

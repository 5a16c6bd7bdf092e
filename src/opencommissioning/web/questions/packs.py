"""Packs for the page of a practice: set once per build and state of the notes, kept on disk."""

import hashlib
from datetime import datetime
from functools import lru_cache
from threading import Lock

from django.core.cache import caches

from opencommissioning.area.letters.writing import Letters
from opencommissioning.errors import UnknownName
from opencommissioning.reports.pack import PackPress
from opencommissioning.web import questions

_one_at_a_time = Lock()  # the press is not for several threads


def pack(code: str, software: str) -> bytes:
    """The practice's pack as PDF; UnknownName for other organisations, NotLoaded when there are no values."""
    organisation = questions.build().organisation(code)
    if organisation.level != "practice":
        raise UnknownName(
            f"There is a pack for each practice; {organisation.name} is none. Its practices' packs are on their pages."
        )
    key = hashlib.sha256(f"pack {questions.state()} {software} {organisation.code}".encode()).hexdigest()
    kept = caches["charts"].get(key)
    if kept is None:
        with _one_at_a_time:
            letter = _letters(questions.state()).of(organisation.code)
            kept = _press().pdf(letter, datetime.fromisoformat(questions.build().meta["built"]))
        caches["charts"].set(key, kept, timeout=None)
    return kept


@lru_cache(maxsize=1)
def _letters(state: str) -> Letters:
    return Letters(questions.build(), "practice", questions.area().annotations())


@lru_cache(maxsize=1)
def _press() -> PackPress:
    return PackPress()

"""Packs for the pages of organisations: set once per build and state of the notes, kept on disk."""

import hashlib
from datetime import datetime
from functools import lru_cache
from threading import Lock

from django.core.cache import caches

from opencommissioning.area.letters.packs import file_name
from opencommissioning.area.letters.writing import Letters
from opencommissioning.errors import UnknownName
from opencommissioning.reports.pack import PackPress
from opencommissioning.web import questions

PACKED = ("practice", "pcn", "sub_icb", "icb", "group")
_one_at_a_time = Lock()  # the press is not for several threads


def pack(code: str, software: str) -> bytes:
    """The organisation's pack as PDF; UnknownName for a level without packs, NotLoaded when there are no values."""
    organisation = questions.build().organisation(code)
    if organisation.level not in PACKED:
        raise UnknownName(
            f"There is no pack of {organisation.name}; those below it have packs on their pages."
        )
    key = hashlib.sha256(f"pack {questions.state()} {software} {organisation.code}".encode()).hexdigest()
    kept = caches["charts"].get(key)
    if kept is None:
        with _one_at_a_time:
            letter = _letters(questions.state(), organisation.level).of(organisation.code)
            kept = _press().pdf(letter, datetime.fromisoformat(questions.build().meta["built"]))
        caches["charts"].set(key, kept, timeout=None)
    return kept


def name_of(code: str) -> str:
    """What the file of an organisation's pack is called."""
    return f"{file_name(code)}-pack.pdf"


@lru_cache(maxsize=len(PACKED))
def _letters(state: str, level: str) -> Letters:
    return Letters(questions.build(), level, questions.area().annotations())


@lru_cache(maxsize=1)
def _press() -> PackPress:
    return PackPress()

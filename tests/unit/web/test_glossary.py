"""The glossary is whole: every term says something and every link in it leads to a term."""

from pathlib import Path

import pytest

import opencommissioning.web
from opencommissioning.errors import UnknownName
from opencommissioning.web.glossary import term, terms

TEMPLATES = Path(opencommissioning.web.__file__).parent / "templates"


def test_every_term_has_words_and_its_links_exist():
    assert len(terms()) >= 40
    for entry in terms():
        assert entry.words.endswith("."), entry.id
        assert entry.kind in ("nhs", "statistics"), entry.id
        assert [term(other).id for other in entry.see] == list(entry.see)


def test_an_unknown_term_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'funnel'"):
        term("funel")

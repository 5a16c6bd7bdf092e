"""The style sheet and the script that set-up brings ask nothing of another site and hold no NHS font."""

import re
from pathlib import Path

import pytest

import opencommissioning.web

ASSETS = Path(opencommissioning.web.__file__).parent / "assets"
STYLE, SCRIPT = ASSETS / "nhsuk-frontend.min.css", ASSETS / "nhsuk-frontend.min.js"

pytestmark = pytest.mark.skipif(
    not STYLE.is_file(), reason=f"{STYLE.name} is not there; 'make assets' brings it"
)


def test_no_font_is_loaded_and_none_is_named_that_may_not_be_used():
    style = STYLE.read_text(encoding="utf-8")
    assert "@font-face" not in style
    assert "frutiger" not in style.lower()


def test_every_picture_of_the_style_sheet_is_beside_it():
    pictures = re.findall(r"url\(([^)]+)\)", STYLE.read_text(encoding="utf-8"))
    assert pictures
    for picture in pictures:
        assert (ASSETS / picture.strip("\"'")).is_file(), picture


def test_no_address_of_another_site():
    for path in (STYLE, SCRIPT):
        addresses = set(re.findall(r"https?://[\w./-]+", path.read_text(encoding="utf-8")))
        named = {
            each for each in addresses if not each.startswith("http://www.w3.org/")
        }  # names, never asked
        assert named == set(), path.name


def test_what_draws_charts_in_the_browser_makes_no_code_from_text():
    """Vega's own expressions are compiled only without `ast`; the pages' policy forbids it and a browser test holds them to it."""
    script = ASSETS / "vega.min.js"
    if not script.is_file():
        pytest.skip("vega.min.js is not there; 'make assets' brings it")
    text = script.read_text(encoding="utf-8")
    assert "vegaEmbed" in text
    assert len(text) < 1_200_000

"""Whoever serves pages is told in a sentence what set-up has not brought."""

import pytest

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.front_end import NEEDED, check


def test_all_there_is_silence(tmp_path):
    for name in (*NEEDED, "vega.min.js"):
        (tmp_path / name).touch()
    assert check(tmp_path) == ""


def test_without_the_charts_script_it_says_what_is_lost_and_how_to_bring_it(tmp_path):
    for name in NEEDED:
        (tmp_path / name).touch()
    said = check(tmp_path)
    assert "vega.min.js is not in" in said
    assert "charts stay pictures" in said
    assert "make assets" in said


def test_without_the_style_sheet_nothing_is_served(tmp_path):
    with pytest.raises(
        OpenCommissioningError, match=r"nhsuk-frontend.min.css and .* are not in .*make assets"
    ):
        check(tmp_path)
    (tmp_path / NEEDED[0]).touch()
    with pytest.raises(OpenCommissioningError, match=r"cannot be served: nhsuk-frontend.min.js is not in"):
        check(tmp_path)

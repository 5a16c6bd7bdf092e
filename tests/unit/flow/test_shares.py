"""Shares as people write them: per cent with its sign, or a share; what could mean either says how it was read."""

from decimal import Decimal

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.catalogue.shares import in_percent, percent_of, share_of
from opencommissioning.cli.shares import Share


@pytest.mark.parametrize(
    ("text", "share"),
    [("92%", "0.92"), ("92 %", "0.92"), ("92 per cent", "0.92"), ("92 PERCENT", "0.92"), ("0.92", "0.92"), (".5", "0.5"),
     ("1", "1"), ("0.5 %", "0.005"), (" 7.5% ", "0.075")],
)  # fmt: skip
def test_a_share(text, share):
    assert share_of(text) == Decimal(share)


@pytest.mark.parametrize(
    ("text", "percent", "written"),
    [("92 %", "92", "92"), ("92", "92", "92"), ("0.92", "92", "92"), ("1", "1", "1"), ("1.0", "100", "100"), ("0", "0", "0"),
     ("0.5", "50", "50"), ("0.5 %", "0.5", "0.5 %"), ("33.5", "33.5", "33.5"), ("120%", "120", "120")],
)  # fmt: skip
def test_per_cent_in_a_form_and_how_it_is_shown_again(text, percent, written):
    assert percent_of(text) == Decimal(percent)
    assert in_percent(text) == written


@pytest.mark.parametrize("text", ["", "%", "half", "-3 %", "1e2", "٣", "92 % of", "1.2.3", "nan", "inf"])
def test_what_is_no_share(text):
    assert share_of(text) is None
    assert percent_of(text) is None
    assert in_percent(text) == text


@given(st.decimals(0, 300, places=2))
def test_what_a_form_shows_again_means_the_same(percent):
    shown = in_percent(f"{percent} %")
    assert percent_of(shown) == percent
    assert in_percent(shown) == shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("92", "'92' is not from 0 to 1; 92 per cent is written 92%"),
        ("120%", "'120%' is not from 0 to 1"),
        ("many", "write it as 92% or 0.92"),
    ],
)
def test_an_option_says_how_a_share_is_written(text, told):
    with pytest.raises(click.BadParameter, match=told):
        Share().convert(text, None, None)


def test_an_option_takes_both():
    assert Share().convert("92%", None, None) == Share().convert("0.92", None, None) == 0.92
    assert Share(0, None).convert("150%", None, None) == 1.5

"""Numbers of people and differences as people read them."""

import pytest

from opencommissioning.reports.numbers import share, signed, tenths, whole


@pytest.mark.parametrize(
    ("value", "told", "difference"),
    [
        (1234.4, "1,234", "+1,234"),
        (-186.2, "−186", "−186"),
        (-0.3, "0", "0"),
        (0.0, "0", "0"),
        (None, "–", "–"),
        (float("nan"), "–", "–"),
    ],
)
def test_whole_numbers_have_a_minus_sign_and_no_minus_nought(value, told, difference):
    assert whole(value) == told
    assert signed(value) == difference


def test_rates_and_shares():
    assert tenths(-12.34) == "−12.3"
    assert share(0.9234) == "92.3 %"

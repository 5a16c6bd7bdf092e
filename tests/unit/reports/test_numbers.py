"""Numbers of people and differences as people read them."""

import pytest

from opencommissioning.reports.numbers import share, signed, tenths, unit_price, whole


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


@pytest.mark.parametrize(
    ("price", "told"),
    [(34.0, "£34.00"), (3.254, "£3.25"), (0.0871, "£0.087"), (1234.5, "£1,234"), (0.0, "£0"), (None, "–"), (float("nan"), "–")],
)  # fmt: skip
def test_a_price_of_one_unit_has_pence_as_its_size_asks(price, told):
    assert unit_price(price) == told

"""A level is written as people say it."""

import pytest

from opencommissioning.cli.membership import LEVEL


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("sub-icb", "sub_icb"),
        ("CCG", "sub_icb"),
        ("Sub ICB", "sub_icb"),
        ("GP", "practice"),
        ("pcn", "pcn"),
        ("other", "other"),
    ],
)
def test_a_level_is_understood(said, meant):
    assert LEVEL.convert(said, None, None) == meant

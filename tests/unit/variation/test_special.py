"""Practices whose patients' ages are unlike anybody's."""

from dataclasses import replace

import pytest

from opencommissioning.variation.special import Ages, special_by_age

ORDINARY = Ages(
    patients=8000, aged_15_to_24=0.12, under_15=0.17, over_75=0.08, over_85=0.02, men=0.5
)  # about the national middle


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        ({"aged_15_to_24": 0.35, "over_75": 0.029}, "A practice of students: 35 % of its patients are aged 15 to 24, 2.9 % are 75"),
        ({"under_15": 0.01, "over_75": 0.0, "men": 0.8}, "mostly men, as where homeless people are cared for"),
        ({"under_15": 0.04, "over_75": 0.01, "men": 0.5}, "as in the middle of a city"),
        ({"over_85": 0.08}, "very old people, as where there are care homes: 8.0 % of its patients are 85 or over"),
    ],
)  # fmt: skip
def test_ages_far_from_the_usual_are_told(differs, words):
    assert words in special_by_age(replace(ORDINARY, **differs))


@pytest.mark.parametrize(
    "differs",
    [
        {},
        {"aged_15_to_24": 0.349, "over_75": 0.01},  # a town with a college
        {"aged_15_to_24": 0.4, "over_75": 0.03},  # students beside a village
        {"under_15": 0.05, "over_75": 0.0},
        {"over_85": 0.079},  # the seaside
        {"over_85": None},  # a list whose last band is 75 and over
        {"patients": 99, "over_85": 0.4},
    ],
)
def test_an_ordinary_practice_is_not(differs):
    assert special_by_age(replace(ORDINARY, **differs)) == ""

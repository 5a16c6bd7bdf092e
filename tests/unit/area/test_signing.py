"""A sign-off speaks for the definition that was read, until it is due or the definition changes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from opencommissioning.area.defining.signing import definition_hash, local_review, review_of, sign, sign_offs
from opencommissioning.area.library import Library
from opencommissioning.errors import OpenCommissioningError

SOON = date.today() + timedelta(days=300)
WHO = ("A. Pharmacist", "MRPharmS, GPhC 1234567")


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture
def measure(library):
    return library.measures["trimethoprim_share"]


def test_a_signed_definition_says_by_whom_and_until_when(tmp_path, library, measure):
    assert review_of(tmp_path, measure, library) == "not clinically reviewed"
    sign(tmp_path, measure, library, *WHO, SOON)
    told = review_of(tmp_path, measure, library)
    assert (
        told
        == f"signed off locally by A. Pharmacist (MRPharmS, GPhC 1234567) on {date.today():%d %B %Y}; due again by {SOON:%d %B %Y}"
    )


@pytest.mark.parametrize("change", ["window", "why", "numerator", "title"])
def test_a_changed_definition_is_no_longer_signed(tmp_path, library, measure, change):
    sign(tmp_path, measure, library, *WHO, SOON)
    narrower = replace(measure.numerator, where=measure.numerator.where[:-1])
    changed = replace(
        measure, **{change: {"window": 12, "why": "Other.", "numerator": narrower, "title": "T"}[change]}
    )
    told = review_of(tmp_path, changed, library)
    assert told.startswith(
        "not clinically reviewed; definition changed since it was signed off locally by A. Pharmacist"
    )


def test_a_changed_codelist_is_a_changed_definition(library):
    measure = next(
        each
        for each in library.measures.values()
        if each.numerator.where and each.numerator.where[0].codelists
    )
    name = measure.numerator.where[0].codelists[0]
    other = Library()
    other.codelists[name] = replace(other.codelists[name], exclude=("0501",))
    assert definition_hash(measure, other) != definition_hash(measure, library)
    assert definition_hash(
        replace(measure, review=replace(measure.review, by="x")), library
    ) == definition_hash(measure, library)


def test_overdue_is_said(tmp_path, library, measure):
    sign(tmp_path, measure, library, *WHO, SOON)
    later = SOON + timedelta(days=1)
    assert local_review(tmp_path, measure, library, later).endswith(
        f"local sign-off overdue since {SOON:%d %B %Y}"
    )


def test_an_old_state_that_comes_back_is_signed_again(tmp_path, library, measure):
    sign(tmp_path, measure, library, *WHO, SOON)
    changed = replace(measure, window=12)
    sign(tmp_path, changed, library, "B. Pharmacist", "GPhC 7654321", SOON)
    assert "A. Pharmacist" in local_review(tmp_path, measure, library)
    assert "B. Pharmacist" in local_review(tmp_path, changed, library)
    assert [each.by for each in sign_offs(tmp_path)] == ["A. Pharmacist", "B. Pharmacist"]


@pytest.mark.parametrize(
    ("by", "qualification", "due", "seen", "sentence"),
    [
        ("", "GPhC 1", SOON, "", "the name of who signs"),
        ("A. P.", " ", SOON, "", "a qualification"),
        ("A. P.", "x" * 151, SOON, "", "a qualification"),
        ("A. P.", "GPhC 1", date.today(), "", "must lie between tomorrow"),
        ("A. P.", "GPhC 1", date.today() + timedelta(days=2000), "", "must lie between tomorrow"),
        ("A. P.", "GPhC 1", SOON, "0" * 16, "has changed since you read it"),
    ],
)
def test_what_is_no_sign_off_is_refused_and_nothing_written(
    tmp_path, library, measure, by, qualification, due, seen, sentence
):
    with pytest.raises(OpenCommissioningError, match=sentence):
        sign(tmp_path, measure, library, by, qualification, due, seen)
    assert sign_offs(tmp_path) == []

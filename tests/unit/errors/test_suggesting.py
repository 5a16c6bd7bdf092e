"""What is suggested for a word that is not known: the same rule for organisations, measures, sources and keys."""

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencommissioning.errors import did_you_mean, edits, meant, nearest

CODES = [f"X81{number:03}" for number in range(1, 61)]


def test_what_begins_with_what_was_written_comes_first():
    assert nearest("X8101", CODES)[:9] == [f"X8101{last}" for last in range(9)]
    assert nearest("x8105", CODES)[:2] == ["X81050", "X81051"]


def test_of_those_that_begin_so_the_ones_with_more_data_come_first():
    codes = [f"B8501{last}" for last in range(10)]
    assert nearest("B8501", codes, {"B85013": 2, "B85010": 5})[:3] == ["B85010", "B85013", "B85011"]


def test_otherwise_the_fewest_edits_decide_and_then_the_data():
    assert nearest("X810l0", CODES)[0] in ("X81010", "X81000")
    assert nearest("X18010", CODES)[0] == "X81010"  # two letters swapped
    assert nearest("Q81010", ["A81010", "C81010", "C81011"], {"C81010": 1})[0] == "C81010"


def test_nothing_alike_is_no_suggestion_and_an_empty_word_has_none():
    assert nearest("NOPE", CODES) == nearest("", CODES) == []


def test_a_word_of_another_case_is_found_and_shown_as_it_is_known():
    assert nearest("ITEMS", ["items", "Items2", "cost"]) == ["items", "Items2"]


def test_sentences():
    assert meant([]) == ""
    assert meant(["a"]) == "; did you mean 'a'?"
    assert meant(["a", "b", "c"]) == "; did you mean 'a', 'b' or 'c'?"
    assert did_you_mean("route", ["rout", "form"]) == "; did you mean 'rout'?"
    assert did_you_mean("zzz", ["rout", "form"]) == "; choose from form, rout"


def slow_edits(one: str, other: str) -> int:
    """The definition, word for word."""

    @lru_cache(None)
    def between(i: int, j: int) -> int:
        if min(i, j) == 0:
            return max(i, j)
        ways = [between(i - 1, j) + 1, between(i, j - 1) + 1]
        ways.append(between(i - 1, j - 1) + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            ways.append(between(i - 2, j - 2) + 1)
        return min(ways)

    return between(len(one), len(other))


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_edits_are_those_of_the_definition(one, other):
    assert edits(one, other) == slow_edits(one, other)


@pytest.mark.parametrize(
    ("one", "other", "far"), [("kitten", "sitting", 3), ("ca", "abc", 3), ("ab", "ba", 1)]
)
def test_edits_of_textbooks(one, other, far):
    assert edits(one, other) == far

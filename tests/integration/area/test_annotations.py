"""Annotations in the area's folder: append-only, taken back but never removed, whole after two writers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from opencommissioning.area.annotations import (
    FILE,
    annotate,
    annotations,
    as_frame,
    check_month,
    history,
    stamp,
    withdraw,
)
from opencommissioning.errors import OpenCommissioningError, StoreError, UnknownName, WrongField

JUNE = date(2026, 6, 1)


def say(folder, text="new care home", **more):
    return annotate(folder, more.pop("organisation", "X81001"), JUNE, text, "A. Pharmacist", **more)


def test_what_was_said_is_read_again_as_it_was_said(tmp_path):
    note = say(tmp_path, "flood – “closed” for a week", measure="trimethoprim_share")
    assert annotations(tmp_path, "X81001") == [note]
    assert annotations(tmp_path, "X81002") == []
    assert note.sentence.startswith("June 2026: flood – “closed” for a week (A. Pharmacist, ")


def test_a_note_taken_back_stays_in_the_history_and_in_the_file(tmp_path):
    note = say(tmp_path)
    before = (tmp_path / FILE).read_text(encoding="utf-8")
    withdraw(tmp_path, "X81001", note.id, "A. Pharmacist", "wrong practice")
    assert annotations(tmp_path) == []
    (kept,) = history(tmp_path, "X81001")
    assert kept.withdrawn.why == "wrong practice"
    assert (tmp_path / FILE).read_text(encoding="utf-8").startswith(before)
    with pytest.raises(UnknownName, match="no note"):
        withdraw(tmp_path, "X81001", note.id, "A. Pharmacist", "again")


def test_nobody_takes_back_a_note_about_another_organisation(tmp_path):
    note = say(tmp_path)
    with pytest.raises(UnknownName, match="X81002 has no note"):
        withdraw(tmp_path, "X81002", note.id, "A. Pharmacist", "not mine")
    assert annotations(tmp_path) == [note]


def test_the_same_words_may_be_said_again_once_they_were_taken_back(tmp_path):
    note = say(tmp_path)
    with pytest.raises(OpenCommissioningError, match="there already"):
        say(tmp_path)
    withdraw(tmp_path, "X81001", note.id, "A. Pharmacist", "too early")
    assert len([say(tmp_path), *history(tmp_path)]) == 3


@pytest.mark.parametrize("text", ["", " \n ", "x" * 501, "\x00\x07"])
def test_empty_and_overlong_words_are_refused(tmp_path, text):
    with pytest.raises(OpenCommissioningError, match="write what happened"):
        say(tmp_path, text)


def test_letters_that_cannot_be_printed_are_left_out(tmp_path):
    assert say(tmp_path, "new\x00 care\u202e home").text == "new care home"


def test_many_at_once_lose_nothing(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: say(tmp_path, f"note {number}"), range(40)))
    assert {each.text for each in annotations(tmp_path)} == {f"note {number}" for number in range(40)}


def test_the_stamp_changes_with_every_word(tmp_path):
    stamps = [stamp(tmp_path)]
    note = say(tmp_path)
    stamps.append(stamp(tmp_path))
    withdraw(tmp_path, "X81001", note.id, "A. Pharmacist", "wrong")
    stamps.append(stamp(tmp_path))
    assert len(set(stamps)) == 3


def test_a_month_that_the_figures_do_not_reach_is_refused():
    check_month(JUNE, JUNE)
    with pytest.raises(
        WrongField, match="the figures end in June 2026, so there is nothing to explain in July 2026; choose"
    ):
        check_month(date(2026, 7, 1), JUNE)


def test_a_damaged_line_is_named(tmp_path):
    say(tmp_path)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('{"organisation": \n')
    with pytest.raises(StoreError, match="line 2 is not JSON"):
        annotations(tmp_path)


def test_notes_as_a_table(tmp_path):
    say(tmp_path)
    frame = as_frame(annotations(tmp_path))
    assert frame.select("organisation", "month", "text").rows() == [("X81001", JUNE, "new care home")]
    assert as_frame([]).columns == ["organisation", "month", "measure", "text", "by", "at"]

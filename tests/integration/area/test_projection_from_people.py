"""A waiting list of a person a row carried forward: months as a loop over days counts them, small specialties only in the whole."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.bucketed import lists_from_any
from opencommissioning.catalogue.period import last_day
from opencommissioning.cli.main import main
from opencommissioning.errors import NotLoaded

END = date(2025, 3, 31)
HEADING = "referral,removal,specialty,reason"


@pytest.fixture(scope="module")
def people():
    """referred, removed, specialty, reason: 40 join a week for two years; those removed before September are not in the file."""
    draw, out = random.Random(5), []
    for day in range(730):
        for _ in range(draw.choice((5, 6))):
            referred = END - timedelta(729 - day)
            removed = referred + timedelta(int(draw.expovariate(1 / 100)))
            reason = draw.choices(("Treated", "declined"), (8, 2))[0]
            out.append((referred, removed if removed <= END else None, draw.choices(("502", "410"), (30, 1))[0], reason))  # fmt: skip
    return [each for each in out if each[1] is None or each[1] >= date(2024, 8, 20)]


@pytest.fixture(scope="module")
def path(people, tmp_path_factory):
    target = tmp_path_factory.mktemp("people") / "list.csv"
    lines = [f"{referred},{removed or ''},{specialty},{reason if removed else ''}" for referred, removed, specialty, reason in people]  # fmt: skip
    target.write_text("\n".join([HEADING, *lines]) + "\n")
    return target


def test_months_are_those_of_a_loop(path, people):
    months = lists_from_any([path]).months["999"]
    assert [each.month for each in months] == [date(2024, month, 1) for month in range(9, 13)] + [date(2025, month, 1) for month in range(1, 4)]  # fmt: skip
    for each in months:
        end = last_day(each.month)
        waits = [(end - referred).days for referred, removed, *_ in people if referred <= end and not (removed and removed <= end)]  # fmt: skip
        assert each.waiting.sum() == len(waits)
        assert each.waiting[:18].sum() == sum(days <= 126 for days in waits)
        seen = [r for _, r, _, why in people if r and each.month <= r <= end and why == "Treated"]
        assert each.treated.sum() == len(seen)
        assert each.started == sum(each.month <= referred <= end for referred, *_ in people)


def test_nobody_appears_or_vanishes_between_months(path, people):
    months = lists_from_any([path]).months["999"]
    for before, now in pairwise(months):
        gone = sum(bool(r) and now.month <= r <= last_day(now.month) for _, r, *_ in people)
        assert before.waiting.sum() + now.started - gone == now.waiting.sum()


def test_small_specialties_are_only_in_the_whole_and_others_are_rounded(path):
    found = lists_from_any([path])
    assert set(found.months) == {"502", "999"}
    for month in found.months["502"]:
        assert {month.waiting.sum() % 5, month.treated.sum() % 5, month.started % 5} == {0}
    near = found.months["999"][-1].waiting.sum() * 30 / 31
    assert found.months["502"][-1].waiting.sum() == pytest.approx(near, rel=0.03)


def test_its_own_past_is_foretold(path):
    found = lists_from_any([path])
    assert flowing.tested(found, "999").size_share < 0.1


def test_the_command_says_what_it_assumed(path, capsys):
    main(["flow", "project", str(path), "--weeks", "13"])
    told = " ".join(capsys.readouterr().out.split())
    assert "Gynaecology" in told
    assert "months are September 2024 to March 2025" in told
    assert "begins with 'treat' were counted as treated" in told


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([f"2025-01-{day:02d},," for day in range(1, 29)], "nobody in it was removed"),
        (["2025-01-05,2025-03-02,502"] * 30, "tells of no whole month"),
    ],
)
def test_a_file_that_does_not_tell_how_many_leave_says_so(tmp_path, lines, why):
    target = tmp_path / "few.csv"
    target.write_text("\n".join(["referral,removal,specialty", *lines]) + "\n")
    with pytest.raises(NotLoaded, match=why):
        lists_from_any([target])


def test_of_several_days_lists_the_last_is_carried_forward(tmp_path):
    lines = ["referral,removal,census"]
    for day in ("2024-12-31", "2025-01-31"):
        lines += ["2024-10-05,,2024-12-31".replace("2024-12-31", day)] * 60
        lines += [f"2024-10-06,2024-11-{each:02d},{day}" for each in range(10, 28)]
    target = tmp_path / "two.csv"
    target.write_text("\n".join(lines) + "\n")
    found = lists_from_any([target])
    assert found.latest == date(2025, 1, 1)
    assert found.months["999"][-1].waiting.sum() == 60

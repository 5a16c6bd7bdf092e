"""flow project, clear and move: fans, plans over time, money; against slow witnesses, and refused in words."""

from datetime import date, timedelta

import numpy as np
import pytest
from click.testing import CliRunner

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.moving import YEAR, Asked, Contact, ListChange, answer
from opencommissioning.area.waiting.plans import plans_of_file, steps_of
from opencommissioning.catalogue.period import shift
from opencommissioning.cli.main import commands
from opencommissioning.errors import DefinitionError, FileRefused, UnknownName
from opencommissioning.flow.plans import Step, by_week


def run(*words):
    done = CliRunner().invoke(commands, ["flow", *map(str, words)])
    return done.exit_code, " ".join(done.output.split())


def test_project_tells_a_fan_and_the_lists_own_past(extract, lists):
    code, said = run("project", extract, "--organisation", "RZ1", "--list", "gynaecology", "--weeks", 12)
    fan = flowing.fan(lists, "502", 12)
    test = flowing.tested(lists, "502")
    assert code == 0
    assert f"{fan.waiting[0, -1]:,.0f}–{fan.waiting[4, -1]:,.0f}" in said
    assert f"{100 * test.size_share:.1f} % {test.inside} of 6" in said


def slowly(steps, begin, weeks, present):
    """Day by day in a dictionary."""
    rate, days = present, []
    for number in range(1, weeks * 7 + 1):
        day = begin + timedelta(number)
        rate = max(((s.since, s.treatments) for s in steps if s.since <= day), default=(None, present))[1]
        days.append(rate)
    return [sum(days[w * 7 : w * 7 + 7]) / 7 for w in range(weeks)]


@pytest.mark.parametrize("texts", [["2026-11=50"], ["2026-10-05=80", "2026-12=0"], ["2026-01=30", "2026-10=40"]])  # fmt: skip
def test_a_plan_by_week_is_the_mean_of_its_days(texts):
    steps = steps_of(texts)
    found = by_week(steps, date(2026, 9, 30), 26, 60.0)
    assert found == pytest.approx(slowly(steps, date(2026, 9, 30), 26, 60.0))


def test_a_plan_from_the_first_day_is_a_constant_capacity(lists):
    """Second witness: what it takes beyond a plan of today's capacity is what it takes without one."""
    now = lists.calibrated("502").model.capacity
    plan = (Step(shift(lists.latest, 1), now),)
    planned, plain = flowing.takes(lists, "502", 26, plan=plan), flowing.takes(lists, "502", 26)
    assert planned.extra.value == pytest.approx(plain.extra.value, abs=0.2)
    assert "beyond the plan" in planned.sentence
    more = (Step(plan[0].since, now + planned.extra.value + 0.5),)
    assert flowing.takes(lists, "502", 26, plan=more).already


def test_plans_of_a_file_and_of_the_command_line(extract, lists, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("List,From,Treatments\ngynaecology,2026-11,120\n502,2027-01,90\n")
    assert plans_of_file(path, lists) == {"502": (Step(date(2026, 11, 1), 120), Step(date(2027, 1, 1), 90))}
    words = (extract, "--organisation", "RZ1", "--list", "gynaecology")
    by_file = run("clear", *words, "--plan", path)
    by_words = run("clear", *words, "--capacity", "2026-11=120", "--capacity", "2027-01=90")
    assert by_file == by_words
    assert "beyond the plan" in by_file[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("list,from\nx,y\n", "no column 'treatments'"),
        ("list,from,treatments\nuroligy,2026-11,5\n", "row 2: RZ1 has no list 'uroligy'"),
        ("list,from,treatments\n502,soon,5\n", "row 2: 'soon=5' is no step of a plan"),
        ("list,from,treatments\n502,2026-11,-5\n", "row 2: .* must be from 0"),
        (None, "there is no such file"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_its_row(lists, tmp_path, text, sentence):
    path = tmp_path / "plan.csv"
    if text:
        path.write_text(text)
    with pytest.raises(FileRefused, match=sentence):
        plans_of_file(path, lists)


def test_steps_that_cannot_be(lists):
    with pytest.raises(UnknownName, match="write FROM=NUMBER"):
        steps_of(["110"])
    with pytest.raises(DefinitionError, match="lies after"):
        flowing.fan(lists, "502", 4, plan=steps_of(["2028-01=5"]))
    with pytest.raises(DefinitionError, match="two numbers from 1 November 2026"):
        flowing.fan(lists, "502", 26, plan=steps_of(["2026-11=5", "2026-11-01=6"]))


def test_money_by_hand(lists):
    """30 % of those who join move, half of all tested join after all: hospital, community, commissioner, system, by hand."""
    change = ListChange(0.3, "tests", "closed", 0.2, 0.5, stranded=0.25, contacts={"first": Contact(2.0, 180.0, 40.0)})  # fmt: skip
    asked = Asked(26, {"502": change})
    found = answer(lists, asked).money
    joining = lists.calibrated("502").model.arrivals * YEAR
    moved = joining * 0.3 * 2
    saving, cost = moved * (1 - 0.5 * 1.2) * 180, moved * 1.2 * 40
    assert found.found.hospital_saving == pytest.approx(saving)
    assert found.found.net_commissioner == pytest.approx(saving - cost)
    assert found.found.net_system == pytest.approx(saving - cost - saving / 4)
    assert found.found.break_even_stranded == pytest.approx((saving - cost) / saving)
    _, _, low, high = found.lines[0]
    assert low < saving < high
    assert high - low == pytest.approx(2 * 1.96 * lists.calibrated("502").evidence.errors[0] / (joining / YEAR) * saving)  # fmt: skip


def test_where_all_come_back_nothing_is_saved(lists):
    asked = Asked(26, {"502": ListChange(0.3, "tests", back=1.0, stranded=0.5, contacts={"test": Contact(1, 100, 40)})})  # fmt: skip
    found = answer(lists, asked)
    assert found.money.found.hospital_saving == 0
    assert found.money.found.net_system == found.money.found.net_commissioner < 0
    assert [s.difference.value for s in found.spreads] == pytest.approx(np.zeros(len(found.spreads)))


def test_move_tells_activity_waiting_and_money(extract):
    words = ("move", extract, "--organisation", "RZ1", "--list", "gynaecology=30%", "--weeks", 12)
    code, said = run(*words, "--price", "180", "--cost", "110", "--stranded", 0.4, "--freed", "closed")
    assert code == 0
    for each in ("The commissioner’s view", "The whole system’s view", "stays (stranded)", "contact: ", "possible, not achieved"):  # fmt: skip
        assert each in said
    assert "freed treatments are used" not in said
    assert "freed treatments are used by the same list" in run(*words, "--price", "180", "--cost", "110")[1]
    assert "£" not in run(*words)[1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--price", "180"), "'contact' needs both --price and --cost"),
        (("--price", "first=180", "--cost", "110"), "needs both --price and --cost"),
        (("--price", "-1", "--cost", "1"), "below 0"),
        (("--price", "180", "--cost", "110", "--contacts", "first=2"), "--contacts names 'first'"),
        (("--kind", "tests"), "--back 0.3"),
        (("--price", "nan", "--cost", "1"), "not a number"),
        (("--capacity", "soon=1"), "write FROM=NUMBER"),
    ],
)
def test_what_cannot_be_moved_is_refused_in_words(extract, options, sentence):
    done = CliRunner().invoke(
        commands, ["flow", "move", str(extract), "--organisation", "RZ1", "--list", "502=0.3", *options]
    )
    told = " ".join((done.output + str(done.exception)).split())
    assert done.exit_code != 0
    assert sentence in told

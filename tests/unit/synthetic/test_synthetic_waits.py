"""Invented waiting lists load as the publisher's, balance, and hold what was planted."""

from itertools import pairwise

import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.bucketed import stored_lists
from opencommissioning.area.waiting.moving import Asked, answer
from opencommissioning.synthetic.bucketed import write_podiatry
from opencommissioning.synthetic.model import economy
from opencommissioning.synthetic.waits import hospital_of, write_waits


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    folder = tmp_path_factory.mktemp("waits")
    made = economy(practices=60, products=60, months=12, seed=1)
    area = Area.create(folder / "area")
    report = area.load([write_waits(made, folder)])[0]
    assert report.warnings == ()
    assert sum(each.part.refused for each in report.loaded) == 0
    return area


def test_the_hospital_short_of_gynaecology_has_the_longest_list(area):
    lists = flowing.lists_of(area.store, hospital_of(0)[0])
    assert lists.every[0].model.name == "Gynaecology"
    assert lists.calibrated("502").model.transfers == pytest.approx(0, abs=0.5)


def test_a_list_of_podiatry_loads_in_buckets_of_its_own_and_balances(tmp_path):
    path = write_podiatry(economy(practices=40, products=20, months=12, seed=1), tmp_path)
    held = Area.create(tmp_path / "area")
    (report,) = held.load([path])
    assert report.warnings == ()
    assert sum(each.part.rows for each in report.loaded) == 12 * 13
    months = stored_lists(held.store, hospital_of(0)[0]).months["podiatry"]
    for before, now in pairwise(months):
        left = before.waiting.sum() + now.started - now.treated.sum() - now.waiting.sum()
        assert -20 <= left <= 60  # few leave untreated; buckets are rounded


def test_the_future_of_its_own_history_is_foretold(area):
    lists = flowing.lists_of(area.store, hospital_of(0)[0])
    assert flowing.tested(lists, "502").size_share < 0.1


def test_a_fan_holds_the_expected_course(area):
    lists = flowing.lists_of(area.store, "RZ1")
    fan = flowing.fan(lists, "502", 12, runs=100)
    expected = answer(lists, Asked(12)).comparison.rows[0].waiting_as_is
    assert fan.waiting[0, -1] < expected < fan.waiting[-1, -1]


def test_lists_of_a_commissioner_and_of_nobody(area):
    some = sorted(flowing.organisations_with_lists(area.store))
    assert {"9A1", "RZ1"} <= set(some)
    assert flowing.lists_of(area.store, "9A1").side == "commissioner"

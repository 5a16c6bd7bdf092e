"""Scenarios that change several lists: people and treatments are moved, not made; all lists together are their sum."""

import numpy as np
import pytest

from opencommissioning.errors import UnknownName
from opencommissioning.flow.closer_to_home import Service, Shift, consequence, together
from opencommissioning.flow.projection import ListModel
from opencommissioning.flow.scenarios import Change, Scenario, apply, compare

BANDS = 105


def a_list(name: str, arrivals: float, capacity: float, size: float = 10.0) -> ListModel:
    return ListModel(name, np.full(BANDS, size), arrivals, capacity, np.full(BANDS, 0.001), np.ones(BANDS))


LISTS = [a_list("one", 40, 38), a_list("two", 30, 28), a_list("three", 20, 25), a_list("clinic", 10, 12)]


def flows(scenario):
    """(joining, treatments) a week of all lists."""
    after = apply(LISTS, scenario)
    return sum(each.arrivals for each in after), sum(each.capacity for each in after)


@pytest.mark.parametrize("freed", ["kept", "shared", "moved"])
def test_what_moves_between_lists_is_neither_made_nor_lost(freed):
    several = Scenario({"one": Change(0.3, freed, into="clinic"), "two": Change(0.5, freed, into="clinic")})
    assert flows(several) == pytest.approx(flows(Scenario()))


def test_by_hand_who_joins_and_who_treats():
    """30 % of 40 and 10 % more join the clinic, which gets 38 × 30 % treatments; list two closes 28 × 20 % and gives 5 a week more."""
    several = Scenario(
        {"one": Change(0.3, "moved", induced=0.1, into="clinic"), "two": Change(0.2, "closed", extra=5.0)}
    )
    one, two, three, clinic = apply(LISTS, several)
    assert [each.arrivals for each in (one, two, three, clinic)] == pytest.approx([28, 24, 20, 10 + 40 * 0.3 * 1.1])  # fmt: skip
    assert [each.capacity for each in (one, two, three, clinic)] == pytest.approx([38 * 0.7, 28 * 0.8 + 5, 25, 12 + 38 * 0.3])  # fmt: skip


def test_two_changes_are_each_change_by_itself_where_nothing_is_shared():
    alone = [Scenario({"one": Change(0.3, "closed")}), Scenario({"two": Change(extra=10.0)})]
    both = compare(LISTS, Scenario({**alone[0].changes, **alone[1].changes}), 20)
    for number, each in enumerate(alone):
        assert both.rows[number].waiting_changed == pytest.approx(compare(LISTS, each, 20).rows[number].waiting_changed)  # fmt: skip
    assert any("All lists together" in each for each in both.sentences)


def test_all_together_are_the_sum_of_the_lists():
    found = compare(LISTS, Scenario({"one": Change(0.3, "shared")}), 20)
    assert found.together.waiting_changed == pytest.approx(sum(row.waiting_changed for row in found.rows))
    in_time = sum(row.waiting_changed * row.within_changed for row in found.rows)
    assert found.together.within_changed == pytest.approx(in_time / found.together.waiting_changed)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(0.3, into="one"), "cannot move into itself"),
        (Change(0.3, "moved"), "only into a list that is named"),
        (Change(0.3, into="clinics"), "did you mean 'clinic'"),
        (Change(0.3, "sold"), "freed capacity cannot be 'sold'"),
        (Change(1.3), "share from 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(change, sentence):
    with pytest.raises(UnknownName, match=sentence):
        compare(LISTS, Scenario({"one": change}), 4)


def test_money_of_several_lists_is_their_sum():
    parts = [
        consequence({"first": Service(100, 180, 110)}, Shift(1.0, 0.1, 0.4)),
        consequence({"first": Service(50, 90, 100), "follow-up": Service(20, 60, 30)}, Shift(1.0, 0.0, 0.0)),
    ]
    whole = together(parts)
    assert whole.net_system == pytest.approx(sum(each.net_system for each in parts))
    assert whole.moved == {"first": 150, "follow-up": 20}
    assert whole.net_system == pytest.approx(whole.hospital_saving - whole.community_cost - whole.stranded_cost)  # fmt: skip

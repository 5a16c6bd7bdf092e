"""Kinds of avoidable activity: the shipped ones load and are said in words; what could not run is refused with file and key."""

import pytest

from opencommissioning.area.library import ACTIVITY, Library
from opencommissioning.catalogue.avoidable import Effect
from opencommissioning.errors import DefinitionError
from opencommissioning.language.avoidable import read_avoidable, sentence
from opencommissioning.language.definitions import World

LIBRARY = Library()
GOOD = """
title = "Falls"
of = "spells"
effect = "avoided"
group = "Older people"
order = 4
source = "invented"
licence = "none"
author = "a test"
[where]
kind = "emergency"
"""


def read(tmp_path, text):
    (tmp_path / "trial.toml").write_text(text)
    return read_avoidable([tmp_path], World(ACTIVITY, LIBRARY.codelists), LIBRARY.categories)["trial"]


def test_shipped_kinds_say_where_they_come_from_and_that_nobody_reviewed_them():
    kinds = LIBRARY.avoidable.values()
    assert len(kinds) == 86
    assert {each.review.by for each in kinds} == {""}
    assert all(each.source and each.licence and each.author for each in kinds)


def test_each_shipped_kind_has_a_place_of_its_own_in_the_order():
    places = [(each.dataset, each.effect, each.order) for each in LIBRARY.avoidable.values()]
    assert len(set(places)) == len(places)


def test_each_is_a_sentence():
    said = {name: sentence(each, LIBRARY.codelists) for name, each in LIBRARY.avoidable.items()}
    assert said["emergency_75"] == (
        "spells where kind is emergency and age is at least 75 would be shorter; 61 % to 96 % of bed days would remain "
        "(80 % chance; national elicitation among experts, New Hospital Programme (nhp_data, MIT))"
    )
    assert (
        "either (diagnosis is under S or T and diagnoses is under W0 or W1), or (diagnoses is under M484"
        in said["falls"]
    )
    assert said["stays_emergency"].endswith("nobody published how much would remain")
    assert all(len(each) > 60 for each in said.values())


def test_a_kind_may_take_over_a_category(tmp_path):
    kind = read(tmp_path, GOOD.replace('title = "Falls"', 'title = "Falls"\ncategory = "copd"'))
    assert (
        len(kind.ways)
        == len(next(each for each in LIBRARY.categories["spells"] if each.id == "copd").ways)
        == 2
    )
    assert all(way[0].column == "kind" for way in kind.ways)


REFUSALS = [
    ('title = "Falls"', 'title = "Falls"\ncolour = "red"', "key 'colour' is not known"),
    ('of = "spells"', 'of = "spell"', "did you mean 'spells'"),
    ('effect = "avoided"', 'effect = "moved"', "which only appointments can be"),
    ('effect = "avoided"', 'effect = "gone"', "'effect' is 'gone'"),
    ('[where]\nkind = "emergency"', "", "names no condition"),
    ("order = 4", "order = 0", "whole number of 1 or more"),
    ('kind = "emergency"', 'knd = "emergency"', "did you mean 'kind'"),
    ('kind = "emergency"', 'diagnosis = { codelist = "icd10_copt" }', "did you mean 'icd10_copd'"),
    ('title = "Falls"', 'title = "Falls"\ncategory = "cpd"', "did you mean 'copd'"),
    ("[where]", '[kept]\nlow = "0.9"\nhigh = "0.5"\nchance = "0.8"\nsource = "x"\n[where]', "is above 'high'"),
    ("[where]", '[kept]\nlow = "60"\nhigh = "80"\nchance = "0.8"\nsource = "x"\n[where]', "a share from 0 to 1"),
    ("[where]", '[kept]\nlow = "0.6"\nhigh = "0.8"\nchance = "1"\nsource = "x"\n[where]', "'chance' must lie between"),
    ('author = "a test"', "", "'author' needs text"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), REFUSALS, ids=lambda each: str(each)[:30])
def test_refusals(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(DefinitionError, match=r"trial\.toml") as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert said in str(refused.value)


def test_effects_are_told_by_what_they_are_of():
    for each in LIBRARY.avoidable.values():
        assert (
            each.effect is Effect.AVOIDED
            or each.dataset == {"shorter": "spells", "moved": "appointments"}[each.effect]
        )


def test_a_kind_may_say_which_nights_can_go(tmp_path):
    text = GOOD.replace('"avoided"', '"shorter"').replace("order = 4", "order = 4\nnights = 2")
    kind = read(tmp_path, text)
    assert kind.nights == 2
    assert "would be shorter; nobody published" in sentence(kind, LIBRARY.codelists)
    assert "of their first nights would remain" in sentence(
        LIBRARY.avoidable["operated_on_day_1"], LIBRARY.codelists
    )
    with pytest.raises(DefinitionError, match="'nights' says which nights of a shorter stay go"):
        read(tmp_path, text.replace('"shorter"', '"avoided"'))


def test_categories_know_nothing_of_what_weights_tell(tmp_path):
    """Frailty and fractions are told for kinds of avoidable activity only: counts by category do not read the tables."""
    from opencommissioning.area.library import RECORDS

    assert "frailty" not in {column.name for column in RECORDS["spells"].columns}
    assert "frailty" in {column.name for column in ACTIVITY["spells"].columns}

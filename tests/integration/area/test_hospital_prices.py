"""A price list of the user's own, loaded like any file: the worked cases to the penny, dates without a rule refused in words."""

import json
from datetime import date
from decimal import Decimal

import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.prices import Spell, price, rules_of
from opencommissioning.errors import NotLoaded

HEAD = "hrg,since,day_case,elective,combined,emergency,procedure,elective_trim,emergency_trim,per_day,short_stay\n"
LINE = "ZZ01A,2026-04,600,1500,-,3000,-,10,30,250,750\n"


@pytest.fixture
def rules(tmp_path):
    area = Area.create(tmp_path / "area")
    (tmp_path / "prices.csv").write_text(HEAD + LINE)
    area.load([tmp_path / "prices.csv"])
    return rules_of(area.store, area.library)


def test_worked_cases_by_a_loaded_list(rules, shared_data):
    given = json.loads(shared_data("flow/tariff/synthetic_price_rules.json").read_text())
    for case in given["cases"]:
        spell = Spell("ZZ01A", case["pod"], case["los"], case.get("age", 50), date(2026, 5, 1))
        assert price(spell, rules).amount == Decimal(case["e"])
        assert price(spell, rules, factor=Decimal("1.08")).amount == Decimal(str(case["with_mff"]))


def test_the_sentence_says_which_list_and_which_rule(rules):
    found = price(Spell("ZZ01A", "NEL", 1, 70, date(2026, 5, 1)), rules)
    assert found.sentence == (
        "ZZ01A, 1 nights, ended 01 May 2026: £750.00 (short-stay emergency price). List: prices.csv, from April 2026."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ended": date(2027, 4, 1)}, "no price list is in force on 01 April 2027"),
        ({"ended": date(2026, 3, 31)}, "no price list is in force on 31 March 2026"),
        ({"hrg": "ZZ01B"}, "did you mean 'ZZ01A'"),
        ({"point": "OPPROC"}, "which is not a price of 0"),
    ],
)
def test_what_has_no_price_is_refused(rules, change, said):
    spell = Spell(
        **{"hrg": "ZZ01A", "point": "NEL", "nights": 3, "age": 60, "ended": date(2026, 5, 1)} | change
    )
    with pytest.raises(NotLoaded) as refused:
        price(spell, rules)
    assert said in str(refused.value)


def test_a_year_without_an_uplift_and_a_provider_without_a_factor_are_refused(rules):
    spell = Spell("ZZ01A", "NEL", 3, 60, date(2026, 5, 1))
    with pytest.raises(NotLoaded, match="no uplift of 2027/28 is known"):
        price(spell, rules, at=date(2027, 4, 1))
    with pytest.raises(NotLoaded, match="no market forces factor of 'RXX'"):
        price(spell, rules, provider="RXX")


def test_invented_rules_are_used_only_when_asked_for_and_say_so(tmp_path):
    area = Area.create(tmp_path / "area")
    spell = Spell("DZ65F", "NEL", 20, 70, date(2026, 5, 1))
    with pytest.raises(NotLoaded):
        price(spell, rules_of(area.store, area.library))
    found = price(spell, rules_of(area.store, area.library, invented=True), provider="RZ1")
    assert found.amount == (Decimal(2100) + 4 * 230) * Decimal("1.08")
    assert found.invented
    assert "nobody's" in found.sentence

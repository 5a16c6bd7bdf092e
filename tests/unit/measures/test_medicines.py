"""Code changes and the dm+d: what is known of a product beside its row, and when what was summed no longer holds."""

from decimal import Decimal

import pytest

from opencommissioning.measures.medicines import Medicines, Told, told_by_dmd


def row(code="0501013B0AAABAB", form="Capsule", ingredients=1, strength=500, unit="mg", per_unit=None):
    amounts = {
        "strength": None if strength is None else Decimal(strength),
        "unit": unit,
        "per_unit": per_unit,
    }
    return {"bnf_code": code, "form": form, "ingredients": ingredients, **amounts}


def test_the_dmd_wins_over_the_name():
    known = Medicines({}, told_by_dmd([row(form="Modified-release tablet", strength=30)]))
    product = known.product("0501013B0AAABAB", "Something 60mg capsules")
    assert (product.form, product.route, product.strength_mg) == ("modified-release tablet", "oral", 30)


def test_where_the_dmd_says_nothing_the_name_speaks():
    known = Medicines({}, {"0501013B0AAABAB": Told()})
    product = known.product("0501013B0AAABAB", "Amoxicillin 500mg capsules")
    assert (product.form, product.strength_mg) == ("capsule", 500)


def test_a_retired_code_is_told_by_the_dmd_of_its_successor():
    known = Medicines({"OLD": "NEW"}, {"NEW": Told("tablet", "oral", Decimal(5))})
    assert known.product("OLD", "X").form == "tablet"
    assert known.product("OLD", "X").bnf_code == "NEW"


@pytest.mark.parametrize(
    ("rows", "strength"),
    [
        ([row(strength="0.5", unit="gram")], 500),
        ([row(strength=100, unit="microgram", per_unit="dose")], Decimal("0.1")),
        ([row(strength=12, unit="microgram", per_unit="hour")], Decimal("0.012")),
        ([row(strength=50, per_unit="ml")], None),  # a concentration: the name says 250mg/5ml
        ([row(strength=1000, unit="unit")], None),
        ([row(strength=None)], None),
        ([row(strength=500, ingredients=2), row(strength=125, ingredients=2)], None),
    ],
)
def test_a_strength_is_that_of_one_dose_of_one_ingredient(rows, strength):
    assert told_by_dmd(rows)["0501013B0AAABAB"].strength_mg == strength


@pytest.mark.parametrize(
    ("form", "ours"),
    [
        ("Tablet", ("tablet", "oral")),
        ("Oral suspension", ("liquid", "oral")),
        ("Powder and solvent for solution for injection", ("injection", "parenteral")),
        ("Solution for infusion", ("injection", "parenteral")),
        ("Pressurised inhalation", ("inhaler pressurised", "inhaled")),
        ("Inhalation powder", ("inhaler dry powder", "inhaled")),
        ("Gastro-resistant capsule", ("gastro-resistant capsule", "oral")),
        ("Transdermal patch", ("patch", "transdermal")),
        ("Soluble tablet", ("effervescent", "oral")),
        ("", ("", "")),
    ],
)
def test_forms_of_the_dmd_become_our_words(form, ours):
    told = told_by_dmd([row(form=form)])["0501013B0AAABAB"]
    assert (told.form, told.route) == ours


def test_what_was_summed_holds_only_as_long_as_what_is_known():
    none, changed = Medicines(), Medicines({"A": "B"})
    with_dmd = Medicines({"A": "B"}, told_by_dmd([row()]))
    assert none.digest == ""
    assert len({none.digest, changed.digest, with_dmd.digest}) == 3
    assert Medicines({"A": "B"}, told_by_dmd([row()])).digest == with_dmd.digest

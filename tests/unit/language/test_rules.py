"""Dated rules: the shipped ones say where they come from; what cannot hold is refused with file and key."""

from datetime import date
from decimal import Decimal

import pytest

from opencommissioning.area.library import Library
from opencommissioning.errors import DefinitionError
from opencommissioning.language.rules import read_rules

PRICES = """
title = "Prices"
rule = "prices"
since = 2025-04-01
until = 2026-04-01
source = "a contract"
licence = "own"
[prices.AA01A]
combined = "700"
emergency = "3000"
emergency_trim = 30
per_day = "250"
"""
UPLIFT = 'title = "U"\nrule = "uplift"\nsince = 2026-04-01\ninflation = "0.04"\nefficiency = "0.02"\nsource = "s"\nlicence = "l"\n'
FORCES = 'title = "F"\nrule = "market_forces"\nsince = 2026-04-01\nsource = "s"\nlicence = "l"\n[factors]\nRXX = "1.05"\n'


def read(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return read_rules([folder])


def test_shipped_rules_have_source_and_licence_and_say_when_they_are_invented():
    rules = Library().price_rules
    every = (*rules.lists, *rules.uplifts, *rules.forces)
    assert all(each.source and each.licence for each in every)
    assert {each.invented for each in every if "invented" in each.source} == {True}
    real = [each for each in every if not each.invented]
    assert [(each.since, each.inflation, each.efficiency) for each in real] == [
        (date(2025, 4, 1), Decimal("0.0483"), Decimal("0.02"))
    ]


def test_what_a_file_says_is_what_the_rules_hold(tmp_path):
    rules = read(tmp_path, prices=PRICES, uplift=UPLIFT, forces=FORCES)
    (told,) = rules.lists
    line = told.prices["AA01A"]
    assert (line.combined, line.elective, line.emergency_trim, told.short_stay_below) == (700, None, 30, 2)
    assert told.covers(date(2026, 3, 31))
    assert not told.covers(date(2026, 4, 1))
    assert rules.forces[0].factors == {"RXX": Decimal("1.05")}


def test_the_areas_own_rule_stands_before_the_shipped_one(tmp_path):
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    own.mkdir()
    shipped.mkdir()
    (own / "mine.toml").write_text(UPLIFT.replace("0.04", "0.05"))
    (own / "prices.toml").write_text(PRICES.replace("700", "800"))
    (shipped / "theirs.toml").write_text(UPLIFT)
    (shipped / "list.toml").write_text(PRICES)
    rules = read_rules([shipped, own])
    assert [each.inflation for each in rules.uplifts] == [Decimal("0.05")]
    assert [each.prices["AA01A"].combined for each in rules.lists] == [800, 700]


REFUSALS = [
    (PRICES.replace("since = 2025-04-01", ""), "'since' is missing"),
    (PRICES.replace("2026-04-01", "2025-04-01"), "is not after 'since'"),
    (PRICES.replace("combined", "combind"), "did you mean 'combined'"),
    (PRICES.replace('"700"', "700.5"), "needs an exact number"),
    (PRICES.replace('"700"', '"-7"'), "a price is 0 or more"),
    (PRICES.replace('rule = "prices"', 'rule = "price"'), "did you mean 'prices'"),
    (PRICES[: PRICES.index("[prices")], "has no price"),
    (UPLIFT.replace('"0.04"', '"4"'), "needs a share in quotes"),
    (FORCES.replace('"1.05"', '"105"'), "a number near 1"),
]


@pytest.mark.parametrize(("text", "said"), REFUSALS, ids=[each[1] for each in REFUSALS])
def test_refusals(tmp_path, text, said):
    with pytest.raises(DefinitionError, match=r"trial\.toml") as refused:
        read(tmp_path, trial=text)
    assert said in str(refused.value)


def test_two_rules_of_one_kind_never_hold_on_one_day(tmp_path):
    with pytest.raises(DefinitionError, match="end that one with 'until'"):
        read(
            tmp_path,
            a=PRICES,
            b=PRICES.replace("2025-04-01", "2025-10-01").replace("2026-04-01", "2026-10-01"),
        )

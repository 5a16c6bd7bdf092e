"""Prices and moved activity: the worked cases to the penny."""

import json
from datetime import date
from decimal import Decimal

import pytest

from opencommissioning.flow.closer_to_home import Service, Shift, consequence
from opencommissioning.flow.prices import Price, PriceList, Spell, price_of


def test_price_rules(shared_data):
    given = json.loads(shared_data("flow/tariff/synthetic_price_rules.json").read_text())
    line = given["price"]
    price = Price(
        line["hrg"],
        day_case=Decimal(line["dc"]),
        elective=Decimal(line["el"]),
        emergency=Decimal(line["nel"]),
        elective_trim=line["el_trim"],
        emergency_trim=line["nel_trim"],
        per_day=Decimal(line["per_day"]),
        short_stay=Decimal(line["sse"]),
    )
    prices = PriceList(date(2018, 4, 1), None, "invented", {price.hrg: price})
    for case in given["cases"]:
        spell = Spell(price.hrg, case["pod"], case["los"], case.get("age", 50), date(2018, 5, 1))
        assert price_of(spell, prices) == Decimal(case["e"])
        assert price_of(spell, prices, Decimal(str(line["mff"]))) == Decimal(str(case["with_mff"]))


def test_moved_outpatients_gain_for_the_commissioner_and_loss_for_the_system(shared_data):
    case = json.loads(shared_data("flow/tariff/activity_shift.json").read_text())
    given, expected = case["inputs"], case["expected"]
    services = {
        "first": Service(given["first"], given["acute_first"], given["comm_first"]),
        "follow-up": Service(given["fup"], given["acute_fup"], given["comm_fup"]),
    }
    found = consequence(services, Shift(given["s"], given["induced"], given["stranded"]))
    assert found.moved == pytest.approx({"first": expected["shift_first"], "follow-up": expected["shift_fup"]})  # fmt: skip
    assert found.in_community == pytest.approx({"first": expected["comm_first"], "follow-up": expected["comm_fup"]})  # fmt: skip
    assert (found.hospital_saving, found.community_cost) == pytest.approx((expected["tariff_saving"], expected["community_cost"]))  # fmt: skip
    assert (found.net_commissioner, found.net_system) == pytest.approx((expected["net_commissioner"], expected["system_net"]))  # fmt: skip
    assert "pay less by £114,000" in found.sentence
    assert "a loss of £37,200" in found.sentence

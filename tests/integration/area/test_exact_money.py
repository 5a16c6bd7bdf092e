"""Prices and savings of a build are sums of whole numbers: any number of threads writes the same, and Decimals added by hand agree."""

import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from shutil import copytree, rmtree

import polars as pl
import pytest

from opencommissioning.area import Area, Build
from opencommissioning.area.belonging import above
from opencommissioning.area.building import successors_of
from opencommissioning.area.money.pricing import read_prices, window_parts, write_prices
from opencommissioning.area.money.switching import write_money
from opencommissioning.area.money.tariffs import concessions_of, tariff_of
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.finance.sets import substitution_sets
from opencommissioning.finance.tariff import paid_share

PREGABALIN = "0408010AEAAAEAE"
CENTILES = (10, 20, 50)


def written(folder: Path, build: Path, out: Path, threads: int) -> None:
    """The price and money files of a build of an area, made anew below `out`."""
    area = Area.open(folder)
    copytree(build, out / "build", ignore=lambda _, names: {"prices", "money"} & set(names))
    (out / "results").mkdir()
    draft = Build(out / "build", area.library, replace(area.settings, threads=threads))
    write_prices(draft, area.store, out / "results", lambda *_: None)
    write_money(draft, area.store, out / "results")


def tables(out: Path) -> dict[str, pl.DataFrame]:
    """Name → table, of every price and money file."""
    found = sorted([*out.glob("build/prices/*"), *out.glob("build/money/*")])
    read = {".arrow": pl.read_ipc, ".parquet": pl.read_parquet}
    return {f"{each.parent.name}/{each.name}": read[each.suffix](each) for each in found}


def test_any_number_of_threads_writes_the_same(invented, tmp_path):
    """A process of its own for each, since one library takes its number of threads when it starts."""
    told = {}
    for number in (1, 2, 5):
        out = tmp_path / str(number)
        out.mkdir()
        arguments = [invented.folder, invented.current.folder, out, number]
        subprocess.run(
            [sys.executable, __file__, *map(str, arguments)],
            env={**os.environ, "POLARS_MAX_THREADS": str(number)},
            check=True,
        )
        told[number] = tables(out)
        rmtree(out)
    names = {f"savings-{level}.arrow" for level in LEVELS}
    assert names | {"aims.parquet", "codes.parquet"} == {
        Path(name).name for name in told[1] if "money/" in name
    }
    assert told[1]["prices/practice.arrow"].height > 1000
    for name, table in told[1].items():
        assert table.equals(told[2][name]), name
        assert table.equals(told[5][name]), name


@pytest.fixture(scope="module")
def by_hand(invented):
    """(practice, product) of one set → quantity, cost, actual cost and £ over each centile: Decimals, month by month, row by row."""
    build, store = invented.current, invented.store
    successors, known = successors_of(store), set(build.register.practices)
    out = defaultdict(lambda: defaultdict(Decimal))
    for part in window_parts(build, store):
        tariff = tariff_of(store, part.period)
        conceded = concessions_of(store, part.period, tariff)
        rows = [
            row | {"bnf_code": successors.get(row["bnf_code"], row["bnf_code"])}
            for row in pl.read_parquet(part.path).iter_rows(named=True)
            if row["practice"] in known
        ]
        sets = substitution_sets({row["bnf_code"] for row in rows})
        bought = defaultdict(lambda: defaultdict(Decimal))
        for row in rows:
            code = row["bnf_code"]
            if sets.get(code) == PREGABALIN:
                paid = Decimal(1) if code in conceded else paid_share(code, tariff.category.get(code, ""))
                mine = bought[row["practice"], code]
                mine["quantity"] += row["quantity"]
                mine["actual_cost"] += row["actual_cost"]
                mine["cost"] += row["nic"] * paid
        prices = targets(bought)
        for key, mine in bought.items():
            for name, amount in mine.items():
                out[key][name] += amount
            for centile, price in prices.items():
                over = mine["cost"] - Decimal(str(round(mine["quantity"] * price, 12)))
                out[key][f"over_{centile}"] += over
    return out


def targets(bought) -> dict[int, Decimal]:
    """Centile (type 7) → price of a unit among practices, of exact fractions."""
    cost, quantity = defaultdict(Decimal), defaultdict(Decimal)
    for (practice, _), mine in bought.items():
        cost[practice] += mine["cost"]
        quantity[practice] += mine["quantity"]
    units = sorted(Fraction(cost[each]) / Fraction(quantity[each]) for each in cost if quantity[each] > 0)
    found = {}
    for centile in CENTILES:
        place = Fraction(centile, 100) * (len(units) - 1)
        low = int(place)
        high = min(low + 1, len(units) - 1)
        price = units[low] + (place - low) * (units[high] - units[low])
        found[centile] = Decimal(price.numerator) / Decimal(price.denominator)
    return found


def test_a_set_equals_decimals_added_by_hand(invented, by_hand):
    """Sums of what was paid to the last digit; what is over a target, which is a float, to a hundred-millionth of a pound."""
    told = read_prices(invented.current, "practice").filter(pl.col("set") == PREGABALIN)
    assert {(row["organisation"], row["bnf_code"]) for row in told.iter_rows(named=True)} == set(by_hand)
    for row in told.iter_rows(named=True):
        slow = by_hand[row["organisation"], row["bnf_code"]]
        for name in ("quantity", "cost", "actual_cost"):
            assert row[name] == float(slow[name]), (row["organisation"], name)
        for centile in CENTILES:
            assert row[f"over_{centile}"] == pytest.approx(float(slow[f"over_{centile}"]), abs=1e-8)


@pytest.mark.parametrize("level", ["sub_icb", "england"])
def test_an_organisation_is_the_sum_of_its_practices_to_the_last_digit(invented, by_hand, level):
    build = invented.current
    practices = read_prices(build, "practice").filter(pl.col("set") == PREGABALIN)
    added, place_of = defaultdict(Decimal), dict(above(build, level).iter_rows())
    for row in practices.iter_rows(named=True):
        place = place_of[row["organisation"]]
        slow = by_hand[row["organisation"], row["bnf_code"]]
        for name in ("quantity", "cost", "actual_cost"):
            added[place, row["bnf_code"], name] += slow[name]
        for name in (f"{kind}_{centile}" for kind in ("over", "floor") for centile in CENTILES):
            added[place, row["bnf_code"], name] += Decimal(row[name]).quantize(Decimal("1e-9"))
    told = read_prices(build, level).filter(pl.col("set") == PREGABALIN)
    found = {
        (row["organisation"], row["bnf_code"], name): row[name]
        for row in told.iter_rows(named=True)
        for name in {name for _, _, name in added}
    }
    assert found == {key: float(amount) for key, amount in added.items()}


if __name__ == "__main__":
    written(*map(Path, sys.argv[1:4]), int(sys.argv[4]))

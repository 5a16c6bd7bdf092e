"""Money on the invented economy: what was planted is recovered, and every figure has a second, slower witness in the files."""

import itertools
import tomllib
from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from opencommissioning.area import Area
from opencommissioning.area.belonging import practices_of
from opencommissioning.area.money.conceding import concessions, ghost_generics
from opencommissioning.area.money.saving import compatible_prices
from opencommissioning.catalogue.bnf import generic_equivalent
from opencommissioning.catalogue.period import shift
from opencommissioning.cli.main import commands
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.money import PRICE

PREGABALIN = "0408010AEAAAEAE"


@pytest.fixture(scope="module")
def truth(invented_files):
    found = tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))["truth"]
    return {each["id"]: each for each in found}


@pytest.fixture(scope="module")
def england(invented):
    return invented.money("ENGLAND")


def month_of(text) -> date:
    return date.fromisoformat(f"{text}-01") if isinstance(text, str) else text


def raw(invented_files, month: date) -> pl.DataFrame:
    """A month's published file, all text."""
    path = next(invented_files.rglob(f"EPD*{month:%Y%m}.csv"))
    frame = pl.read_csv(path, infer_schema=False, encoding="latin-1")
    code = "BNF_PRESENTATION_CODE" if "BNF_PRESENTATION_CODE" in frame.columns else "BNF_CODE"
    return frame.rename({code: "code"})


def category_of(invented_files, month: date) -> dict[str, tuple[str, Decimal, int]]:
    """Name → (category, pack, pence) of a month's tariff, read by hand."""
    path = next(invented_files.rglob(f"drug_tariff_part_viiia_{month:%Y%m}.csv"))
    rows = pl.read_csv(path, infer_schema=False, skip_rows=2, encoding="latin-1")
    return {
        row["Medicine"]: (row["Drug Tariff Category"][-1], Decimal(row["Pack size"]), int(row["Basic Price"]))
        for row in rows.iter_rows(named=True)
    }


def test_the_planted_switch_of_brand_is_found(invented, truth):
    """The brand stands among what moved most, as more of it and not as its price; its set among the savings."""
    switched, brand = (
        truth["brand_switch_to"]["organisations"][0],
        truth["brand_switch_to"]["bnf_prefixes"][0],
    )
    told = invented.why(switched, month_of(truth["brand_switch_to"]["month"]), invented.current.latest)
    moved = {each.code: each for each in told.movers}
    assert moved[brand].amount > 0
    assert moved[brand].cause == "mix"
    line = {each.id: each for each in invented.money(switched).lines}[f"price:{PREGABALIN}"]
    assert line.possible > 100
    assert line.counted + line.counted_elsewhere > 0


def test_price_per_unit_equals_a_slow_calculation(invented, invented_files):
    """The compatible list of one practice for pregabalin 150 mg: loops over the published file."""
    build = invented.current
    tariff = category_of(invented_files, build.latest)
    cost, quantity = defaultdict(float), defaultdict(float)
    for row in raw(invented_files, build.latest).iter_rows(named=True):
        practice = row["PRACTICE_CODE"]
        name = row.get("BNF_PRESENTATION_NAME") or row.get("BNF_DESCRIPTION")
        if practice in build.register.practices and generic_equivalent(row["code"]) == PREGABALIN:
            paid = 0.80 if tariff.get(name, ("",))[0] in ("A", "M") else 0.95
            cost[practice] += float(row["NIC"]) * paid
            quantity[practice] += float(row["TOTAL_QUANTITY"])
    target = np.quantile([cost[each] / quantity[each] for each in cost if quantity[each] > 0], 0.1)
    slow = {each: max(0.0, cost[each] - quantity[each] * target) for each in cost}
    practice = max(slow, key=slow.get)
    found = compatible_prices(build, practice).filter(pl.col("set") == PREGABALIN)
    assert found["saving"][0] == pytest.approx(slow[practice])
    england = compatible_prices(build, build.organisations_of("sub_icb")[0].code)
    members = {
        row for row in slow if build.parent(row, "sub_icb") == build.organisations_of("sub_icb")[0].code
    }
    ours = england.filter(pl.col("set") == PREGABALIN)["saving"].sum()
    whole = sum(slow[each] for each in members)
    assert ours == pytest.approx(whole if whole >= 200 else 0)


def test_an_organisation_is_the_sum_of_its_practices(invented):
    """Possible savings and signed ones, of every list."""
    build = invented.current
    pcn = build.parent(build.register.practices[5], "pcn")
    possible, signed = defaultdict(float), defaultdict(float)
    for practice in practices_of(build, pcn):
        told = invented.money(practice)
        for line in told.lines if told else ():
            possible[line.id] += line.possible
            signed[line.id] += line.signed
    whole = invented.money(pcn)
    assert not whole.unshown
    for line in whole.lines:
        assert line.possible == pytest.approx(possible[line.id], abs=0.01), line.title
        assert line.signed == pytest.approx(signed[line.id], abs=0.01), line.title


def test_the_headline_counts_no_product_twice(england):
    assert 0 < england.headline < sum(line.possible for line in england.lines)
    assert all(line.counted <= line.possible + 1e-6 for line in england.lines)
    assert all(line.possible >= max(0, line.signed) - 1e-6 for line in england.lines)


def test_lower_targets_save_more(invented):
    headlines = [invented.money("ENGLAND", each) for each in ("10", "20", "50")]
    for lower, higher in itertools.pairwise(headlines):
        by_id = {line.id: line.possible for line in higher.lines}
        assert all(line.possible >= by_id[line.id] - 1e-6 for line in lower.lines)


def test_against_peers(invented):
    practice = invented.current.register.practices[5]
    told = invented.money(practice, "peers")
    assert practice not in told.peers
    assert len(told.peers) == 10
    with pytest.raises(NotLoaded, match="no peers"):
        invented.money("ENGLAND", "peers")
    with pytest.raises(UnknownName, match="target"):
        invented.money(practice, "15")


def test_concessions_equal_a_slow_calculation(invented, invented_files, truth):
    """Months, products and cost as planted: prices by hand from the tariff and the list of concessions, quantities from the file."""
    planted = truth["concession"]
    first, last = month_of(planted["month"]), month_of(planted["to_month"])
    build = invented.current
    told = concessions(build, invented.store, "ENGLAND", build.months[0], build.months[-1])
    assert set(told["month"].unique()) == {month for month in build.months if first <= month <= last}
    assert set(told["bnf_code"]) <= set(planted["bnf_prefixes"])
    month = told["month"][0]
    tariff = category_of(invented_files, month)
    listed = pl.read_csv(next(invented_files.rglob("price_concessions.csv")), infer_schema=False)
    rows = raw(invented_files, month)
    for drug, price in (
        listed.filter(pl.col("Month") == f"{month:%Y-%m}").select("Drug", "Price concession").iter_rows()
    ):
        kind, pack, pence = tariff[drug]
        paid = Decimal("0.80") if kind in "AM" else Decimal("0.95")
        extra = (Decimal(price[1:]) - Decimal(pence) / 100 * paid) / pack
        mine = rows.filter(pl.col("PRACTICE_CODE").is_in(build.register.practices))
        name = "BNF_PRESENTATION_NAME" if "BNF_PRESENTATION_NAME" in rows.columns else "BNF_DESCRIPTION"
        bought = sum(Decimal(each) for each in mine.filter(pl.col(name) == drug)["TOTAL_QUANTITY"])
        found = told.filter((pl.col("month") == month) & (pl.col("name") == drug))
        assert found["cost"][0] == pytest.approx(float(extra * bought))


def test_beyond_prescribing_quantities_are_estimated(invented_files, truth, tmp_path):
    month = month_of(truth["concession"]["month"])
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    area = Area.create(tmp_path / "short", "Short")
    files = [next(invented_files.rglob(f"EPD*{before:%Y%m}.csv")), *invented_files.rglob("*viiia*")]
    area.load([*files, next(invented_files.rglob("price_concessions.csv")), invented_files / "organisations"])
    area.load([next(invented_files.rglob(f"gp-reg-pat-prac-quin-age_{before:%Y%m}.csv"))])
    area.build()
    told = concessions(area.current, area.store, "ENGLAND", month, month)
    assert told.height
    assert told["estimated"].all()


def test_the_planted_fall_in_price_is_price(invented, truth):
    fall = truth["price_fall"]
    told = invented.why("9A1", month_of(fall["month"]))
    mover = next(each for each in told.movers if each.code == fall["bnf_prefixes"][0])
    assert mover.amount < 0
    assert mover.cause == "price"
    assert mover.good == ""


def test_a_period_that_cannot_be_compared_is_refused(invented):
    last = invented.current.latest
    with pytest.raises(UnknownName, match="before it begins"):
        invented.why("9A1", last, shift(last, -1))
    with pytest.raises(UnknownName, match="part of itself"):
        invented.why("9A1", shift(last, -12), last)


def test_why_speaks_of_concessions(invented, truth):
    last = month_of(truth["concession"]["to_month"])
    first = max(month_of(truth["concession"]["month"]), invented.current.months[12])
    told = invented.why("9A1", first, last)
    assert told.conceded.before == 0
    assert told.conceded.after > 0
    assert any("Price concessions cost" in each for each in told.remarks)
    assert sum(step.amount for step in told.steps[:-1]) == pytest.approx(told.steps[-1].amount, abs=0.005)


def test_a_retired_code_is_no_product_given_up(invented, truth):
    """The code that was retired in January is compared with its successor."""
    if "code_change" not in truth:
        pytest.skip("these months have no January")
    told = invented.why("9A1")
    retired, new = truth["code_change"]["bnf_prefixes"]
    assert retired not in {each.code for each in told.movers}
    assert new not in {each.code for each in told.movers if each.cause == "newly prescribed"}


def test_ghosts_are_small_where_nobody_planted_any(invented):
    told = ghost_generics(invented.current, invented.store, "ENGLAND")
    assert told["excess"].abs().sum() < 1000


def test_the_screen_says_what_kind_of_saving_it_is(invented, tmp_path):
    area = ["--area", str(invented.folder)]
    told = CliRunner().invoke(commands, [*area, "savings", "9A1", "--csv", str(tmp_path / "out.csv")])
    assert told.exit_code == 0, told.output
    words = " ".join(told.output.split())
    for said in (
        "Possible saving",
        "actual cost",
        "net ingredient cost",
        "Before rebates and dispensing fees",
    ):
        assert said in words
    frame = pl.read_csv(tmp_path / "out.csv")
    assert frame["counted_in_headline"].sum() == pytest.approx(invented.money("9A1").headline)
    one = CliRunner().invoke(commands, [*area, "savings", "9A1", "--measure", "doacs_other_than_generic"])
    assert one.exit_code != 0  # no such measure: the nearest is named
    conceded = CliRunner().invoke(commands, [*area, "concessions", "9A1", "--csv", str(tmp_path / "c.csv")])
    assert "over the tariff" in conceded.output
    assert pl.read_csv(tmp_path / "c.csv")["cost"].sum() > 0
    assert CliRunner().invoke(commands, [*area, "ghosts", "ENGLAND"]).exit_code == 0
    compatible = CliRunner().invoke(commands, [*area, "savings", "9A1", "--compatible"])
    assert "10th percentile" in compatible.output
    assert PRICE in set(frame["kind"])

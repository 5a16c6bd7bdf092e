"""Each planted truth is in `truth.toml` and can be seen in the files."""

import tomllib
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from opencommissioning.synthetic import TRUTH, expected
from opencommissioning.synthetic.truths import REPLACEMENT, RETIRED


@pytest.fixture(scope="session")
def truth(written):
    """id → truth, as read from the file."""
    document = tomllib.loads((written.folder / TRUTH).read_text("utf-8"))
    return {t["id"]: t for t in document["truth"]}


@pytest.fixture(scope="session")
def rows(written):
    return written.prescribing().with_columns(pl.col("ITEMS").cast(pl.Int64))


def items(rows, organisations, prefixes, months=None):
    kept = rows.filter(
        pl.col("PRACTICE_CODE").is_in(organisations),
        pl.col("BNF_CODE").str.contains(f"^({'|'.join(prefixes)})"),
    )
    return (kept if months is None else kept.filter(pl.col("YEAR_MONTH").is_in(months)))["ITEMS"].sum()


def plain(month):
    return month.replace("-", "")


def test_file_names_every_kind(written, truth):
    kinds = {t["kind"] for t in truth.values()}
    assert kinds == {
        "outlier_habit", "outlier_luck", "initiative", "step", "brand_switch", "missing_month", "missing_file", "merger",
        "closure", "opening", "pcn_move", "dormant", "special", "concession", "price_change", "code_change",
    }  # fmt: skip
    assert len(truth) == len(written.made.truths)


@pytest.mark.parametrize(
    "name", ["habit_broad_spectrum", "habit_opioids", "habit_antibiotics_low", "habit_antibiotics_high"]
)
def test_habits_multiply_what_is_expected(written, truth, name):
    made, found = written.made, truth[name]
    row = made.organisations.prescribers["code"].to_list().index(found["organisations"][0])
    products = made.products.matching(found["bnf_prefixes"])
    without = replace(made, truths=tuple(t for t in made.truths if t.id != name))
    assert (expected(made, 2) / np.maximum(expected(without, 2), 1e-12))[row, products] == pytest.approx(
        found["factor"]
    )


def test_high_broad_spectrum_practice_lies_beyond_nearly_all(rows, truth):
    found = truth["habit_broad_spectrum"]
    broad = pl.col("BNF_CODE").str.contains(f"^({'|'.join(found['bnf_prefixes'])})")
    antibiotics = rows.filter(
        pl.col("BNF_CODE").str.starts_with("0501"), pl.col("PRACTICE_CODE").str.starts_with("X81")
    )
    share = antibiotics.group_by("PRACTICE_CODE").agg(
        pl.col("ITEMS").filter(broad).sum() / pl.col("ITEMS").sum(), n=pl.col("ITEMS").sum()
    )
    share = share.filter(pl.col("n") > 500).sort("ITEMS", descending=True)
    assert found["organisations"][0] in share.head(3)["PRACTICE_CODE"]


def test_initiative_ramps_in_at_home_only(written, truth):
    made, found = written.made, truth["initiative_cost"]
    without = replace(made, truths=tuple(t for t in made.truths if t.kind != "initiative"))
    months = [f"{m:%Y-%m}" for m in made.months]
    start, last = months.index(found["month"]), len(months) - 1
    code = made.organisations.prescribers["code"]
    home = code.is_in(found["organisations"]).to_numpy()
    product = made.products.matching(["1003020"])
    for month, share in [(start - 1, 0), (start, 1 / 12), (last, min(1, (last - start + 1) / 12))]:
        ratio = expected(made, month)[:, product].sum(1) / np.maximum(
            expected(without, month)[:, product].sum(1), 1e-12
        )
        used = expected(without, month)[:, product].sum(1) > 0
        assert ratio[home & used] == pytest.approx(0.90**share)
        assert ratio[~home & used] == pytest.approx(1)


def test_step_changes_the_rows_of_the_practice(rows, truth, written):
    found, made = truth["step"], written.made
    months = [f"{m:%Y%m}" for m in made.months]
    at = months.index(plain(found["month"]))
    before = items(rows, found["organisations"], found["bnf_prefixes"], months[:at]) / at
    after = items(rows, found["organisations"], found["bnf_prefixes"], months[at:]) / (len(months) - at)
    assert after / before == pytest.approx(found["factor"], rel=0.2)


def test_switch_of_brand_is_the_whole_difference_in_what_is_expected(written, truth):
    made = written.made
    without = replace(made, truths=tuple(t for t in made.truths if t.kind != "brand_switch"))
    left, taken = truth["brand_switch_from"], truth["brand_switch_to"]
    start = [f"{m:%Y-%m}" for m in made.months].index(left["month"])
    row = made.organisations.prescribers["code"].to_list().index(left["organisations"][0])
    for month, on in [(start - 1, 0), (start, 1), (len(made.months) - 1, 1)]:
        ratio = (expected(made, month) / np.maximum(expected(without, month), 1e-12))[row]
        for side in (left, taken):
            assert ratio[made.products.matching(side["bnf_prefixes"])] == pytest.approx(side["factor"] ** on)


def test_brand_takes_the_place_of_the_generic(rows, truth, written):
    """In the rows the ratio of counts moves by the planted factors, within what Poisson counts of this size allow."""
    months = [f"{m:%Y%m}" for m in written.made.months]
    left, taken = truth["brand_switch_from"], truth["brand_switch_to"]
    late = [m for m in months if m >= plain(left["month"])]
    early = [m for m in months if m < late[0]]
    counts = np.array([
        [items(rows, left["organisations"], side["bnf_prefixes"], period) for side in (left, taken)]
        for period in (early, late)
    ])  # fmt: skip
    change = np.log(counts[1, 1] / counts[1, 0]) - np.log(counts[0, 1] / counts[0, 0])
    error = np.sqrt((1 / counts).sum())  # of a log odds ratio
    assert error < 0.5  # enough items to tell a switch from none
    assert change == pytest.approx(np.log(taken["factor"] / left["factor"]), abs=3 * error)
    assert change > 4 * error


def test_missing_month_has_no_rows_but_its_neighbours_do(rows, truth, written):
    found = truth["missing_prescribing"]
    for code in found["organisations"]:
        months = set(rows.filter(PRACTICE_CODE=code)["YEAR_MONTH"])
        assert months == {f"{m:%Y%m}" for m in written.made.months} - {plain(found["month"])}


def test_missing_list_file(truth, written):
    names = {p.name for p in written.paths}
    assert f"gp-reg-pat-prac-quin-age_{plain(truth['missing_lists']['month'])}.csv" not in names
    assert sum(n.startswith("gp-reg-pat-prac-quin-age") for n in names) == len(written.made.months) - 1


def test_merger_closure_and_opening(rows, truth, written):
    months = {f"{m:%Y%m}" for m in written.made.months}

    def active(code):
        return set(rows.filter(PRACTICE_CODE=code)["YEAR_MONTH"])

    merger, closure, opening = truth["merger"], truth["closure"], truth["opening"]
    assert active(merger["organisations"][0]) == {m for m in months if m < plain(merger["month"])}
    assert active(closure["organisations"][0]) == {m for m in months if m < plain(closure["month"])}
    assert active(opening["organisations"][0]) == {m for m in months if m >= plain(opening["month"])}
    succession = written.text("organisations/successions.csv")
    assert succession.row(0) == (*merger["organisations"], f"{merger['month']}-01")


def test_patients_of_the_merged_practice_join_the_other(truth, written):
    made = written.made
    merged, heir = (
        made.organisations.prescribers["code"].to_list().index(c) for c in truth["merger"]["organisations"]
    )
    at = [f"{m:%Y-%m}" for m in made.months].index(truth["merger"]["month"])
    size = made.population.lists.sum((2, 3))
    assert size[merged, at] == 0
    assert size[heir, at] == pytest.approx(size[heir, at - 1] + size[merged, at - 1], rel=0.02)


def test_retired_code_gives_way_to_its_replacement(rows, truth, written):
    month = plain(truth["code_change"]["month"])
    assert month.endswith("01")
    assert (rows.filter(BNF_CODE=RETIRED)["YEAR_MONTH"] < month).all()
    assert (rows.filter(BNF_CODE=REPLACEMENT)["YEAR_MONTH"] >= month).all()
    assert rows.filter(BNF_CODE=REPLACEMENT).height > 0
    assert written.text("reference/bnf_code_changes.csv").row(0)[1::2] == (RETIRED, REPLACEMENT)


def test_concession_is_paid_and_published(truth, written):
    found, made = truth["concession"], written.made
    published = written.text("tariff/price_concessions.csv")
    assert min(published["Month"]) == found["month"]
    assert max(published["Month"]) == found["to_month"]
    product = made.products.matching(found["bnf_prefixes"])
    assert set(np.unique(made.concession[product])) == {1.0, found["factor"]}


def test_pcn_move_is_two_dated_rows_and_a_change_in_the_map(truth, written):
    code, old, new = truth["pcn_move"]["organisations"]
    maps = [written.text(f"registrations/gp-reg-pat-prac-map_{month}.csv") for month in ("202407", "202504")]
    assert [m.filter(PRACTICE_CODE=code)["PCN_CODE"].item() for m in maps] == [old, new]


def test_unidentified_prescribers_are_flagged(rows):
    flagged = set(rows.filter(UNIDENTIFIED="Y")["PRACTICE_CODE"])
    assert flagged == {"-", "9A1998"}


def test_tiny_practice_has_forty_patients(truth, written):
    lists = written.text("registrations/*quin-age_202407.csv").filter(
        ORG_CODE=truth["tiny"]["organisations"][0], SEX="ALL"
    )
    assert lists["NUMBER_OF_PATIENTS"].item() == "40"

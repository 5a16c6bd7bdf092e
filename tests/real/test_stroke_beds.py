"""Published simulations of stroke units (Monks and others 2016) reproduced by Erlang B, without simulation."""

import json

import polars as pl
import pytest

from opencommissioning.flow.beds import beds_needed, delays, share_delayed
from opencommissioning.statistics.queues import erlang_b

GROUPS = ("stroke", "tia", "neuro", "other")
TOLERANCE = {"asu": 0.02, "rehab": 0.01}


def parameters(shared_data):
    given = json.loads(shared_data("flow/stroke/parameters.json").read_text())["simulation_parameters"]
    return {name: each["params"] for name, each in given.items()}


def routed(params, unit, group):
    routing = params[f"{unit}_routing_{group}"]
    return dict(zip(routing["values"], routing["freq"], strict=True))


def units(shared_data):
    """unit → (arrivals a day, mean stays) by group; rehabilitation takes those whom the acute unit sends and its own."""
    params = parameters(shared_data)
    acute = {group: 1 / params[f"asu_arrival_{group}"]["mean"] for group in GROUPS}
    where = routed(params, "asu", "stroke")
    stays = {group: params[f"asu_los_{group}"]["mean"] for group in GROUPS if group != "stroke"}
    stays["stroke"] = (
        where["rehab"] * params["asu_los_stroke_noesd"]["mean"]
        + where["esd"] * params["asu_los_stroke_esd"]["mean"]
        + where["other"] * params["asu_los_stroke_mortality"]["mean"]
    )
    own = {g: 1 / params[f"rehab_arrival_{g}"]["mean"] for g in GROUPS if f"rehab_arrival_{g}" in params}
    rehab = {g: own.get(g, 0.0) + acute[g] * routed(params, "asu", g)["rehab"] for g in GROUPS}
    rehab_stays = {g: params[f"rehab_los_{g}"]["mean"] for g in GROUPS if g != "stroke"}
    early = routed(params, "rehab", "stroke")["esd"]
    rehab_stays["stroke"] = (
        early * params["rehab_los_stroke_esd"]["mean"]
        + (1 - early) * params["rehab_los_stroke_noesd"]["mean"]
    )
    return {"asu": (acute, stays), "rehab": (rehab, rehab_stays)}


def test_table_2_and_its_growth_of_5_per_cent(shared_data):
    published = pl.read_csv(shared_data("flow/stroke/table2.csv"))
    found = units(shared_data)
    for row in published.iter_rows(named=True):
        arrivals, stays = found[row["unit"]]
        assert share_delayed(arrivals, stays, row["beds"]) == pytest.approx(row["prob_delay_current"], abs=TOLERANCE[row["unit"]])  # fmt: skip
        if row["prob_delay_5%"] is not None:
            more = {group: rate * 1.05 for group, rate in arrivals.items()}
            assert share_delayed(more, stays, row["beds"]) == pytest.approx(row["prob_delay_5%"], abs=TOLERANCE[row["unit"]])  # fmt: skip


def test_table_3_pooled_beds(shared_data):
    published = pl.read_csv(shared_data("flow/stroke/table3.csv"))
    load = sum(sum(rate * stays[g] for g, rate in arrivals.items()) for arrivals, stays in units(shared_data).values())  # fmt: skip
    pooled = published.filter(pl.col("dedicated_acute") == 0)
    for row in pooled.iter_rows(named=True):
        assert erlang_b(row["pooled"], load) == pytest.approx(row["pdelay_acute"], abs=0.01)


def test_the_supplement_without_complex_neurology(shared_data):
    published = pl.read_csv(shared_data("flow/stroke/suptable1.csv"))
    found = units(shared_data)
    for row in published.iter_rows(named=True):
        arrivals, stays = found[row["unit"]]
        without = {g: rate for g, rate in arrivals.items() if g != "neuro"}
        assert share_delayed(arrivals, stays, row["beds"]) == pytest.approx(row["prob_delay_current"], abs=0.02)  # fmt: skip
        assert share_delayed(without, stays, row["beds"]) == pytest.approx(row["prob_delay_no_complex_neuro"], abs=0.02)  # fmt: skip


def test_300_strokes_from_56_to_12_days(shared_data):
    for row in json.loads(shared_data("flow/stroke/los_56_to_12.json").read_text())["rows"]:
        found = beds_needed(row["admissions_per_year"], row["mean_los"])
        assert found.load == pytest.approx(row["offered_load"], rel=1e-12)
        assert found.bed_days == row["bed_days"]
        assert found.at_occupancy == pytest.approx(row["beds_at_85pct"], rel=1e-12)
        assert (found.few_delayed, found.nearly_always) == (row["beds_p_delay_lt_5pct"], row["beds_99pct_poisson"])  # fmt: skip


def test_delayed_discharges(shared_data):
    for case in json.loads(shared_data("flow/stroke/discharge_ready_date.json").read_text())["cases"]:
        found = delays(case["delays"], 30)
        assert found.no_delay == pytest.approx(case["pct_no_delay"])
        assert (found.mean, found.mean_of_delayed) == pytest.approx((case["avg_inc0"], case["avg_exc0"]))
        assert (found.bed_days, list(found.counts)) == (case["bed_days"], case["band_counts"])
        assert found.beds == pytest.approx(case["beds_lost_30d"])

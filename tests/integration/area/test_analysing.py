"""A measure tried before it is built says what it would say once built; the slow oracle agrees with its sums."""

import tomllib
from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from opencommissioning.area import Area
from opencommissioning.area.defining.analysing import FOLDER, analyse, is_ready
from opencommissioning.area.defining.code_tree import code_tree
from opencommissioning.area.defining.drafting import address_of, draft_from, measure_of
from opencommissioning.area.defining.own_measures import toml_of, write_measure
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.measures.series import Missing
from oracle import side

ADDRESSES = [
    {"sum": "items", "by": "patients", "codes": "0501", "without": "050109", "window": "3", "level": "pcn"},
    {
        "sum": "items",
        "by": "items",
        "codes": "0501080W0",
        "by_codes": "0501080W0,0501130R0",
        "better": "lower",
    },
    {"sum": "actual_cost", "by": "items", "codes": "05", "by_codes": "05", "not_named": "capsules"},
    {"sum": "quantity", "by": "star_pu_antibacterials", "codes": "0501", "least": "7", "most": "28.5"},
    {"sum": "nic", "by": "patients", "named": "tablets,caps", "title": 'With "quotes", % and £'},
]


def drafted(area, address):
    return draft_from({key: [value] for key, value in address.items()}, area.library)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda each: f"{each['sum']} by {each['by']}")
def test_an_address_reads_back_as_the_same_draft(invented, address):
    draft = drafted(invented, address)
    assert draft_from({key: [value] for key, value in address_of(draft)}, invented.library) == draft


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda each: f"{each['sum']} by {each['by']}")
def test_its_file_reads_back_as_the_same_measure(invented, tmp_path, address):
    measure = measure_of(drafted(invented, address), invented.library)
    path = tmp_path / "own" / "analysis.toml"
    path.parent.mkdir()
    path.write_text(toml_of(measure, "/analyse/?sum=items"), encoding="utf-8")
    assert invented.analyse(path).measure == measure


@pytest.mark.parametrize("address", ADDRESSES[:4], ids=lambda each: f"{each['sum']} by {each['by']}")
def test_its_sums_are_those_of_the_slow_oracle(invented, address):
    measure = measure_of(drafted(invented, address), invented.library)
    found = analyse(invented.current, invented.store, measure, "practice")
    monthly = found.build.series(measure.id, "practice", 1)
    month = monthly.months[-2]
    rows = with_names(invented, month)
    expected = side(rows, tomllib.loads(toml_of(measure)), "numerator", {})
    for row, code in enumerate(monthly.organisations):
        if monthly.missing[row, -2] == Missing.NOTHING:
            ours = Decimal(int(monthly.numerator[row, -2])) / 10**monthly.numerator_scale
            assert ours == expected.get(code, 0), code


def with_names(area, month):
    part = next(each for each in area.store.parts("prescribing") if each.period == month)
    names = next(each for each in area.store.parts("presentations") if each.period == month)
    joined = pl.read_parquet(part.path).join(pl.read_parquet(names.path).drop("month"), on="bnf_code")
    return joined.to_dicts()


@pytest.mark.parametrize("level", ["practice", "sub_icb"])
@pytest.mark.parametrize("name", ["trimethoprim_share", "antibiotics_per_star_pu"])
def test_a_measure_of_the_build_says_what_the_build_says(invented, name, level):
    found = invented.analyse(invented.current.measures[name], level)
    assert_frame_equal(found.report.verdicts, alone(invented.measure_report(name, level).verdicts))


def alone(verdicts):
    """What can be said of a measure by itself: naming looks at all measures, and only percentiles have an interval of their own."""
    return verdicts.drop("named", "low", "high", strict=False)


def test_saved_and_built_it_gives_the_same_numbers(small):
    draft = replace(drafted(small, ADDRESSES[0]), title="Antibacterials of our own")
    measure = measure_of(draft, small.library)
    tried = small.analyse(measure, "pcn")
    assert tried.report.verdicts["value"].is_not_null().sum() > 5
    kept = write_measure(small.folder, measure)
    area = Area.open(small.folder)
    assert area.build().changed
    built = area.measure_report(kept.id, "pcn").verdicts
    assert_frame_equal(alone(built).drop("measure"), tried.report.verdicts.drop("measure"))
    assert area.current.measure(kept.id).review.state(None) == "not clinically reviewed"
    np.testing.assert_array_equal(area.current.series(kept.id, "pcn").values, tried.series.values)


def test_a_second_look_reads_what_is_kept_and_another_build_clears_it(invented):
    measure = measure_of(drafted(invented, ADDRESSES[0]), invented.library)
    first = analyse(invented.current, invented.store, measure, "pcn")
    assert is_ready(invented.current, measure, "pcn")
    assert not is_ready(invented.current, replace(measure, window=12), "pcn")
    stale = invented.folder / FOLDER / "anotherbuild"
    stale.mkdir()
    heard = []
    again = analyse(
        invented.current, invented.store, measure, "pcn", progress=lambda *told: heard.append(told)
    )
    assert_frame_equal(first.report.verdicts, again.report.verdicts)
    assert heard == []
    other = measure_of(drafted(invented, {"sum": "items", "by": "patients", "codes": "02"}), invented.library)
    analyse(invented.current, invented.store, other, progress=lambda *told: heard.append(told))
    assert heard
    assert not stale.exists()


def test_a_dataset_that_is_not_loaded_is_said(invented):
    build = invented.current
    measure = build.measures["trimethoprim_share"]
    other = next(
        each
        for each in build.library.contracts.values()
        if each.summable and each.dataset not in build.grid.layers
    )
    missing = replace(measure.numerator, dataset=other.dataset, column=other.summable[0].name, where=())
    with pytest.raises(NotLoaded, match="not in this build"):
        analyse(build, invented.store, replace(measure, numerator=missing))


def test_the_same_on_both_sides_is_refused(invented):
    with pytest.raises(DefinitionError, match="the same"):
        measure_of(drafted(invented, {"sum": "items", "by": "items"}), invented.library)


def test_the_tree_holds_every_product_once(invented):
    tree = code_tree(invented.store)
    chapters = tree.children("")
    assert sum(node.products for node in chapters) == len(tree.products)

    def leaves(node):
        below = tree.children(node.code)
        return [node.code] if not below else [code for each in below for code in leaves(each)]

    assert sorted(code for chapter in chapters for code in leaves(chapter)) == sorted(tree.products)
    assert {"0501080W0AAAEAE"} <= {node.code for node in tree.search("trimethoprim 200mg")}
    assert tree.search("no such drug") == []


def test_the_command_line_tries_a_file(invented, tmp_path, capsys):
    from opencommissioning.cli import main

    file = tmp_path / "ours.toml"
    file.write_text(toml_of(measure_of(drafted(invented, ADDRESSES[1]), invented.library)), encoding="utf-8")
    main(["--area", str(invented.folder), "analyse", str(file), "--png", str(tmp_path / "chart.png")])
    told = capsys.readouterr().out
    assert "luck alone" in told
    assert "Not clinically reviewed" in told or "not clinically reviewed" in told
    assert (tmp_path / "chart.png").read_bytes()[:4] == b"\x89PNG"

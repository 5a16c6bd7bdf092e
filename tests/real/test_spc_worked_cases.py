"""Our control charts give what NHSRplotthedots and the Power BI visual give on the same input."""

import csv
import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest

from opencommissioning.statistics.spc_rules import run_ends, trend_ends, two_in_three_members

HERE = Path(__file__).parent
DATA = Path(os.environ.get("OC_SHARED_DATA", HERE.parents[2] / "shared" / "data")) / "variation"
PACKAGES = {"NHSRplotthedots": "nhsrplotthedots", "PowerBI-SPC": "powerbi_spc"}
CASES = sorted(path.parent for package in PACKAGES for path in DATA.glob(f"{package}/*/*/args.json"))
VECTORS = DATA / "NHSRplotthedots" / "rule_unit_vectors.json"


def functions_of(package):
    spec = importlib.util.spec_from_file_location(package, HERE / "worked_cases" / f"{PACKAGES[package]}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FUNCTIONS


def read(path):
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def compare(expected, got, name, tolerance):
    assert len(expected) == len(got), name
    if np.asarray(got).dtype.kind == "b":
        assert expected.tolist() == [str(bool(flag)).upper() for flag in got], name
    elif np.asarray(got).dtype.kind in "US":
        assert expected.tolist() == list(got), name
    elif tolerance is None:  # published to so many decimals: within half of the last one
        for text, number in zip(expected, got, strict=True):
            last = 10.0 ** -len(text.partition(".")[2])
            assert abs(float(text) - number) <= 0.51 * last, f"{name}: {text} expected, {number} found"
    else:
        np.testing.assert_allclose(got, expected.astype(float), rtol=tolerance, err_msg=name)


@pytest.mark.skipif(not CASES, reason=f"no worked cases below {DATA}")
@pytest.mark.parametrize("case", CASES, ids=lambda path: "/".join(path.parts[-2:]))
def test_case(case):
    args = json.loads((case / "args.json").read_text(encoding="utf-8"))
    answer = functions_of(args["package"])[args["function"]](
        args["params"], args["columns"], read(case / "input.csv")
    )
    compared = 0
    for stem in ("expected", *args["extra_files"]):
        expected = read(case / f"{stem}.csv")
        for name in expected.keys() & answer[stem].keys():
            got = answer[stem][name]
            compare(expected[name], got, name, args["tolerance_rel"])
            compared += 1
    assert compared >= min(4, len(expected))


@pytest.mark.skipif(not VECTORS.exists(), reason=f"no rule vectors at {VECTORS}")
def test_rule_unit_vectors():
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert len(vectors) == 120
    for vector in vectors:
        args = [np.array(arg) for arg in vector["args"]]
        if vector["function"] == "ptd_seven_point_trend":
            marks = trend_ends(args[0], 7)
        elif vector["function"] == "ptd_seven_point_one_side_mean":
            marks = np.abs(run_ends(args[0], 7))
        else:
            marks = np.abs(two_in_three_members(*args))
        assert marks.tolist() == vector["expected"], vector

"""Our statistics give what other packages give on the same input.

Every case of the layout <package>/<function>/<case>/{args.json, input.csv, expected.csv, …} below the folder that OC_WORKED_CASES names
(by default the shared one) is run: more cases need no code. `PACKAGES` says where each package's functions are mapped to ours.
"""

import csv
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from opencommissioning.statistics.spc_rules import run_ends, trend_ends, two_in_three_members

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("OC_SHARED_DATA", HERE.parents[2] / "shared" / "data"))
DATA = Path(os.environ.get("OC_WORKED_CASES", SHARED / "variation"))
PACKAGES = {
    "NHSRplotthedots": "nhsrplotthedots",
    "PowerBI-SPC": "powerbi_spc",
    "PHEindicatormethods": "phe",
    "FunnelPlotR": "funnelplotr",
    "fingertips": "fingertips",
}
CASES = sorted(path.parent for path in DATA.glob("*/*/*/args.json"))
VECTORS = DATA / "NHSRplotthedots" / "rule_unit_vectors.json"
# Limits that the package simulates, ours are exact: they may differ by this share of the interval's width.
SIMULATED = {"phe_sii": (("sii_lowercl_1", "sii_uppercl_1"), ("rii_lowercl_1", "rii_uppercl_1"))}
NOISE = 0.03


@dataclass(frozen=True)
class Case:
    """One case: options under the package's names, what each column is for, and its tables as columns of text."""

    package: str
    function: str
    params: dict
    columns: dict
    group_by: list
    tolerance: float | None
    rows: dict
    tables: dict


def functions_of(package):
    spec = importlib.util.spec_from_file_location(package, HERE / "worked_cases" / f"{PACKAGES[package]}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FUNCTIONS


def read(path):
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def read_case(folder):
    args = json.loads((folder / "args.json").read_text(encoding="utf-8"))
    return Case(
        args["package"],
        args["function"],
        args["params"] or {},
        args["columns"] or {},
        args["group_by"],
        args["tolerance_rel"],
        read(folder / "input.csv"),
        {path.stem: read(path) for path in folder.glob("*.csv") if path.stem != "input"},
    )


def numbers(texts):
    """Text to floats; an empty cell is missing."""
    return np.array([float(text or "nan") for text in texts])


def same(expected, got, name, tolerance):
    got = np.asarray(got)
    assert len(expected) == len(got), name
    if got.dtype.kind == "b":
        assert expected.tolist() == [str(bool(flag)).upper() for flag in got], name
    elif got.dtype.kind in "US":
        assert expected.tolist() == got.tolist(), name
    elif tolerance is None:  # published to so many decimals: within half of the last one
        for text, number in zip(expected, got, strict=True):
            last = 10.0 ** -len(text.partition(".")[2])
            assert abs(float(text) - number) <= 0.51 * last, f"{name}: {text} expected, {number} found"
    else:
        np.testing.assert_allclose(got, numbers(expected), rtol=tolerance, atol=1e-12, err_msg=name)


def in_order(case, expected, answer):
    """The answer's rows in the expectation's order of group keys."""
    if not case.group_by or not set(case.group_by) <= expected.keys() & answer.keys():
        return answer
    mine, theirs = (
        list(zip(*(list(each[name]) for name in case.group_by), strict=True)) for each in (answer, expected)
    )
    order = [mine.index(key) for key in theirs]
    return {name: np.asarray(column)[order] for name, column in answer.items()}


def check_simulated(case, expected, answer):
    """Compare exact limits with simulated ones; the names that were compared."""
    pairs = SIMULATED.get(case.function, ()) if expected else ()
    for low, high in pairs:
        width = numbers(expected[high]) - numbers(expected[low])
        for name in (low, high):
            apart = np.abs(np.asarray(answer[name]) - numbers(expected[name]))
            assert np.all(apart <= NOISE * width), f"{name}: {apart / width} of the width apart"
    return {name for pair in pairs for name in pair}


@pytest.mark.skipif(not CASES, reason=f"no worked cases below {DATA}")
@pytest.mark.parametrize("folder", CASES, ids=lambda path: "/".join(path.parts[-3:]))
def test_case(folder):
    case = read_case(folder)
    known = functions_of(case.package)
    assert case.function in known, f"{case.package} {case.function} is not mapped to a function of ours"
    answers = known[case.function](case)
    compared = 0
    for stem, answer in answers.items():
        expected = case.tables[stem]
        answer = in_order(case, expected, answer)
        done = check_simulated(case, expected, answer)
        shared = [name for name in expected if name in answer and name not in done]
        assert shared or done, f"{stem}: nothing was compared"
        for name in shared:
            same(expected[name], answer[name], f"{stem}.{name}", case.tolerance)
        compared += len(shared) + len(done)
    assert compared >= min(4, len(case.tables["expected"])), "too little was compared"


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

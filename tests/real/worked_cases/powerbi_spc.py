"""How our charts answer the Power BI visual PowerBI-SPC: FUNCTIONS[name](case) gives, by expected file,
the columns under its names."""

import numpy as np

from opencommissioning.statistics import spc
from opencommissioning.statistics.spc_rules import astronomical, shift, trend, two_in_three_pbi

_CHARTS = {
    "run": lambda x, n, sd: spc.run_chart(_ratio(x, n)),
    "i": lambda x, n, sd: spc.i_chart(_ratio(x, n)),
    "i_m": lambda x, n, sd: spc.i_chart(_ratio(x, n), centre="median"),
    "i_mm": lambda x, n, sd: spc.i_chart(_ratio(x, n), centre="median", spread="median"),
    "mr": lambda x, n, sd: spc.mr_chart(_ratio(x, n)),
    "p": lambda x, n, sd: spc.p_chart(x, n),
    "pp": lambda x, n, sd: spc.p_chart(x, n, laney=True),
    "u": lambda x, n, sd: spc.u_chart(x, n),
    "up": lambda x, n, sd: spc.u_chart(x, n, laney=True),
    "c": lambda x, n, sd: spc.c_chart(x),
    "g": lambda x, n, sd: spc.g_chart(x),
    "t": lambda x, n, sd: spc.t_chart(x),
    "xbar": spc.xbar_chart,
    "s": lambda x, n, sd: spc.s_chart(sd, n),
}
_SIGNALS = {1: "upper", -1: "lower", 0: "none"}


def limits(case) -> dict:
    """Any chart; a `group` column restarts the limits, the moving-range chart drops its first point."""
    params, rows = case.params, case.rows
    numbers = [
        rows[name].astype(float) if name in rows else None for name in ("numerator", "denominator", "sd")
    ]
    group = rows.get("group", np.zeros(len(next(iter(rows.values())))))
    parts = []
    for number in np.unique(group):
        part = [None if column is None else column[group == number] for column in numbers]
        parts.append(_table(params, *part))
    return {"expected": {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}}


def _table(params: dict, x, n, sd) -> dict:
    chart = spc.scaled(_CHARTS[params["chart_type"]](x, n, sd), params.get("multiplier") or 1)
    table = {**vars(chart), **_rules(chart)}
    return {name: line[1:] for name, line in table.items()} if params["chart_type"] == "mr" else table


def _rules(chart: spc.ChartLimits) -> dict:
    marks = {
        "astronomical": astronomical(chart.values, chart.ll99, chart.ul99),
        "two_in_three": two_in_three_pbi(chart.values, chart.ll95, chart.ul95),
        "two_in_three_series": two_in_three_pbi(chart.values, chart.ll95, chart.ul95, whole=True),
        "shift7": shift(chart.values, chart.targets, 7),
        **{f"trend{n}": trend(chart.values, n) for n in (5, 6, 7)},
    }
    return {name: np.array([_SIGNALS[int(mark)] for mark in found]) for name, found in marks.items()}


def _ratio(x, n):
    return x if n is None else x / n


FUNCTIONS = {f"limits_{chart}": limits for chart in _CHARTS}

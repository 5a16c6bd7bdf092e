"""How our XmR functions answer the R package NHSRplotthedots: FUNCTIONS[name](case) gives, by expected
file, the columns under its names."""

import numpy as np

from opencommissioning.statistics.icons import (
    ASSURANCE,
    POINT_TYPES,
    VARIATION,
    assurance_icons,
    point_types,
    variation_icons,
)
from opencommissioning.statistics.spc_rules import (
    astronomical,
    cause_text,
    close_to_limits,
    side_of,
    special_causes,
)
from opencommissioning.statistics.xmr import rebase_groups, xmr_limits

_DIRECTION = {"increase": 1, "decrease": -1, "neutral": 0}
_ASSURANCE = {"pass": "consistent_pass", "fail": "consistent_fail", "inconsistent": "inconsistent"}


def ptd_spc(case) -> dict:
    """One facet, as in all worked cases at hand."""
    params, columns, rows = case.params, case.columns, case.rows
    dates = rows[columns["date_field"]].astype("datetime64[D]")
    values = rows[columns["value_field"]].astype(float)
    better = _DIRECTION[params["improvement_direction"]]
    rebase = np.array(params["rebase"] or [], dtype="datetime64[D]")
    group = rebase_groups(dates, rebase)
    limits = xmr_limits(
        values,
        group=group,
        fix_after_n_points=params["fix_after_n_points"],
        screen_outliers=params["screen_outliers"],
    )
    causes = special_causes(values, limits, group=group)
    types = np.array(POINT_TYPES)[point_types(causes, better)]
    target = np.nan if params["target"] is None else params["target"]
    assurance = ASSURANCE[int(assurance_icons(limits.lower[-1], limits.upper[-1], target, better))]
    variation = VARIATION[int(variation_icons(values, causes, better).icon)]
    points = {
        "y": values,
        "rebase_group": group,
        "mean_col": limits.mean,
        "lpl": limits.lower,
        "upl": limits.upper,
        "outside_limits": astronomical(values, limits.lower, limits.upper) != 0,
        "relative_to_mean": side_of(values, limits.mean),
        "close_to_limits": close_to_limits(values, limits),
        "special_cause_type": [cause_text(*pair) for pair in zip(causes.rule, causes.direction, strict=True)],
        "special_cause_flag": causes.rule > 0,
        "point_type": types,
        "short_group_warning": limits.trial,
    }
    return {
        "expected": points,
        "expected_summary": _summary(points, limits, assurance),
        "expected_icons": _icons(variation, assurance),
    }


def _summary(points: dict, limits, assurance: str) -> dict:
    group = points["rebase_group"]
    last = np.flatnonzero(np.r_[np.diff(group) != 0, True])
    inside = [points["point_type"][group == number] for number in group[last]]
    columns = {name: points[name][last] for name in ("rebase_group", "mean_col", "lpl", "upl")}
    columns["n"] = limits.points[last]
    for kind in POINT_TYPES[:3]:
        columns[kind] = [int(np.sum(types == kind)) for types in inside]
    columns["variation_type"] = points["point_type"][last]
    columns["assurance_type"] = [_ASSURANCE.get(assurance, "")] * len(last)
    return columns


def _icons(variation: str, assurance: str) -> dict:
    found = [("variation", variation)] + ([("assurance", assurance)] if assurance != "none" else [])
    return {"type": [kind for kind, _ in found], "icon": [icon for _, icon in found]}


FUNCTIONS = {"ptd_spc": ptd_spc}

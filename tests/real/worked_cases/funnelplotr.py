"""How our functions answer the R package FunnelPlotR: FUNCTIONS[name](case) gives, by expected file, columns under its names."""

import numpy as np

from opencommissioning.statistics.dispersion import (
    FunnelLimits,
    adjusted_limits,
    dispersion,
    outliers,
    repaired,
    scores,
    unadjusted_limits,
)

LIMITS = ("lower95", "upper95", "lower998", "upper998")
UNADJUSTED, ADJUSTED = ("ll95", "ul95", "ll998", "ul998"), ("odll95", "odul95", "odll998", "odul998")


def numbers(texts):
    return np.array([float(text or "nan") for text in texts])


def kind_of(params):
    return params.get("sr_method", "SHMI") if params["data_type"] == "SR" else params["data_type"]


def named(limits: FunnelLimits, names, multiplier=1.0):
    return {name: getattr(limits, each) * multiplier for each, name in zip(LIMITS, names, strict=True)}


def aggregate(groups, numerator, denominator):
    """Sums by group, groups in order of their names."""
    names = sorted(set(groups.tolist()))
    totals = [np.array([part[groups == name].sum() for name in names]) for part in (numerator, denominator)]
    return np.array(names), *totals


def aggregate_func(case):
    names, x, n = aggregate(
        case.rows["group"], numbers(case.rows["numerator"]), numbers(case.rows["denominator"])
    )
    return {"expected": {"group": names, "numerator": x, "denominator": n, "rr": x / n}}


def calculate_limits(case):
    sizes, params = numbers(case.rows["number_seq"]), case.params
    kind, centre = kind_of(params), params["target"]
    spread = {"SHMI": 1 / np.sqrt(sizes)}.get(kind, 1 / (2 * np.sqrt(sizes)))
    if params["draw_adjusted"]:
        found = named(
            limits_of(kind, adjusted_limits(sizes, kind, params["tau2"], centre)),
            ADJUSTED,
            params["multiplier"],
        )
    else:
        found = named(
            limits_of(kind, unadjusted_limits(sizes, kind, centre)), UNADJUSTED, params["multiplier"]
        )
    return {"expected": {"number_seq": sizes, "s": spread, **found}}


def limits_of(kind, limits):
    return repaired(limits) if kind == "PR" else limits


def funnel_plot(case):
    params, columns = case.params, case.columns
    group, x, n = aggregate(
        case.rows[columns["group"]],
        *(numbers(case.rows[columns[role]]) for role in ("numerator", "denominator")),
    )
    kind = kind_of(params)
    used = np.round(n, 2) if kind == "SHMI" and params["SHMI_rounding"] else n
    found = scores(x, used, kind)
    spread = dispersion(found, truncate=kind == "SHMI", trim=params["trim_by"])
    over = named(
        adjusted_limits(used, kind, spread.tau2, found.centre), ("OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL")
    )
    plain = named(unadjusted_limits(used, kind, found.centre), ("LCL95", "UCL95", "LCL99", "UCL99"))
    drawn = adjusted_limits(used, kind, spread.tau2, found.centre)
    adjusted = params["draw_adjusted"] and spread.tau2 > 0
    out = outliers(x / n, drawn if adjusted else unadjusted_limits(used, kind, found.centre), params["limit"])
    points = {
        "group": group, "numerator": x, "denominator": used, "rr": x / n, "Y": found.y, "s": found.s, "Uzscore": found.z,
        "Wuzscore": spread.kept, **over, **plain, "outlier": out.astype(float),
    }  # fmt: skip
    scalars = {"n_points": [len(x)], "n_outliers": [out.sum()], "phi": [spread.phi], "tau2": [spread.tau2]}
    sizes = numbers(case.tables["expected_limits_lookup"]["number_seq"])
    lines = named(adjusted_limits(sizes, kind, spread.tau2, found.centre), ADJUSTED)
    lines |= named(unadjusted_limits(sizes, kind, found.centre), UNADJUSTED)
    return {
        "expected": points,
        "expected_scalars": scalars,
        "expected_limits_lookup": {"number_seq": sizes, **lines},
    }


def outliers_func(case):
    prefix = "OD" if case.params["draw_adjusted"] else ""
    names = [
        f"{prefix}{level}{end}" if prefix else f"{end}{level}"
        for level in ("95", "99")
        for end in ("LCL", "UCL")
    ]
    limits = FunnelLimits(*(numbers(case.rows[name]) for name in names))
    flags = outliers(numbers(case.rows["rr"]), limits, case.params["limit"])
    return {"expected": {"org": case.rows["org"], "outlier": flags.astype(float)}}


FUNCTIONS = {
    "aggregate_func": aggregate_func,
    "calculate_limits": calculate_limits,
    "funnel_plot": funnel_plot,
    "outliers_func": outliers_func,
}

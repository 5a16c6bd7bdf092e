"""How our functions answer the R package PHEindicatormethods: FUNCTIONS[name](case) gives, by expected file, columns under its names."""

import numpy as np

from opencommissioning.statistics import funnels
from opencommissioning.statistics.inequality import inequality, inequality_transformed, standard_errors
from opencommissioning.statistics.intervals import byar, mean, rate, wilson
from opencommissioning.statistics.life_expectancy import AGES, life_expectancy
from opencommissioning.statistics.quantiles import quantile_groups
from opencommissioning.statistics.standardisation import FEWEST_EVENTS, direct, expected_events, indirect


def numbers(texts):
    return np.array([float(text or "nan") for text in texts])


def groups_of(case):
    """(key columns in sorted group order, row numbers of each group); one group of all rows without group columns."""
    everything = np.arange(len(next(iter(case.rows.values()))))
    if not case.group_by:
        return {}, [everything]
    keys = list(zip(*(case.rows[name].tolist() for name in case.group_by), strict=True))
    order = sorted(set(keys))
    rows = [np.array([at for at in everything if keys[at] == key]) for key in order]
    return {name: np.array([key[at] for key in order]) for at, name in enumerate(case.group_by)}, rows


def levels_of(case):
    level = case.params.get("confidence", 0.95)
    return level if isinstance(level, list) else [level]


def limit_columns(case, interval_at, always_named=False):
    """value and limits under the package's names: one level is lowercl and uppercl, a pair lower95_0cl and so on."""
    levels = levels_of(case)
    out = {}
    for level in levels:
        interval = interval_at(level)
        name = f"{100 * level:.1f}".replace(".", "_")
        one = len(levels) == 1 and not always_named
        out["value"] = interval.value
        out["lowercl" if one else f"lower{name}cl"] = interval.lower
        out["uppercl" if one else f"upper{name}cl"] = interval.upper
    return out


def column(case, role):
    return numbers(case.rows[case.columns[role]])


def summed(case, role, rows):
    """Sums by group; a missing cell makes its group's sum missing."""
    return np.array([column(case, role)[each].sum() for each in rows])


def ratio_of(case, interval, texts):
    """phe_proportion and phe_rate: sum within groups first, then compute."""
    keys, rows = groups_of(case)
    rows = rows if case.group_by else [[each] for each in rows[0]]
    x, n = (summed(case, role, rows) for role in ("x", "n"))
    own = {case.columns["x"]: x, case.columns["n"]: n} if case.group_by else {}
    limits = limit_columns(case, lambda level: interval(x, n, level, case.params["multiplier"]))
    return {"expected": {**keys, **own, **limits, **texts(x, case.params["multiplier"])}}


def phe_proportion(case):
    def texts(x, multiplier):
        name = "percentage" if multiplier == 100 else f"proportion of {multiplier}"
        return {"statistic": np.full(len(x), name), "method": np.full(len(x), "Wilson")}

    return ratio_of(case, wilson, texts)


def phe_rate(case):
    def texts(x, multiplier):
        method = np.where(np.isnan(x), "", np.where(x < 10, "Exact", "Byars"))
        return {"statistic": np.full(len(x), f"rate per {multiplier}"), "method": method}

    return ratio_of(case, rate, texts)


def phe_mean(case):
    keys, rows = groups_of(case)
    x = [column(case, "x")[each] for each in rows]
    parts = {
        "value_sum": [each.sum() for each in x],
        "value_count": [float(len(each)) for each in x],
        "stdev": [each.std(ddof=1) for each in x],
    }
    stacked = {}
    for each in x:
        for name, number in limit_columns(case, lambda level, each=each: mean(each, level)).items():
            stacked.setdefault(name, []).append(float(number))
    return {"expected": {**keys, **parts, **stacked}}


def calculate_dsr(case):
    keys, rows = groups_of(case)
    x, n, w = (np.array([column(case, role)[each] for each in rows]) for role in ("x", "n", "stdpop"))
    limits = limit_columns(
        case, lambda level: direct(x, n, w, level, case.params["multiplier"]).interval, always_named=True
    )
    totals = {"total_count": np.nansum(x, -1), "total_pop": n.sum(-1)}
    few = totals["total_count"] < FEWEST_EVENTS
    statistic = np.where(few, "dsr NA for total count < 10", f"dsr per {case.params['multiplier']}")
    return {
        "expected": {**keys, **totals, **limits, "statistic": statistic, "method": np.full(len(x), "Dobson")}
    }


def standardised(case):
    """(keys, observed, expected, reference rate) of ISRate and ISRatio; a reference by position or in columns of the input."""
    keys, rows = groups_of(case)
    n = np.array([column(case, "n")[each] for each in rows])
    if case.params["refpoptype"] == "field":
        x_ref, n_ref = (np.array([column(case, role)[each] for each in rows]) for role in ("x_ref", "n_ref"))
    else:
        x_ref, n_ref = (numbers(case.tables["reference"][case.columns[role]]) for role in ("x_ref", "n_ref"))
    if "observed_totals" in case.tables:
        totals = case.tables["observed_totals"]
        known = dict(zip(totals[case.group_by[0]], numbers(totals[case.columns["x"]]), strict=True))
        observed = np.array([known[area] for area in keys[case.group_by[0]]])
    else:
        observed = np.array([np.nansum(column(case, "x")[each]) for each in rows])
    return keys, observed, expected_events(n, x_ref, n_ref), np.nansum(x_ref, -1) / n_ref.sum(-1)


def isr(case, scale_of, statistic, extra):
    keys, observed, expected, reference = standardised(case)
    scale = scale_of(reference)
    limits = limit_columns(
        case, lambda level: indirect(observed, expected, level, scale).interval, always_named=True
    )
    method = np.where(observed < 10, "Exact", "Byars")
    texts = {"statistic": np.full(len(observed), statistic), "method": method}
    return {
        "expected": {
            **keys,
            "observed": observed,
            "expected": expected,
            **extra(observed, scale),
            **limits,
            **texts,
        }
    }


def calculate_ISRate(case):
    multiplier = case.params["multiplier"]
    return isr(
        case,
        lambda reference: reference * multiplier,
        f"indirectly standardised rate per {multiplier}",
        lambda observed, scale: {"ref_rate": np.broadcast_to(scale, observed.shape)},
    )


def calculate_ISRatio(case):
    value = case.params["refvalue"]
    return isr(
        case, lambda reference: value, f"indirectly standardised ratio x {value}", lambda observed, scale: {}
    )


def phe_quantile(case):
    values = column(case, "values")
    _, rows = groups_of(case)
    out = np.full(len(values), np.nan)
    for each in rows:
        invert = case.params["invert"]
        if case.params.get("inverttype") == "field":
            invert = case.rows[invert][each[0]] == "TRUE"
        out[each] = quantile_groups(values[each], case.params["nquantiles"], highest_first=bool(invert))
    known = dict(
        zip(
            zip(case.rows["AreaCode"], *(case.rows[name] for name in case.group_by), strict=True),
            out,
            strict=True,
        )
    )
    assert len(known) == len(out)
    return {"expected": {"AreaCode": case.rows["AreaCode"], "quantile": out}}


def calculate_funnel_limits(case):
    x, n = (column(case, role) for role in ("numerator", "denominator"))
    average, multiplier = x.sum() / n.sum(), case.params["multiplier"]
    sizes = funnels.grid(*funnels.axis(n))
    limits = funnels.proportion_limits(average, sizes, multiplier)
    return {
        "expected": {
            "Population": sizes,
            "lower_2s_limit": limits.lower95,
            "upper_2s_limit": limits.upper95,
            "lower_3s_limit": limits.lower998,
            "upper_3s_limit": limits.upper998,
            "baseline": np.full(len(sizes), average * multiplier),
        }
    }


def denominators(case, years=1):
    given = column(case, "denominator") if "denominator" in case.columns else None
    x, r = column(case, "numerator"), column(case, "rate")
    return funnels.derived_denominator(x, r, case.params["multiplier"], given) / years


def assign_funnel_significance(case):
    x, n = column(case, "numerator"), denominators(case)
    found = funnels.significance(x, n * x.sum() / n.sum(), case.params.get("rate_type") == "dsr")
    return {
        "expected": {name: numbers(values) for name, values in case.rows.items()} | {"significance": found}
    }


def calculate_funnel_points(case):
    derived = denominators(case, case.params["years_of_data"])
    own = {name: numbers(values) for name, values in case.rows.items()}
    return {"expected": {**own, "rate_chart": column(case, "rate"), "denominator_derived": derived}}


def phe_life_expectancy(case):
    start = column(case, "startage")
    assert start.tolist() == list(AGES)
    d, p = column(case, "deaths"), column(case, "population")
    told = life_expectancy(d, p, case.params["confidence"])
    above = {name: np.cumsum(each[::-1])[::-1] for name, each in (("pops_used", p), ("dths_used", d))}
    return {
        "expected": {
            "startage": start,
            "value": told.value,
            "lowercl": told.lower,
            "uppercl": told.upper,
            **above,
        }
    }


def phe_sii(case):
    keys, rows = groups_of(case)
    scale = {0: "other", 1: "rate", 2: "proportion"}[case.params["value_type"]]
    n, v = (np.array([column(case, role)[each] for each in rows]) for role in ("population", "value"))
    if case.params["transform"]:
        low, high = (
            np.array([column(case, role)[each] for each in rows]) for role in ("lower_cl", "upper_cl")
        )
        found = inequality_transformed(n, v, low, high, scale, case.params["confidence"])
    else:
        found = inequality(n, v, errors_of(case, rows, v, scale), case.params["confidence"])
    m = case.params["multiplier"]
    return {
        "expected": {
            **keys,
            "sii": found.slope * m,
            "rii": found.relative,
            "sii_lowercl_1": found.slope_lower * m,
            "sii_uppercl_1": found.slope_upper * m,
            "rii_lowercl_1": found.relative_lower,
            "rii_uppercl_1": found.relative_upper,
        }
    }


def errors_of(case, rows, v, scale):
    if "se" in case.columns:
        return np.array([column(case, "se")[each] for each in rows])
    low, high = (np.array([column(case, role)[each] for each in rows]) for role in ("lower_cl", "upper_cl"))
    return standard_errors(v, low, high, scale)


def limits_only(interval):
    """byars_limits and wilson_limits: a confidence per row."""

    def answer(case):
        x, level = numbers(case.rows["x"]), numbers(case.rows["conf_level"])
        n = numbers(case.rows["n"]) if "n" in case.rows else np.full(len(x), np.nan)
        found = [interval(*each) for each in zip(x, n, level, strict=True)]
        return {
            "expected": {
                "lowercl": [float(each.lower) for each in found],
                "uppercl": [float(each.upper) for each in found],
            }
        }

    return answer


FUNCTIONS = {
    "phe_proportion": phe_proportion,
    "phe_rate": phe_rate,
    "phe_mean": phe_mean,
    "phe_quantile": phe_quantile,
    "phe_sii": phe_sii,
    "phe_life_expectancy": phe_life_expectancy,
    "calculate_dsr": calculate_dsr,
    "calculate_ISRate": calculate_ISRate,
    "calculate_ISRatio": calculate_ISRatio,
    "calculate_funnel_limits": calculate_funnel_limits,
    "calculate_funnel_points": calculate_funnel_points,
    "assign_funnel_significance": assign_funnel_significance,
    "byars_limits": limits_only(lambda x, n, level: byar(x, level)),
    "wilson_limits": limits_only(wilson),
}

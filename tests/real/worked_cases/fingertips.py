"""How our functions answer the Fingertips site: FUNCTIONS[name](case) gives, by expected file, columns under its names."""

import numpy as np

from opencommissioning.reports.numbers import plain
from opencommissioning.statistics import benchmarks, trends
from opencommissioning.statistics.averages import group_average, spread
from opencommissioning.statistics.quantiles import categories, category_bounds


def numbers(texts):
    return np.array([float(text or "nan") for text in texts])


def columns(case, *names):
    return [numbers(case.rows[name]) for name in names]


def outcome(sides, polarity, column="significance", same="Same", none="None"):
    """Sides as Fingertips words them."""
    said = benchmarks.named(sides, polarity)
    worded = np.where(said == "", none, np.where(said == "Same", same, said))
    return {"expected": {"row": [str(at + 1) for at in range(len(said))], column: worded}}


def benchmark_rag(case):
    polarity = case.params["polarity"].lower().replace(" ", "_")
    sides = benchmarks.against_interval(*columns(case, "lower", "upper", "benchmark_value"))
    return outcome(sides, polarity, "outcome", same="Similar")


def compare_single(case):
    return outcome(
        benchmarks.against_interval(*columns(case, "lower95", "upper95", "benchmark")), case.rows["polarity"]
    )


def compare_two_levels(case):
    sides = benchmarks.against_two_levels(
        *columns(case, "lower99_8", "lower95", "upper95", "upper99_8", "benchmark")
    )
    return outcome(sides, case.rows["polarity"])


def compare_double(case):
    names = ("lower95", "upper95", "benchmark_lower95", "benchmark_upper95")
    return outcome(benchmarks.against_other_interval(*columns(case, *names)), case.rows["polarity"])


def compare_spc_proportion(case):
    v, n, b, unit, z = columns(case, "value", "denominator", "benchmark", "unit", "z")
    return outcome(benchmarks.proportion_against_funnel(v, n, b, unit, z), case.rows["polarity"])


def compare_spc_dsr(case):
    v, n, b, unit, tail = columns(case, "value", "denominator", "benchmark", "unit", "p")
    return outcome(benchmarks.rate_against_funnel(v, n, b, unit, tail), case.rows["polarity"])


def target_single_value(case):
    v, limit, low, high = columns(case, "value", "limit", "lower95", "upper95")
    good = case.rows["polarity"] == "high_is_good"
    by_interval = case.rows["use_ci"] == "TRUE"
    sides = np.where(
        by_interval,
        benchmarks.interval_against_target(low, high, limit, good),
        benchmarks.against_target(v, limit, good),
    )
    return outcome(sides, "high_is_good")


def target_range(case):
    return outcome(
        benchmarks.against_range(*columns(case, "value", "lower_limit", "upper_limit")), case.rows["polarity"]
    )


def target_percentile_range(case):
    names = ("value", "lower_percentile_value", "upper_percentile_value")
    return outcome(benchmarks.against_range(*columns(case, *names)), case.rows["polarity"])


def bounds(case):
    found = category_bounds(numbers(case.rows["value"]), case.params["bins"])
    return {"expected": {"row": [str(at + 1) for at in range(len(found))], "bound": found}}


def quintile(case):
    high = case.params["polarity"] == "high_is_good"
    found = categories(numbers(case.rows["value"]), case.params["bins"], high)
    return {"expected": {"row": case.rows["row"], "category": found.astype(float)}}


def format_value(case):
    pairs = zip(*columns(case, "value", "max"), strict=True)
    texts = [
        plain(value, None if np.isnan(largest) else largest).replace(",", "") for value, largest in pairs
    ]
    return {"expected": {"row": [str(at + 1) for at in range(len(texts))], "text": texts}}


def average(case):
    x, n, p = columns(case, "count", "denominator", "population")
    given = case.params
    found = group_average(x, n, p, given["total_population"], given["unit"], given["coverage_threshold"])
    return {"expected": {"row": ["1"], "average": [found]}}


def indicator_stats(case):
    found = spread(numbers(case.rows["value"]))
    return {
        "expected": dict(zip(("min", "max", "median", "p25", "p75"), ([each] for each in found), strict=True))
    }


def trend_marker(case):
    order = np.argsort(case.rows["year"])
    v, low, high = (each[order] for each in columns(case, "value", "lower95", "upper95"))
    found = trends.with_polarity(trends.recent_trend(v, low, high), case.params["polarity"])
    return {"expected": {"row": ["1"], "trend": [found]}}


def trend_polarity(case):
    pairs = zip(case.rows["trend"], case.rows["polarity"], strict=True)
    found = [trends.with_polarity(trend, polarity) for trend, polarity in pairs]
    return {"expected": {"row": [str(at + 1) for at in range(len(found))], "trend": found}}


def trend_two_points(case):
    now = zip(*columns(case, "value", "lower95", "upper95"), strict=True)
    before = zip(*columns(case, "prev_value", "prev_lower95", "prev_upper95"), strict=True)
    found = [trends.two_point_change(*pair) for pair in zip(now, before, strict=True)]
    return {"expected": {"row": [str(at + 1) for at in range(len(found))], "marker": found}}


FUNCTIONS = {
    "benchmark_rag": benchmark_rag,
    "category_bounds": bounds,
    "category_quintile": quintile,
    "compare_double_overlapping_ci": compare_double,
    "compare_single_overlapping_ci": compare_single,
    "compare_spc_dsr": compare_spc_dsr,
    "compare_spc_proportion": compare_spc_proportion,
    "compare_two_ci_levels": compare_two_levels,
    "format_value": format_value,
    "group_average": average,
    "indicator_stats": indicator_stats,
    "target_percentile_range": target_percentile_range,
    "target_range": target_range,
    "target_single_value": target_single_value,
    "trend_marker": trend_marker,
    "trend_polarity": trend_polarity,
    "trend_two_points": trend_two_points,
}

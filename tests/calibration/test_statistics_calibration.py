"""Do the stated false-alarm rates and intervals hold? Simulations in which the truth is known.

Run as a program it prints the tables of docs/explanation/calibration.md in Markdown:

    python tests/calibration/test_statistics_calibration.py
"""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import beta, gamma

from opencommissioning.area.comparison.cusum import allowed_for
from opencommissioning.catalogue.measure import Shape
from opencommissioning.statistics.breaks import find_break
from opencommissioning.statistics.cusum import (
    ar1_series,
    openprescribing_cusum,
    standardised_cusum,
    threshold_for_false_alarms,
)
from opencommissioning.statistics.false_alarms import xmr_false_alarm_rates
from opencommissioning.statistics.spc_rules import special_causes
from opencommissioning.statistics.xmr import xmr_limits
from opencommissioning.variation.position import position

pytestmark = pytest.mark.calibration
SEED = 777
SERIES = 4_000
NINETIETH = {"proportion": beta(8, 32).ppf(0.9), "rate": gamma(6, scale=1 / 6).ppf(0.9)}
RULES = ("outside", "trend", "two_in_three", "shift", "any")


def xmr_last_point():
    """Share of unchanged series whose last point is marked, by rule."""
    rows = []
    for points in (12, 24, 36, 60):
        for phi in (0.0, 0.3, 0.6):
            rates = xmr_false_alarm_rates(points, autocorrelation=phi)
            rows.append((points, phi, *(rates[rule] for rule in RULES)))
    return rows


def xmr_any_point():
    """Share of unchanged series with a mark anywhere."""
    rows = []
    for points in (12, 24, 36, 60):
        series = ar1_series(np.random.default_rng(SEED), SERIES, points)
        causes = special_causes(series, xmr_limits(series))
        rows.append((points, np.mean(causes.direction != 0), np.mean(np.any(causes.direction != 0, axis=1))))
    return rows


def cusum_alarms(threshold, baseline, months, phi):
    """Share of unchanged series with an alarm in `months`, mean and sd taken from the baseline."""
    series = ar1_series(np.random.default_rng(SEED), 5 * SERIES, baseline + months, phi)
    early = series[:, :baseline]
    found = standardised_cusum(
        series, mean=early.mean(axis=1), sd=early.std(axis=1, ddof=1), threshold=threshold, start=baseline
    )
    return float(np.mean(found.first_alarm >= 0))


def cusum_table():
    """Wanted and measured false alarms in twelve months, for thresholds simulated and from the textbook."""
    rows = []
    for wanted in (0.01, 0.05):
        for phi in (0.0, 0.3):
            threshold = threshold_for_false_alarms(wanted, autocorrelation=phi)
            rows.append(("ours", wanted, phi, threshold, cusum_alarms(threshold, 24, 12, phi)))
        textbook = textbook_threshold(12 / wanted)
        rows += [
            ("textbook", wanted, phi, textbook, cusum_alarms(textbook, 24, 12, phi)) for phi in (0.0, 0.3)
        ]
    return rows


def drift_alarms(organisations, phi, spread=0.0, series=12_000):
    """Share of unchanged organisations that `drift` names in twelve months: apart from the middle one, at the threshold for what their
    baselines share. Each has an autocorrelation of its own, within `spread` of `phi`; as many levels as make `series` of them."""
    rng = np.random.default_rng(SEED)
    alarms = []
    for _ in range(series // organisations):
        own = phi + spread * rng.uniform(-1, 1, organisations)
        values = np.concatenate([ar1_series(rng, 1, 36, each) for each in own])
        apart = values - np.median(values, axis=0)
        early = apart[:, :24]
        threshold = threshold_for_false_alarms(0.01, autocorrelation=allowed_for(early))
        found = standardised_cusum(
            apart, mean=early.mean(axis=1), sd=early.std(axis=1, ddof=1), threshold=threshold, start=24
        )
        alarms.append(np.mean(found.first_alarm >= 0))
    return float(np.mean(alarms))


def counted(rng, kind, units, wild):
    """(numerators, denominators, truth) of 24 months; a share `wild` of units lies far off the rest."""
    far = rng.random(units) < wild
    if kind == "proportion":
        truth = np.where(far, 0.8, rng.beta(8, 32, units))
        sizes = np.repeat(rng.integers(20, 600, (units, 1)), 24, axis=1)
        return rng.binomial(sizes, truth[:, np.newaxis]).astype(float), sizes.astype(float), truth
    truth = np.where(far, 5.0, rng.gamma(6, 1 / 6, units))
    sizes = np.repeat(rng.uniform(5, 60, (units, 1)), 24, axis=1)
    return rng.poisson(sizes * truth[:, np.newaxis]).astype(float), sizes, truth


def shrunken(kind, units, wild):
    """Of verdicts' positions: error of the shrunken value over that of the raw one; where the probability of lying beyond the 90th centile
    exceeds 0.8, its mean and the share that truly do."""
    errors, raw, claims, right = [], [], [], []
    for seed in range(max(1, 4_000 // units)):
        x, n, truth = counted(np.random.default_rng(SEED + seed), kind, units, wild)
        told = position(x, n, 1.0, Shape(kind), np.ones(x.shape, bool))
        errors.append(np.mean((told.shrunken[:, -1] - truth) ** 2))
        raw.append(np.mean((x[:, -1] / n[:, -1] - truth) ** 2))
        sure = told.above[:, -1] > 0.8
        claims.append(told.above[sure, -1])
        right.append(truth[sure] > NINETIETH[kind])
    ratio = np.sqrt(np.mean(errors) / np.mean(raw))
    return ratio, np.mean(np.concatenate(claims)), np.mean(np.concatenate(right))


def shrunken_table():
    """Both shapes, several sizes, and some units that are nothing like the rest."""
    cases = [(50, 0.0), (500, 0.0), (500, 0.02), (4_000, 0.0)]
    return [(kind, *case, *shrunken(kind, *case)) for kind in ("proportion", "rate") for case in cases]


def drift_table():
    """False alarms of `drift` by number of organisations, autocorrelation and how far organisations differ in it."""
    return [
        (organisations, phi, *(drift_alarms(organisations, phi, spread) for spread in (0.0, 0.2)))
        for organisations in (5, 20, 200)
        for phi in (0.0, 0.15, 0.3, 0.5, 0.7)
    ]


def run_length(threshold, states=400):
    """Mean months to an alarm without change, mean and sd known: Brook and Evans' chain of one side, halved for the two.
    Published: 168 months at 4, 465 at 5 (Montgomery, table of CUSUM run lengths)."""
    width = 2 * threshold / (2 * states - 1)
    places = np.arange(states) * width
    moves = np.diff(
        ndtr((places + width / 2)[np.newaxis, :] - places[:, np.newaxis] + 0.5), axis=1, prepend=0.0
    )
    return np.linalg.solve(np.eye(states) - moves, np.ones(states))[0] / 2


def textbook_threshold(months):
    """The threshold whose mean time to a false alarm is `months`, as textbooks have it."""
    return brentq(lambda threshold: np.log(run_length(threshold) / months), 0.2, 40.0, xtol=1e-6)


def openprescribing_table():
    """Share of organisations that do not change at all but alert in the latest of 18 months."""
    rows = []
    for between in (0.0, 1.0, 3.0):
        rng = np.random.default_rng(SEED)
        levels = between * rng.normal(size=(SERIES, 1))
        values = levels + rng.normal(size=(SERIES, 18))
        percentiles = 100 * values.argsort(axis=0).argsort(axis=0) / (SERIES - 1)
        rows.append((between, np.mean(openprescribing_cusum(percentiles).period > 0)))
    return rows


NOISES = {
    "normal, independent": lambda rng, n, t: rng.normal(size=(n, t)),
    "normal, autocorrelation 0.3": lambda rng, n, t: ar1_series(rng, n, t, 0.3),
    "normal, autocorrelation 0.6": lambda rng, n, t: ar1_series(rng, n, t, 0.6),
    "normal, autocorrelation 0.8": lambda rng, n, t: ar1_series(rng, n, t, 0.8),
    "Poisson, mean 3": lambda rng, n, t: rng.poisson(3, (n, t)).astype(float),
    "skewed (exponential)": lambda rng, n, t: rng.exponential(size=(n, t)),
    "heavy tails (t, 3 df)": lambda rng, n, t: rng.standard_t(3, (n, t)),
    "normal, a tenth of months missing": lambda rng, n, t: np.where(
        rng.random((n, t)) < 0.1, np.nan, rng.normal(size=(n, t))
    ),
    "normal, only the last 14 months": lambda rng, n, t: np.where(
        np.arange(t) < t - 14, np.nan, rng.normal(size=(n, t))
    ),
}


def breaks_table(months=60, kinds=(("level", False), ("level", True), ("slope", True))):
    """Share of unchanged series with p below 5 % and 1 %, by kind of noise and of break."""
    rows = []
    for name, noise in NOISES.items():
        series = noise(np.random.default_rng(SEED), SERIES, months)
        shares = []
        for change, trend in kinds:
            p = find_break(series, change=change, with_trend=trend).p_value
            shares += [np.mean(p < 0.05), np.mean(p < 0.01)]
        rows.append((name, *shares))
    return rows


def break_power():
    """Share of true steps found at p < 1 %, and within two months of the true month."""
    rows = []
    for size in (1.0, 1.5, 2.0, 3.0):
        for phi in (0.0, 0.3):
            series = ar1_series(np.random.default_rng(SEED), SERIES, 60, phi)
            series[:, 40:] += size
            found = find_break(series)
            sure = found.p_value < 0.01
            near = np.abs(found.position[sure] - 40) <= 2
            rows.append((size, phi, np.mean(sure), np.mean(near)))
    return rows


@pytest.mark.parametrize("points", [24, 60])
def test_xmr_marks_few_last_points_by_luck(points):
    assert xmr_false_alarm_rates(points)["any"] < 0.03


@pytest.mark.parametrize(("threshold", "published"), [(4, 168), (5, 465)])
def test_the_textbook_is_the_textbook(threshold, published):
    assert run_length(threshold) == pytest.approx(published, rel=0.005)


@pytest.mark.parametrize("row", [(0.01, 0.0), (0.05, 0.0), (0.05, 0.3)])
def test_cusum_threshold_keeps_its_promise(row):
    wanted, phi = row
    threshold = threshold_for_false_alarms(wanted, autocorrelation=phi)
    assert cusum_alarms(threshold, 24, 12, phi) == pytest.approx(wanted, abs=0.1 * wanted + 0.002)


@pytest.mark.parametrize("organisations", [5, 200])
@pytest.mark.parametrize(
    ("phi", "most", "most_unlike"), [(0.0, 0.013, 0.013), (0.3, 0.013, 0.015), (0.7, 0.021, 0.028)]
)
def test_drift_keeps_its_promise_where_months_resemble_each_other(organisations, phi, most, most_unlike):
    """1 in 100, and a little more where organisations are unlike in it; with months taken as independent it would be 5 in 100 at 0.3."""
    assert drift_alarms(organisations, phi) < most
    assert drift_alarms(organisations, phi, 0.2) < most_unlike


@pytest.mark.parametrize("months", [24, 60])
def test_breaks_promise_holds_up_to_an_autocorrelation_of_0_6(months):
    for name, *shares in breaks_table(months):
        if "0.8" not in name:
            assert all(share < limit for share, limit in zip(shares, (0.065, 0.025) * 3, strict=True)), name


def test_breaks_of_two_standard_deviations_are_found():
    found = {(size, phi): share for size, phi, share, _ in break_power()}
    assert found[2.0, 0.0] > 0.9
    assert found[2.0, 0.3] > 0.7
    assert found[3.0, 0.3] > 0.9


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_shrunken_values_are_nearer_and_claims_are_right(kind):
    error, claimed, right = shrunken(kind, 500, 0.0)
    assert error < 0.9
    assert right == pytest.approx(claimed, abs=0.05)


def markdown(title, heads, rows):
    """One table."""

    def cell(value):
        if isinstance(value, str):
            return value
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3f}".rstrip("0").rstrip(".")

    lines = [f"\n### {title}\n", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows])


def main():
    """Print every table."""
    print(markdown("XmR: last point marked", ("points", "autocorrelation", *RULES), xmr_last_point()))
    print(
        markdown("XmR: any point marked", ("points", "share of points", "share of series"), xmr_any_point())
    )
    heads = ("threshold", "wanted in 12 months", "autocorrelation", "value", "measured")
    print(markdown("CUSUM, 24 months of baseline", heads, cusum_table()))
    heads = ("organisations", "autocorrelation", "the same for all", "within 0.2 of it")
    print(markdown("Drift: false alarms in 12 months, wanted 0.01", heads, drift_table()))
    heads = ("sd between organisations ÷ sd within", "alert in the latest month")
    print(markdown("OpenPrescribing's CUSUM, nobody changes", heads, openprescribing_table()))
    kinds = ("level 5 %", "level 1 %", "level with trend 5 %", "1 %", "slope 5 %", "1 %")
    for months in (24, 60):
        print(markdown(f"Breaks: false alarms, {months} months", ("noise", *kinds), breaks_table(months)))
    heads = ("step, sd", "autocorrelation", "found at p < 1 %", "of these within 2 months")
    print(markdown("Breaks: steps found, 60 months", heads, break_power()))
    heads = ("measure", "organisations", "wild", "error ÷ raw error", "claimed above", "truly above")
    print(markdown("Shrinkage", heads, shrunken_table()))


if __name__ == "__main__":
    main()

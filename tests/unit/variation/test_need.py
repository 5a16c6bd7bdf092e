"""Expected from age and sex: refused where it would be noise, at most eighteen bands, and a planted gradient is found."""

import numpy as np
import pytest

from opencommissioning.errors import NotLoaded
from opencommissioning.variation.need import BROAD, MOST_BANDS, age_sex_rates, band_names, band_of, broad


def economy(practices, seed=3):
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.linspace(6, 2, MOST_BANDS), practices)
    patients = rng.uniform(2000, 15000, practices)
    bands = shares * patients[:, None]
    truth = np.linspace(0.05, 0.9, 9).tolist() * 2
    totals = bands @ np.array(truth) * rng.normal(1, 0.05, practices)
    return bands, totals, patients, np.array(truth)


def test_bands_of_every_layout_fall_into_eighteen():
    assert band_of("M00_04") == 0
    assert band_of("F75+") == band_of("F95+") == band_of("F80_84") == 17
    assert band_of("M05_14") == band_of("M10_14") == 1
    assert band_of("ALL") is None
    assert len(band_names()) == MOST_BANDS
    assert band_names()[0] == "men 0–4"
    assert band_names()[-1] == "women 75 and over"


def test_a_gradient_with_age_is_found():
    bands, totals, patients, truth = economy(6000)
    fit = age_sex_rates(bands, totals, patients)
    assert np.corrcoef(fit.rates, truth)[0, 1] > 0.98
    assert fit.explained > 0.5


def test_fewer_than_a_thousand_practices_are_refused():
    with pytest.raises(NotLoaded, match="needs at least 1,000 practices with lists by age; there are 999"):
        age_sex_rates(*economy(999)[:3])


def test_practices_without_a_total_or_a_list_do_not_count():
    bands, totals, patients, _ = economy(1002)
    totals[0], patients[1], bands[2] = np.nan, 0, 0
    with pytest.raises(NotLoaded, match="there are 999"):
        age_sex_rates(bands, totals, patients)


def test_more_than_eighteen_bands_are_refused():
    with pytest.raises(ValueError, match="19 bands; at most 18"):
        age_sex_rates(np.ones((1200, 19)), np.ones(1200), np.ones(1200))


def test_commissioners_have_five_ages_whose_rates_are_found_and_never_below_nought():
    rng = np.random.default_rng(8)
    shares = rng.dirichlet(np.array([18, 40, 26, 9, 8]) * 4, 180)
    patients = rng.uniform(1e5, 5e5, 180)
    truth = np.array([0.0, 0.001, 0.02, 0.09, 0.16])
    totals = shares @ truth * patients * rng.normal(1, 0.02, 180)
    fit = age_sex_rates(shares * patients[:, None], totals, patients, fewest=100)
    assert fit.rates == pytest.approx(truth, abs=0.01)
    assert (fit.rates >= 0).all()
    assert fit.explained > 0.9


def test_eighteen_bands_fall_into_five_ages():
    every = np.eye(MOST_BANDS)
    assert broad(every).sum(axis=0).tolist() == [4, 6, 4, 2, 2]
    assert len(BROAD) == 5

"""Disease registers of every CCG, as published, against what the ages of its list let expect."""

import numpy as np
import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison import need
from opencommissioning.errors import DefinitionError
from opencommissioning.measures.series import Missing

FILES = (
    "ods/epraccur_2017_03.csv",
    "registrations/hscic_gp_reg_sex_5yr_2014-07.csv",
    "qof/qof_1314_prevalencebyccg.csv",
)
EXPLAINED = {  # measure → the least that ages explain of how CCGs differ; deprivation and diagnosing are the rest
    "af": 0.85, "stia": 0.7, "hyp": 0.7, "chd": 0.5, "hf": 0.3, "copd": 0.1, "dm": 0.1, "ast": 0.3,
}  # fmt: skip


@pytest.fixture(scope="module")
def england(tmp_path_factory):
    from conftest import SHARED

    if missing := [name for name in FILES if not (SHARED / name).exists()]:
        pytest.skip(
            f"shared/data/{missing[0]} is not on this machine; it holds published lists and registers"
        )
    area = Area.create(tmp_path_factory.mktemp("qof") / "area")
    area.load([SHARED / name for name in FILES])
    area.build()
    return area


@pytest.mark.parametrize("group", EXPLAINED)
def test_all_CCGs_together_are_as_expected_and_ages_explain_the_most(england, group):
    found = england.adjusted(f"prevalence_{group}_commissioner", "age", "sub_icb")
    there = found.series.missing[:, -1] == Missing.NOTHING
    assert there.sum() > 190  # of 211: some had merged by the register of 2017
    observed, expected = (
        part[there, -1].sum() for part in (found.series.numerators, found.series.denominators)
    )
    assert observed == pytest.approx(expected, rel=0.001)
    explained = float(found.how.split("explain ")[1].split(" %")[0]) / 100
    assert explained >= EXPLAINED[group], found.how
    assert "estimated" in found.measure.title


def test_against_age_an_old_CCG_is_no_longer_high(england):
    """Second witness: the share of people of 65 and more, which the published percentage follows and the ratio does not."""
    plain = england.current.series("prevalence_af_commissioner", "sub_icb")
    ratio = england.adjusted("prevalence_af_commissioner", "age", "sub_icb").series
    bands = need._together(england.current, plain, need._bands(england.current, england.store))
    with np.errstate(invalid="ignore"):
        old = bands[:, [7, 8, 16, 17]].sum(axis=1) / bands.sum(axis=1)
    there = np.isfinite(old) & np.isfinite(ratio.values[:, -1]) & np.isfinite(plain.values[:, -1])
    before, after = (np.corrcoef(old[there], each[there, -1])[0, 1] for each in (plain.values, ratio.values))
    assert before > 0.9
    assert abs(after) < before / 2  # rates that may not be below 0 leave some of it


def test_a_register_stands_against_age_only_and_by_whom_it_is_published(england):
    with pytest.raises(DefinitionError, match="only what age and sex let expect"):
        england.adjusted("prevalence_af_commissioner", "weighted", "sub_icb")
    with pytest.raises(DefinitionError, match="ask for level 'sub_icb'"):
        england.adjusted("prevalence_af_commissioner", "age", "england")

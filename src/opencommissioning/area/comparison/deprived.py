"""A ratio standardised by age and sex, standardised by deprivation as well: what a practice's fifth of deprivation would give too."""

from dataclasses import replace

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.inequality import FEWEST_EACH, GROUPS, numbered
from opencommissioning.area.comparison.need import Adjusted, report_adjusted
from opencommissioning.area.comparison.peering import deprivation_scores
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.measures.series import Missing, Series
from opencommissioning.warehouse.store import Store

YEAR = 12
HOW = (
    "Expected from age, sex and deprivation: practices are put into {groups} groups of about as many patients by the deprivation score of "
    "their patients, and what age and sex let expect is scaled so that each group as a whole is as expected ({ratios}, most deprived "
    "first). Age and deprivation are taken to multiply; the score is the practice's, not the person's. What deprivation explains is taken "
    "out here, which is not to say that it should be."
)


def by_deprivation(build: Build, store: Store, name: str, level: str = "practice") -> Adjusted:
    """A measure standardised by age and sex against age, sex and fifth of deprivation (indirect, main effects; Breslow and Day 1987, 4).

    DefinitionError for a measure that is not standardised, NotLoaded without deprivation scores of enough practices.
    """
    measure = build.measure(name)
    if not measure.standardised:
        known = sorted(each.id for each in build.measures.values() if each.standardised)
        raise DefinitionError(
            f"measure '{name}' is not standardised by age and sex, so deprivation alone would stand for age as well; "
            f"ask of one of {', '.join(known) or 'those that admitted care unlocks'}"
        )
    monthly = build.kept(name, "practice", 1)
    group = _groups(build, store, monthly)
    ratios = _ratios(monthly, group)
    series = _scaled(monthly, group, ratios)
    if level != "practice":
        members = build.membership(level, build.is_current(None), build.columns(series))
        series = members.roll_up(series, build.settings.coverage)
    how = HOW.format(groups=GROUPS, ratios=", ".join(per_cent(each) for each in ratios))
    shown = build.shown(series.windowed(measure.window, (False, False)))
    return Adjusted(series.measure, shown, report_adjusted(build, measure, series, ""), how, {})


def _groups(build: Build, store: Store, monthly: Series) -> np.ndarray:
    """int (P,): the group of each practice, 0 for the most deprived; −1 where no score or list is known."""
    patients = build.patients(monthly)[:, -1]
    table = pl.DataFrame({"practice": monthly.organisations, "patients": np.nan_to_num(patients)})
    known = table.filter(pl.col("patients") > 0).join(deprivation_scores(store), on="practice")
    if known.height < GROUPS * FEWEST_EACH:
        raise NotLoaded(
            f"{known.height} practices have a list and a deprivation score, {GROUPS * FEWEST_EACH} are needed; load practice deprivation "
            "scores ('opencommissioning sources deprivation' says where they are found)"
        )
    placed = dict(numbered(known, GROUPS).select("practice", "group").iter_rows())
    return np.array([placed.get(code, 0) - 1 for code in monthly.organisations])


def _ratios(monthly: Series, group: np.ndarray) -> np.ndarray:
    """(GROUPS,): observed over expected by age and sex of each group in the last year, all its practices together."""
    told = monthly.missing[:, -YEAR:] == Missing.NOTHING
    observed, expected = (
        np.where(told, each[:, -YEAR:], 0).sum(axis=1) for each in (monthly.numerators, monthly.denominators)
    )
    inside = group >= 0
    sums = [np.bincount(group[inside], each[inside], GROUPS) for each in (observed, expected)]
    if not (sums[1] > 0).all():
        raise NotLoaded("a group of deprivation has no expected number in the last year; 'opencommissioning status' says what is missing")  # fmt: skip
    return sums[0] / sums[1]


def _scaled(monthly: Series, group: np.ndarray, ratios: np.ndarray) -> Series:
    """The series with what is expected times its group's ratio; practices without a group have no denominator."""
    factor = np.where(group >= 0, ratios[group], 0.0)[:, None]
    expected = np.rint(monthly.denominator * factor).astype(np.int64)
    lost = (group < 0)[:, None] & (monthly.missing == Missing.NOTHING)
    missing = np.where(lost, Missing.NO_DENOMINATOR, monthly.missing).astype(np.uint8)
    measure = replace(
        monthly.measure,
        id=f"{monthly.measure.id}_and_deprivation",
        title=monthly.measure.title.replace("its ages and sexes", "its ages, sexes and deprivation"),
    )
    return replace(monthly, measure=measure, denominator=expected, missing=missing)

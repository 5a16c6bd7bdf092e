"""A measure against need: per prescribing-weighted patient, per STAR-PU of 2013, or against what age and sex let expect (estimated)."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from opencommissioning.area.build import PRACTICE, Build
from opencommissioning.area.comparison.judging import verdicts_of
from opencommissioning.area.defining.analysing import analyse
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Measure, Quantity
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName, did_you_mean
from opencommissioning.language.words import sentence
from opencommissioning.measures.series import Missing, Series
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.variation.need import (
    BROAD,
    FEWEST_COMMISSIONERS,
    FEWEST_PRACTICES,
    age_sex_rates,
    band_names,
    band_of,
    broad,
)
from opencommissioning.variation.verdict import SMALLEST_LIST
from opencommissioning.warehouse.store import Store

WEIGHTED, AGE = "weighted", "age"
COST = ("nic", "actual_cost")
FITTED = ("least squares, none below 0,", "ridge regression")  # by commissioner, by practice
UNAGED = ("Files of prescribing", "Published registers")
LIST = Quantity("registrations", "patients")
NEED = Quantity("weighted_populations", "patients", (Condition("need", any_of=("prescribing",)),))
YEAR = 12
THOUSANDTHS = 3


@dataclass(frozen=True)
class Adjusted:
    """A measure against need: its series and report, `rates` by age and sex (of the estimate only), and a sentence on how it is made."""

    measure: Measure
    series: Series
    report: MeasureReport
    how: str
    rates: dict[str, float]


def bases(build: Build) -> list[str]:
    """What a measure per patient can be set against: weighted, age, and every STAR-PU list."""
    lists = [
        name
        for name, each in build.library.codelists.items()
        if each.system == "age_sex" and each.unit.endswith("PU")
    ]  # rates of admissions and of diagnoses are no need for medicines
    return [WEIGHTED, AGE, *sorted(lists)]


def bases_of(build: Build, measure: Measure) -> list[str]:
    """What this measure can be set against; nothing for shares."""
    return bases(build) if is_per_patient(measure) else [AGE] if is_register(measure) else []


def base_in_words(build: Build, base: str) -> str:
    """`prescribing-weighted patients`, `what age and sex let expect (estimated)`, or the title of a STAR-PU list."""
    words = {WEIGHTED: "prescribing-weighted patients", AGE: "what age and sex let expect (estimated)"}
    return words.get(base) or build.library.codelists[base].title


def is_per_patient(measure: Measure) -> bool:
    """Whether need can be its denominator: it counts something for each registered patient."""
    return not measure.narrowed and measure.denominator == LIST


def is_register(measure: Measure) -> bool:
    """Whether it is a disease register as a share of the list, which ages explain most of."""
    return measure.numerator.column == "register" and measure.denominator.column == "listed"


def default_base(measure: Measure) -> str:
    """What spend per patient is set against unless another base is asked for: prescribing-weighted patients. Nothing for other measures:
    the formula weighs patients by what they cost, not by how often they are treated."""
    return WEIGHTED if measure.numerator.column in COST else ""


def adjust(build: Build, store: Store, name: str, base: str = "", level: str = "practice") -> Adjusted:
    """A measure per registered patient against another base (without one, spend against prescribing-weighted patients).

    UnknownName for a base that does not exist, DefinitionError for a measure that is not per registered patient or has no base of its
    own, NotLoaded when the files (or, for the estimate, practices) are too few."""
    measure = build.measure(name)
    if base and base not in bases(build):
        raise UnknownName(f"there is no base '{base}'{did_you_mean(base, bases(build))}")
    base = base or default_base(measure)
    if is_per_patient(measure) and not base:
        raise DefinitionError(
            f"measure '{name}' counts no spend, so prescribing-weighted patients are not taken unasked; say against which need: "
            f"{', '.join(bases(build))}"
        )
    if not bases_of(build, measure):
        raise DefinitionError(
            f"measure '{name}' is not per registered patient, so need is not its denominator; shares compare without it"
        )
    if base not in bases_of(build, measure):
        raise DefinitionError(
            f"measure '{name}' is a register: only what age and sex let expect can stand against it; ask for '{AGE}'"
        )
    if base == AGE:
        return _expected(build, store, measure, level)
    return _analysed(build, store, measure, base, level)


def _analysed(build: Build, store: Store, measure: Measure, base: str, level: str) -> Adjusted:
    if base == WEIGHTED:
        if "weighted_populations" not in store.datasets():
            raise NotLoaded(
                "practice weighted populations are not loaded; 'opencommissioning sources weighted_populations' says where they are found"
            )
        unit, denominator = "prescribing-weighted patients", NEED
        how = "Prescribing-weighted patients: registered patients weighted by NHS England's allocation formula for prescribing."
    else:
        unit, denominator = "STAR-PU", replace(LIST, times=base)
        how = f"{build.library.codelists[base].title}. The weights are of 2013: drugs and habits have changed since."
    other = replace(
        measure,
        id=f"{measure.id}_per_{base}"[:80],
        title=f"{measure.title.partition(' per ')[0]} per {measure.per:,} {unit}",
        unit=f"{measure.unit.partition(' per ')[0]} per {measure.per:,} {unit}",
        denominator=denominator,
    )
    found = analyse(build, store, other, level)
    return Adjusted(other, found.series, found.report, how, {})


def _expected(build: Build, store: Store, measure: Measure, level: str) -> Adjusted:
    own = build.level_of(measure)
    if own != PRACTICE and level != own:
        raise DefinitionError(f"measure '{measure.id}' is published by organisation: ask for level '{own}'")
    monthly = build.kept(measure.id, own, 1)
    patients = _people(build, monthly)
    bands, fewest, who = _bands(build, store), FEWEST_PRACTICES, "practices"
    if own != PRACTICE:
        bands, fewest, who = broad(_together(build, monthly, bands)), FEWEST_COMMISSIONERS, "commissioners"
    totals = _newest(monthly) if is_register(measure) else _yearly(monthly, patients)
    fit = age_sex_rates(bands, *totals, fewest, who)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = fit.expected(bands / bands.sum(axis=1, keepdims=True))
    series = _against(build, monthly, each[:, None] * patients)
    if level != own:
        members = build.membership(level, build.is_current(None), build.columns(series))
        series = members.roll_up(series, build.settings.coverage)
    how = (
        f"Expected from age and sex (estimated): rates of {bands.shape[1]} bands by {FITTED[own == PRACTICE]} over {who}' lists, which explain "
        f"{100 * fit.explained:.0f} % of how {who} differ. {UNAGED[is_register(measure)]} hold no age, so this is no standardised rate."
    )
    stock = is_register(measure)  # else what is expected adds up over months as what is counted does
    names = band_names() if own == PRACTICE else BROAD
    rates = dict(zip(names, (fit.rates * measure.per * (1 if stock else YEAR)).tolist(), strict=True))
    return Adjusted(
        series.measure,
        build.shown(series.windowed(measure.window, (stock, stock))),
        report_adjusted(build, measure, series, how),
        how,
        rates,
    )


def _together(build: Build, monthly: Series, bands: np.ndarray) -> np.ndarray:
    """The bands (O, 18) of the organisations of a published series: of the practices that belong to each today."""
    codes, parents = build.members(monthly.level, True)
    place = {code: row for row, code in enumerate(monthly.organisations)}
    out = np.zeros((len(place), bands.shape[1]))
    for practice, parent in enumerate(parents[:, -1]):
        if parent >= 0 and codes[parent] in place:
            out[place[codes[parent]]] += bands[practice]
    return out


def _people(build: Build, monthly: Series) -> np.ndarray:
    """Whom the numerator is a part of, by month: the list, or what the file of a register calls its list."""
    if not is_register(monthly.measure):
        return build.patients(monthly)
    return np.where(monthly.missing == Missing.NOTHING, monthly.denominators, 0.0)


def _bands(build: Build, store: Store) -> np.ndarray:
    """Patients (P, 18) of the newest list by age and sex; 0 everywhere for a practice without one."""
    out = np.zeros((len(build.register.practices), len(band_names())))
    place = {code: row for row, code in enumerate(build.register.practices)}
    for part in sorted(store.parts("registrations"), key=lambda part: part.period, reverse=True):
        rows = pl.read_parquet(part.path, columns=["practice", "age_sex", "patients"])
        for practice, age_sex, patients in rows.iter_rows():
            if practice in place and (band := band_of(age_sex)) is not None:
                out[place[practice], band] += patients
        if out.any():
            return out
    return out


def _yearly(monthly: Series, patients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numerator a month and mean patients (P,) over the last twelve months, nan for small lists and where a month is missing."""
    cut = slice(-min(YEAR, len(monthly.months)), None)
    size = patients[:, cut].mean(axis=1)
    return np.where(size >= SMALLEST_LIST, monthly.numerators[:, cut].mean(axis=1), np.nan), size


def _newest(monthly: Series) -> tuple[np.ndarray, np.ndarray]:
    """Register and list (O,) of the newest month for which most organisations have one; nan where this one has not."""
    there = monthly.missing == Missing.NOTHING
    counts = there.sum(axis=0)
    column = int(np.flatnonzero(2 * counts > counts.max())[-1]) if counts.any() else 0
    known = there[:, column] & (monthly.denominators[:, column] >= SMALLEST_LIST)
    size = np.where(known, monthly.denominators[:, column], 0.0)
    return np.where(known, monthly.numerators[:, column], np.nan), size


def _against(build: Build, monthly: Series, expected: np.ndarray) -> Series:
    """The series with what is expected as denominator, scaled so that in each month all together are as expected."""
    known = (monthly.missing == Missing.NOTHING) & np.isfinite(expected)
    observed = np.where(known, monthly.numerators, 0).sum(axis=0)
    total = np.where(known, expected, 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(known, expected * (observed / total), 0)
    whole = np.rint(np.nan_to_num(scaled) * 10**THOUSANDTHS).astype(np.int64)
    missing = np.where(known & (whole == 0), Missing.DENOMINATOR_ZERO, monthly.missing)
    missing = np.where(~known & (monthly.missing == Missing.NOTHING), Missing.NO_DENOMINATOR, missing)
    measure = replace(
        monthly.measure,
        id=f"{monthly.measure.id}_per_{AGE}",
        title=f"{monthly.measure.title.partition(' per ')[0].partition(', by ')[0]} as % of what age and sex let expect (estimated)",
        unit="% of expected",
        per=100,
        denominator=Quantity("expected_from_age_and_sex", monthly.measure.denominator.column),
    )
    return replace(
        monthly,
        measure=measure,
        numerator=np.where(known, monthly.numerator, 0),
        denominator=whole,
        denominator_scale=THOUSANDTHS,
        missing=missing.astype(np.uint8),
    )


def report_adjusted(build: Build, measure: Measure, series: Series, how: str) -> MeasureReport:
    """The report of a measure as a percentage of what is expected; NotLoaded when no organisation has a value."""
    judged = verdicts_of(build, series, (False, False))
    if judged is None:
        raise NotLoaded(
            "no organisation of this level has a value; 'opencommissioning status' says what is missing"
        )
    names = {code: each.name for code, each in build.organisations.items()}
    told = f"{sentence(measure, build.library.codelists)}; here as a percentage of what is expected. {how}"
    words = told.strip().rstrip(".")
    return MeasureReport(
        measure=series.measure,
        level=series.level,
        month=judged["month"].max(),
        verdicts=judged,
        names=names,
        words=words,
        sql="",
        review="estimated",
    )

"""From practices to networks, sub-ICB locations, ICBs, regions, England and custom groups: add the parts, then divide; say who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from opencommissioning.measures.register import Register
from opencommissioning.measures.series import Missing, Series

COVERAGE = 0.90


def members_of(
    register: Register, level: str, current: bool, groups: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], np.ndarray]:
    """Organisation codes of a level and int32 (P, M): each practice's parent as an index into them, −1 = none.

    `current` takes the last month's membership for every month. Custom groups may not overlap (a practice counts once).
    """
    if level == "england":
        return ("ENGLAND",), np.zeros(register.open.shape, np.int32)
    if level == "group":
        return _groups(register, groups)
    parents = register.current(level) if current else register.parents[level]
    return register.codes[level], parents


def _groups(register: Register, groups: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], np.ndarray]:
    place = {code: number for number, code in enumerate(register.practices)}
    out = np.full(register.open.shape, -1, np.int32)
    for number, members in enumerate(groups.values()):
        out[[place[code] for code in members if code in place]] = number
    return tuple(groups), out


def expected_practices(register: Register, patients: np.ndarray) -> np.ndarray:
    """bool (P, M): open GP practices, without those that a well-filled list of patients shows to have none."""
    open_ = register.open
    listed = np.isfinite(patients) & (patients > 0)
    with np.errstate(invalid="ignore"):
        filled = (listed & open_).sum(axis=0) >= 0.5 * open_.sum(axis=0)
    return open_ & (listed | ~filled[None, :])


def roll_up(
    series: Series,
    codes: tuple[str, ...],
    parents: np.ndarray,
    level: str,
    expected: np.ndarray,
    patients: np.ndarray,
    coverage: float = COVERAGE,
) -> Series:
    """Practice series summed to organisations; below `coverage` (share of patients, of practices when lists are unknown) no value is shown."""
    known = np.isin(series.missing, [Missing.NOTHING, Missing.DENOMINATOR_ZERO])
    weights = patient_weights(patients)
    shape = (len(codes), len(series.months))

    def added(part: np.ndarray, where: np.ndarray) -> np.ndarray:
        out = np.zeros(shape, part.dtype)
        rows, columns = np.nonzero(where & (parents >= 0))
        np.add.at(out, (parents[rows, columns], columns), part[rows, columns])
        return out

    ones = np.ones(parents.shape, np.int32)
    counted, hoped = added(ones, known & expected), added(ones, expected)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(hoped > 0, added(weights, known & expected) / added(weights, expected), np.nan)
    numerator, denominator = added(series.numerator, known), added(series.denominator, known)
    missing = _reasons(series, added(ones, known), hoped, share, denominator, coverage)
    return replace(
        series,
        level=level,
        organisations=codes,
        numerator=numerator,
        denominator=denominator,
        missing=missing,
        counted=counted,
        expected=hoped,
        share=share,
    )


def patient_weights(patients: np.ndarray) -> np.ndarray:
    """Patients where known; a practice without a list weighs as much as the average one (1 each when nobody's list is known)."""
    known = np.isfinite(patients)
    if not known.any():
        return np.ones(patients.shape)
    sums = np.where(known, patients, 0).sum(axis=1)
    counts = known.sum(axis=1)
    own = np.where(counts > 0, sums / np.maximum(counts, 1), sums.sum() / max(1, counts.sum()))
    return np.where(known, patients, own[:, None])


def _reasons(
    series: Series,
    with_data: np.ndarray,
    hoped: np.ndarray,
    share: np.ndarray,
    denominator: np.ndarray,
    coverage: float,
) -> np.ndarray:
    missing = np.where(denominator == 0, Missing.DENOMINATOR_ZERO, Missing.NOTHING)
    with np.errstate(invalid="ignore"):
        missing = np.where(~(share >= coverage), Missing.COVERAGE, missing)
    missing = np.where(with_data == 0, np.where(hoped > 0, Missing.NOT_IN_FILE, Missing.NO_MEMBERS), missing)
    unloaded = np.all(np.isin(series.missing, [Missing.MONTH_NOT_LOADED, Missing.NOT_OPEN]), axis=0)
    return np.where(unloaded[None, :], Missing.MONTH_NOT_LOADED, missing).astype(np.uint8)

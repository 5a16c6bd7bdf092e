"""From practices to networks, sub-ICB locations, ICBs, regions, England and custom groups: add the parts, then divide; say who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from opencommissioning.measures.register import Register
from opencommissioning.measures.series import Missing, Series, known

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


@dataclass(frozen=True)
class Membership:
    """Who belongs to whom at a level, and what does not depend on the measure. Arrays (practices, months) unless said otherwise.

    codes     of the organisations (O of them); `parents` int32: index into them, −1 = none
    expected  practices that should have data; `patients` float, nan where unknown
    """

    level: str
    codes: tuple[str, ...]
    parents: np.ndarray
    expected: np.ndarray
    patients: np.ndarray

    @cached_property
    def _order(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Flat places of the members, sorted by organisation and month; where each of these cells begins; which cell it is."""
        cells = self.parents.astype(np.int64) * self.parents.shape[1] + np.arange(self.parents.shape[1])
        members = np.flatnonzero(self.parents.ravel() >= 0)
        order = members[np.argsort(cells.ravel()[members], kind="stable")]
        found, starts = np.unique(cells.ravel()[order], return_index=True)
        return order, starts, found

    def added(self, part: np.ndarray) -> np.ndarray:
        """The sums of the members, (O, months), exact for whole numbers."""
        order, starts, cells = self._order
        out = np.zeros(len(self.codes) * self.parents.shape[1], part.dtype)
        if len(cells):
            out[cells] = np.add.reduceat(part.ravel()[order], starts)
        return out.reshape(len(self.codes), self.parents.shape[1])

    @cached_property
    def weights(self) -> np.ndarray:
        """What each practice weighs in the coverage."""
        return patient_weights(self.patients)

    @cached_property
    def hoped(self) -> np.ndarray:
        """int32 (O, months): practices that should have data."""
        return self.added(self.expected.astype(np.int32))

    @cached_property
    def whole(self) -> np.ndarray:
        """float (O, months): what they weigh together."""
        return self.added(np.where(self.expected, self.weights, 0.0))

    def share(self, there: np.ndarray) -> np.ndarray:
        """float (O, months): the share of the patients that the practices of `there` (bool) have; nan where no practice should have data."""
        weight = self.added(np.where(there & self.expected, self.weights, 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.hoped > 0, weight / self.whole, np.nan)

    def roll_up(self, series: Series, coverage: float = COVERAGE) -> Series:
        """Practice series summed to organisations; below `coverage` (share of patients, of practices when lists are unknown) no value is shown."""
        there = known(series.missing)
        covered = there & self.expected
        share = self.share(there)
        numerator, denominator = (
            self.added(np.where(there, part, 0)) for part in (series.numerator, series.denominator)
        )
        with_data = self.added(there.astype(np.int32))
        return replace(
            series,
            level=self.level,
            organisations=self.codes,
            numerator=numerator,
            denominator=denominator,
            missing=_reasons(series, with_data, self.hoped, share, denominator, coverage),
            counted=self.added(covered.astype(np.int32)),
            expected=self.hoped,
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
    nowhere = (series.missing == Missing.MONTH_NOT_LOADED) | (series.missing == Missing.NOT_OPEN)
    unloaded = np.all(nowhere, axis=0)
    return np.where(unloaded[None, :], Missing.MONTH_NOT_LOADED, missing).astype(np.uint8)

"""The disclosure gate of a build: counts of people are rounded together before anything reads them."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opencommissioning.disclosure.parted import parted, started
from opencommissioning.disclosure.rounding_together import begun, rounded_together
from opencommissioning.disclosure.rules import HES, Rule
from opencommissioning.measures.register import Register

TREE = ("region", "icb", "sub_icb", "pcn")


@dataclass(frozen=True)
class Gate:
    """One dataset's counts on their way out. `scales`: quantity's key → power of ten of its whole numbers.

    `secret` decides what running totals begin with; with another one the same counts are rounded otherwise, so it must be kept.
    """

    dataset: str
    register: Register
    secret: bytes
    scales: Mapping[str, int]
    rule: Rule = HES

    def __call__(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """key → int64 (P, M), as they may be read."""
        return {key: self._leaving(part, 10 ** self.scales[key]) for key, part in values.items()}

    def _leaving(self, values: np.ndarray, unit: int) -> np.ndarray:
        if not values.any():
            return values
        return rounded_together(values // unit, self._tree, self._starts, self.rule.rounding) * unit

    def in_parts(self, kept: np.ndarray, parts: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """A quantity's parts, as they may be read: int64 (P, B, len(columns)), running totals up to and with these months (−1: before all).

        kept (P, M): the quantity as it left; parts (P, B, M): counts that add up to what it was before,
        the last of them what no part tells, which is not shown (and begins with 0, so that it takes nothing where it is nothing). Differences of two of the
        running totals are counts: they may be −5 for 0 to 4.
        """
        whole = self._starts
        told = started(self._starts_of(parts.shape[1] - 1), whole)
        starts = np.pad(told, ((0, 0), (0, 1)))
        after = [each + 1 for each in columns]
        running = np.cumsum(np.pad(parts, ((0, 0), (0, 0), (1, 0))), axis=2)[:, :, after] + starts[:, :, None]
        begin = begun(self._tree, whole, self.rule.rounding) + starts.sum(axis=1) - whole
        wholes = np.cumsum(np.pad(kept, ((0, 0), (1, 0))), axis=1)[:, after] + begin[:, None]
        every = [parted(running[:, :, at], wholes[:, at], self.rule.rounding) for at in range(len(columns))]
        return np.stack(every, axis=2)

    def _starts_of(self, parts: int) -> np.ndarray:
        """What each part's running total begins with, (P, parts)."""
        digests = [
            hmac.digest(self.secret, f"parts of {self.dataset} {practice}".encode(), "sha512")
            for practice in self.register.practices
        ]
        return np.array(
            [[each[2 * at] % self.rule.rounding for at in range(parts)] for each in digests], np.int64
        )

    @cached_property
    def _tree(self) -> np.ndarray:
        """Today's membership (P, levels): totals of today's organisations come out nearest."""
        known = [level for level in TREE if level in self.register.parents]
        columns = [self.register.current(level)[:, -1] for level in known]
        return np.column_stack(columns) if columns else np.zeros((len(self.register.practices), 0), int)

    @cached_property
    def _starts(self) -> np.ndarray:
        digests = (
            hmac.digest(self.secret, f"{self.dataset} {practice}".encode(), "sha256")
            for practice in self.register.practices
        )
        return np.array([int.from_bytes(each[:8]) % self.rule.rounding for each in digests], np.int64)

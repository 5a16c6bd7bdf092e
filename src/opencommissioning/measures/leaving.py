"""The disclosure gate of a build: counts of people are rounded together before anything reads them."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opencommissioning.disclosure.rounding_together import rounded_together
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

"""What rows of a part are asked for, and the sums that come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.errors import StoreError

LARGEST = 2**62

Kinds = tuple[tuple[int, int], ...]  # (bundle, which tests a row passed of those that matter to the bundle)


@dataclass(frozen=True)
class Asked:
    """What rows are told apart by.

    `bundle_of`: code → bundle; None where a dataset has no codes and everything is bundle 0. `tests`: what only a row can decide;
    `care`: per bundle the bits of those tests that matter to it. `adds`: per bundle the columns that somebody adds up; sums of others need
    not be right.
    """

    bundle_of: Mapping[str, int] | None
    tests: tuple[tuple[Condition, ...], ...]
    care: Sequence[int]
    adds: Sequence[frozenset[str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are added up, in order."""
        return tuple(sorted(frozenset().union(*self.adds)))


@dataclass(frozen=True)
class Tally:
    """`sums`: column → int64 (kinds, organisations)."""

    organisations: tuple[str, ...]
    kinds: Kinds
    sums: Mapping[str, np.ndarray]


def too_large(contract: Contract, column: str) -> StoreError:
    """The refusal of a sum that could not be kept exactly."""
    return StoreError(
        f"the sum of {contract.dataset}.{column} is too large to be kept exactly; check the file's units"
    )

"""The rule for one count: hospital counts of 1–7 are hidden, the rest rounded to the nearest 5 (HES analysis guide, NHS England)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rule:
    """Counts from 1 to `most_hidden` are hidden; others are rounded to `rounding`. 0 is shown.

    `fewest_answers`: whoever reads all that is shown must still find at least so many values possible for each hidden count.
    """

    most_hidden: int = 7
    rounding: int = 5
    fewest_answers: int = 3

    def small(self, counts: np.ndarray) -> np.ndarray:
        """bool: which counts are hidden for being small."""
        return (counts > 0) & (counts <= self.most_hidden)

    def rounded(self, counts: np.ndarray) -> np.ndarray:
        """Counts to the nearest multiple of `rounding`, half up."""
        return (counts + self.rounding // 2) // self.rounding * self.rounding

    def bounds(self, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The least and greatest count behind each shown one: what every reader can work out."""
        half = self.rounding // 2
        least = np.maximum(shown - half, self.most_hidden + 1)
        return np.where(shown == 0, 0, least), np.where(shown == 0, 0, shown + half)


HES = Rule()

"""The rule for one count: hospital counts of 1–7 are hidden, the rest rounded to the nearest 5 (HES analysis guide, NHS England)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rule:
    """A count on its own: 1 to `most_hidden` is hidden, others are rounded to `rounding`.

    Counts of which many are published are rounded together (`rounding_together.py`); of these none below `fewest_shown` is shown.
    """

    most_hidden: int = 7
    rounding: int = 5
    fewest_shown: int = 15

    def small(self, counts: np.ndarray) -> np.ndarray:
        """bool: which counts are hidden for being small."""
        return (counts > 0) & (counts <= self.most_hidden)

    def rounded(self, counts: np.ndarray) -> np.ndarray:
        """Counts to the nearest multiple of `rounding`, half up."""
        return (counts + self.rounding // 2) // self.rounding * self.rounding

    @property
    def off(self) -> int:
        """The most by which a count rounded together with others is off: less than `rounding` at either end of its months."""
        return 2 * (self.rounding - 1)


HES = Rule()

"""Whether enough events are expected of an organisation to judge it: of an amount, the events that it rests on."""

import numpy as np

from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.measures.series import Series
from opencommissioning.variation.verdict import FEWEST_EXPECTED


def events_rate(behind: Series | None, large: np.ndarray, column: int) -> float:
    """Events behind an amount for each of its denominator, of all organisations together in the month at `column`; nan when nobody counts
    them, 0 when there are none."""
    if behind is None:
        return np.nan
    top, bottom = (
        np.where(large, part, 0)[:, column].sum() for part in (behind.numerators, behind.denominators)
    )
    return float(top / bottom) if bottom > 0 else 0.0


def enough_events(
    measure: Measure, expected: np.ndarray, behind: Series | None, rate: float, column: int
) -> np.ndarray:
    """bool (O,): enough events `expected` at everybody's rate; of an amount those `behind` it, and its list size alone without them."""
    if measure.shape() is Shape.RATIO:
        if behind is None:
            return np.ones(expected.shape, bool)
        expected = behind.denominators[:, column] * rate
    return enough(expected)


def enough(expected: np.ndarray) -> np.ndarray:
    """bool: so many events are expected that an organisation can be compared."""
    with np.errstate(invalid="ignore"):
        return expected >= FEWEST_EXPECTED

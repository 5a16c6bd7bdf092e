"""How well a list's own past would have been foretold, and whether its fan would have held it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.calibration import Month, calibrate
from opencommissioning.flow.projection import project, simulate_each
from opencommissioning.flow.uncertainty import drawn

RUNS = 200
FAN = (0.05, 0.95)


@dataclass(frozen=True)
class BackTest:
    """How the second half of a list's months would have been foretold from the first. Errors are means of absolute ones.

    size_error in people, size_share of the list; within_error in percentage points; lower, upper: nine in ten of the courses drawn;
    inside: months whose list lay between them (`weeks_calibrated` of history stood behind).
    """

    months: tuple[date, ...]
    foretold: np.ndarray
    observed: np.ndarray
    size_error: float
    size_share: float
    within_error: float
    lower: np.ndarray
    upper: np.ndarray
    inside: int


def back_test(name: str, months: Sequence[Month], standard_weeks: int = 18, seed: int = 1) -> BackTest:
    """Calibrate on the first half of the months, project the second, compare month by month; at least four months."""
    if len(months) < 4:
        raise DefinitionError(
            f"list '{name}': a back-test needs at least four months, {len(months)} are there"
        )
    months = sorted(months, key=lambda each: each.month)
    half = len(months) // 2
    later = months[half:]
    ends = np.round(np.cumsum([each.weeks for each in later])).astype(int)
    found = calibrate(name, months[:half])
    path = project([found.model], int(ends[-1]), standard_weeks=standard_weeks)
    many = simulate_each(drawn(found, RUNS, seed), int(ends[-1]), seed, standard_weeks)
    lower, upper = np.quantile(many.waiting[:, ends], FAN, axis=0)
    foretold = path.waiting[0, ends]
    observed = np.array([float(each.waiting.sum()) for each in later])
    inside = np.array([each.waiting[:standard_weeks].sum() / max(each.waiting.sum(), 1) for each in later])
    off = np.abs(foretold - observed)
    known = observed > 0
    return BackTest(
        tuple(each.month for each in later),
        foretold,
        observed,
        float(off.mean()),
        float((off[known] / observed[known]).mean()) if known.any() else float("nan"),
        float(np.abs(path.within[0, ends] - inside).mean() * 100),
        lower,
        upper,
        int(((observed >= lower) & (observed <= upper)).sum()),
    )

"""The backlog: who waits longer than the standard's weeks, and how many of them are beyond what the standard allows."""

from dataclasses import dataclass

import numpy as np

from opencommissioning.errors import DefinitionError
from opencommissioning.flow.capacity import RTT, Standard


@dataclass(frozen=True)
class Backlog:
    """Of one list, in people.

    waiting  all of them; over: longer than the standard's weeks
    beyond   of those over, more than the standard allows: over − (1 − share) × waiting, 0 where it is met
    stops    treatments of people over that would meet the standard today: beyond ÷ share, since who is treated leaves both counts
    """

    waiting: float
    over: float
    beyond: float
    stops: float


def backlog(waiting: np.ndarray, standard: Standard = RTT) -> Backlog:
    """The backlog of a list by weekly band (band k: over k up to k + 1 weeks; the last may be open).

    DefinitionError where the bands end before the standard's weeks or its weeks are not whole: who is over cannot be told.
    """
    weeks = int(standard.weeks)
    if weeks != standard.weeks or weeks >= len(waiting):
        raise DefinitionError(
            f"people over {standard.weeks:g} weeks cannot be told from bands of a week up to {len(waiting)}; choose whole weeks within them"
        )
    total, over = float(np.sum(waiting)), float(np.sum(waiting[weeks:]))
    beyond = max(0.0, over - (1 - standard.share) * total)
    return Backlog(total, over, beyond, beyond / standard.share)

"""What pages ask about prediction limits."""

from functools import lru_cache

from opencommissioning.area.comparison.predicting import LIMITS, law_of, predicted
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.reports.predicted import Predicted
from opencommissioning.web.questions import build, build_id

__all__ = ["LIMITS", "fits", "limits"]


def fits(name: str) -> bool:
    """Whether a measure is of counts, which prediction limits are exact for."""
    try:
        return bool(law_of(build().measure(name)))
    except DefinitionError:
        return False


def limits(name: str, level: str, membership: str) -> Predicted | str:
    """The values beside prediction limits, or why there are none."""
    return _limits(build_id(), name, level, membership)


@lru_cache(maxsize=50)
def _limits(of_build: str, name: str, level: str, membership: str) -> Predicted | str:
    try:
        return predicted(build(), name, level, membership or None)
    except (DefinitionError, NotLoaded) as reason:
        return str(reason)

"""What pages ask about measures standardised by deprivation as well."""

from functools import lru_cache

from opencommissioning.area.comparison import deprived
from opencommissioning.area.comparison.need import Adjusted
from opencommissioning.web.questions import area, build_id


def by_deprivation(name: str, level: str) -> Adjusted:
    """The measure against age, sex and fifth of deprivation; DefinitionError or NotLoaded where it cannot be."""
    return _by_deprivation(build_id(), name, level)


@lru_cache(maxsize=100)
def _by_deprivation(of_build: str, name: str, level: str) -> Adjusted:
    return deprived.by_deprivation(area().current, area().store, name, level)

"""What pages ask about directly standardised rates."""

from functools import lru_cache

from opencommissioning.area.comparison.directly import directly_standardised
from opencommissioning.reports.direct import DirectRates
from opencommissioning.web.questions import area, build_id


def rates(name: str) -> DirectRates:
    """What the measure counts, by year; DefinitionError or NotLoaded where it cannot be."""
    return _rates(build_id(), name)


@lru_cache(maxsize=100)
def _rates(of_build: str, name: str) -> DirectRates:
    return directly_standardised(area().current, area().store, name)

"""What pages ask about directly standardised rates."""

from functools import lru_cache

from opencommissioning.area.comparison.directly import directly_standardised
from opencommissioning.area.comparison.directly_by import LEVELS, directly_by
from opencommissioning.reports.direct import DirectRates
from opencommissioning.reports.direct_by import DirectPlaces
from opencommissioning.web.questions import area, build_id


def rates(name: str) -> DirectRates:
    """What the measure counts, by year; DefinitionError or NotLoaded where it cannot be."""
    return _rates(build_id(), name)


def rates_by(name: str, level: str, years: int) -> DirectPlaces:
    """What the measure counts, of each organisation of a level; DefinitionError or NotLoaded where it cannot be."""
    return _rates_by(build_id(), name, level, years)


def levels() -> list[str]:
    """Levels of this build at which rates are made."""
    return [level for level in LEVELS if area().current.organisations_of(level)]


@lru_cache(maxsize=100)
def _rates_by(of_build: str, name: str, level: str, years: int) -> DirectPlaces:
    return directly_by(area().current, area().store, name, level, years)


@lru_cache(maxsize=100)
def _rates(of_build: str, name: str) -> DirectRates:
    return directly_standardised(area().current, area().store, name)

"""What pages ask about processes: every measure of an organisation against its own past."""

from functools import lru_cache

from opencommissioning.area.comparison.processes import MONTHS, variation_summary
from opencommissioning.catalogue.process import ProcessChoice
from opencommissioning.reports.variation import VariationSummary
from opencommissioning.web.questions import build, build_id


def summary(code: str, choice: ProcessChoice) -> VariationSummary:
    """The organisation's summary of variation; NotLoaded when no measure has enough months, DefinitionError for a choice that does not
    fit all measures."""
    return _summary(build_id(), code, choice)


@lru_cache(maxsize=1000)
def _summary(of_build: str, code: str, choice: ProcessChoice) -> VariationSummary:
    return variation_summary(build(), code, MONTHS, choice)

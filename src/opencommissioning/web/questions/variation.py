"""What pages ask about processes: every measure of an organisation against its own past."""

from functools import lru_cache

from opencommissioning.area.comparison.processes import variation_summary
from opencommissioning.reports.variation import VariationSummary
from opencommissioning.web.questions import build, build_id


def summary(code: str) -> VariationSummary:
    """The organisation's summary of variation; NotLoaded when no measure has enough months."""
    return _summary(build_id(), code)


@lru_cache(maxsize=1000)
def _summary(of_build: str, code: str) -> VariationSummary:
    return variation_summary(build(), code)

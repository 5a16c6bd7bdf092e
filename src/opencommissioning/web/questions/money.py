"""What pages ask about money: why spend moved."""

from datetime import date
from functools import lru_cache

from opencommissioning.area.explaining import explain
from opencommissioning.reports.spending import Explanation
from opencommissioning.web.questions import area, build, build_id


def explanation(code: str, first: date | None = None, last: date | None = None) -> Explanation:
    """Why spend of an organisation moved; NotLoaded says which months are lacking."""
    return _explanation(build_id(), build().organisation(code).code, first, last)


@lru_cache(maxsize=500)
def _explanation(of_build: str, code: str, first: date | None, last: date | None) -> Explanation:
    return explain(build(), area().store, code, first, last)


def drawn_explanation(code: str, first: date | None, last: date | None, narrow: bool) -> bytes:
    """The explanation as a waterfall in SVG."""
    from opencommissioning.area.charting import as_bytes, draw_why  # the libraries cost half a second

    return as_bytes(draw_why(explanation(code, first, last), narrow))


def explainable_months() -> list[date]:
    """Months of prescribing that are loaded, newest first."""
    return sorted(build().grid.layers["prescribing"].loaded, reverse=True)

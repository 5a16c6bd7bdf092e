"""What pages ask about potentially avoidable activity."""

from functools import lru_cache

import polars as pl

from opencommissioning.area.waiting.avoiding import avoidable, held
from opencommissioning.reports.avoidable import AvoidableReport
from opencommissioning.web.questions import area, build_id


def is_held() -> bool:
    """Whether the build holds any counts of it."""
    return held(area().current)


def report(code: str, rule: str) -> AvoidableReport:
    """What an organisation could avoid; NotLoaded when nothing is known of it."""
    return _report(build_id(), code, rule)


@lru_cache(maxsize=200)
def _report(of_build: str, code: str, rule: str) -> AvoidableReport:
    return avoidable(area().current, code, rule=rule)


def frame(code: str, rule: str) -> pl.DataFrame:
    """A row for each kind, for downloads."""
    return pl.DataFrame(report(code, rule).rows(), infer_schema_length=None)

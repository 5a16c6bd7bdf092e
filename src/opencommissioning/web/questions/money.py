"""What pages ask about money: why spend moved, what could be saved, concessions and ghost-branded generics."""

from datetime import date
from functools import lru_cache

import polars as pl

from opencommissioning.area.money.conceding import concessions, ghost_generics, ghost_rows, told_until
from opencommissioning.area.money.explaining import explain
from opencommissioning.area.money.saving import DEFAULT, report_money
from opencommissioning.reports.money import MoneyReport
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
    from opencommissioning.area.drawing.charting import as_bytes, draw_why  # the libraries cost half a second

    return as_bytes(draw_why(explanation(code, first, last), narrow))


def explainable_months() -> list[date]:
    """Months of prescribing that are loaded, newest first; none when no prescribing is."""
    over = build().grid.layers.get("prescribing")
    return sorted(over.loaded, reverse=True) if over else []


def savings(code: str, against: str = DEFAULT) -> MoneyReport | None:
    """What an organisation could save; None when nothing is known. UnknownName for a target that there is not."""
    return _savings(build_id(), build().organisation(code).code, against)


@lru_cache(maxsize=1000)
def _savings(of_build: str, code: str, against: str) -> MoneyReport | None:
    return report_money(build(), area().store, code, against)


def concessions_until(last: date) -> date:
    """The month to which concessions of a period that ends in `last` are told, estimates included."""
    return told_until(build(), area().store, last)


def concession_rows(code: str, first: date, last: date) -> pl.DataFrame:
    """Concessions by month and product, until the last month that is told."""
    return _concessions(build_id(), build().organisation(code).code, first, concessions_until(last))


@lru_cache(maxsize=200)
def _concessions(of_build: str, code: str, first: date, last: date) -> pl.DataFrame:
    return concessions(build(), area().store, code, first, last)


def conceded(code: str, first: date, last: date) -> pl.DataFrame:
    """Products under a price concession in a period: name, cost over the tariff, months, whether some are estimated; dearest first."""
    rows = concession_rows(code, first, last)
    summed = rows.group_by("bnf_code", "name").agg(
        pl.col("cost", "quantity").sum(),
        pl.col("month").n_unique().alias("months"),
        pl.col("estimated").any(),
    )
    return summed.sort("cost", descending=True)


def has_tariff() -> bool:
    """Whether any month of the Drug Tariff is loaded: without it nobody can tell a ghost-branded generic."""
    return bool(area().store.parts("tariff"))


def ghost_rows_of(code: str) -> pl.DataFrame:
    """Ghost-branded generics by practice and month, last three months."""
    return ghost_rows(build(), area().store, build().organisation(code).code)


def ghosts(code: str) -> pl.DataFrame:
    """Generics that cost an organisation more than everybody pays, last three months, largest first."""
    return _ghosts(build_id(), build().organisation(code).code)


@lru_cache(maxsize=500)
def _ghosts(of_build: str, code: str) -> pl.DataFrame:
    return ghost_generics(build(), area().store, code)

"""Questions of the data status page. Answers are kept for as long as a build serves."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from opencommissioning.area.data.data_status import (
    MonthGrid,
    Unmatched,
    missing_practices,
    month_grid,
    refused_rows,
    unmatched,
    write_reconciliation_sheet,
)
from opencommissioning.area.data.reconciling import Reconciliation
from opencommissioning.area.data.records_held import HeldRecords, opt_outs_told, records_held
from opencommissioning.errors import FileRefused, NotLoaded
from opencommissioning.web import questions

KINDS = (".csv", ".xlsx")


def months() -> MonthGrid:
    """Which months of each dataset are loaded."""
    return month_grid(questions.area().store, questions.area().library)


def records() -> tuple[list[HeldRecords], str]:
    """What the people's records hold, and whose opt-outs are in force; nothing where the site may not enter their folder."""
    area = questions.area()
    try:
        held = records_held(area.folder, area.settings, area.library)
    except PermissionError:  # the site runs as somebody who has no business there
        return [], ""
    return held, opt_outs_told(area.folder, area.settings) if held else ""


def titles() -> dict[str, str]:
    """dataset → what it is called."""
    return {name: contract.title for name, contract in questions.area().library.contracts.items()}


def refused() -> pl.DataFrame:
    """How many rows of each file were refused, and why."""
    return refused_rows(questions.area().store)


def missing() -> list[tuple[str, str, str]]:
    """Open practices without data in the last month; none before the first build."""
    return missing_practices(questions.build()) if questions.build_id() else []


def unknown_codes() -> Unmatched:
    """What the last month holds that no list knows."""
    return _unknown(questions.build_id()) if questions.build_id() else Unmatched(None, None, None)


@lru_cache(maxsize=2)
def _unknown(of_build: str) -> Unmatched:
    return unmatched(questions.build(), questions.area().store)


def new_products() -> pl.DataFrame:
    """Products first seen in the last twelve months that lie beside our lists and that no list claims; empty without prescribing."""
    try:
        return _new(questions.build_id())
    except (NotLoaded, IndexError):  # no month of prescribing
        return pl.DataFrame(schema=dict.fromkeys(("bnf_code", "name", "first_seen", "near"), pl.String))


@lru_cache(maxsize=2)
def _new(of_build: str) -> pl.DataFrame:
    return questions.area().classify()


def sheet() -> bytes:
    """Our side of a reconciliation as xlsx."""
    return _sheet(questions.build_id())


@lru_cache(maxsize=1)
def _sheet(of_build: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = write_reconciliation_sheet(
            questions.build(), questions.area().store, Path(folder) / "sheet.xlsx"
        )
        return path.read_bytes()


def reconcile(name: str, content: bytes) -> Reconciliation:
    """Our totals beside an uploaded sheet, which is gone when this returns. FileRefused says what is wrong with it."""
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise FileRefused(f"a sheet to compare with is csv or xlsx; '{Path(name).name[:60]}' is neither")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"your sheet{kind}"
        path.write_bytes(content)
        return questions.area().reconcile(path)


def as_workbook(compared: Reconciliation) -> bytes:
    """The whole comparison as xlsx."""
    with TemporaryDirectory() as folder:
        return compared.write(Path(folder) / "compared.xlsx").read_bytes()

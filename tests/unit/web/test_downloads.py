"""Files hold the figures as computed, and nothing that a spreadsheet would run."""

import io
from datetime import date

import polars as pl
import pytest

from opencommissioning.web.downloads import _csv, _parquet, _xlsx

FRAME = pl.DataFrame(
    {
        "name": ["=cmd|'/c calc'!A1", "+44", "The Surgery", "O'Hara, Smith & Co"],
        "month": [date(2026, 9, 1)] * 4,
        "value": [0.1, None, -2.5, 1e-9],
    }
)


def test_csv_keeps_numbers_and_disarms_formulas():
    text = _csv(FRAME).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == "name,month,value"
    assert lines[1] == "'=cmd|'/c calc'!A1,2026-09-01,0.1"
    assert lines[2] == "'+44,2026-09-01,"
    assert lines[3] == "The Surgery,2026-09-01,-2.5"  # a negative number is not a formula
    assert lines[4].startswith('"O\'Hara, Smith & Co"')
    assert float(lines[4].split(",")[-1]) == 1e-9


def test_parquet_is_the_frame_itself():
    assert pl.read_parquet(io.BytesIO(_parquet(FRAME))).equals(FRAME)


def test_xlsx_opens_and_holds_text_not_formulas():
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(_xlsx(FRAME))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "=cmd|'/c calc'!A1"
    assert sheet["C4"].value == -2.5

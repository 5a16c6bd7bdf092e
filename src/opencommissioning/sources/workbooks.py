"""Workbooks as frames of text."""

import csv
from pathlib import Path

import openpyxl
import polars as pl

WORKBOOKS = (".xlsx", ".xlsm")


def sheet(path: Path, number: int = 1, skip: int = 0, encoding: str = "utf8") -> pl.DataFrame:
    """One sheet as text, its heading below `skip` rows; a CSV file of the same layout, in its `encoding`, is read likewise."""
    if path.suffix.lower() not in WORKBOOKS:
        return pl.read_csv(path, infer_schema=False, skip_rows=skip, encoding=encoding)
    rows = pl.read_excel(
        path, sheet_id=number, has_header=True, infer_schema_length=0, read_options={"header_row": skip}
    )
    return rows.select(pl.all().cast(pl.String)).rename(str.strip)


def sheet_rows(path: Path) -> list[list[str]]:
    """The cells of a workbook's first sheet, or of the same sheet saved as CSV, as text."""
    if path.suffix.lower() not in WORKBOOKS:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return [[cell.strip() for cell in row] for row in csv.reader(file)]
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [["" if cell is None else str(cell).strip() for cell in row] for row in book.worksheets[0].values]
    book.close()
    return rows

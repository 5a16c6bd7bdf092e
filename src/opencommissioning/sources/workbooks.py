"""Workbooks as frames of text."""

from pathlib import Path

import polars as pl

WORKBOOKS = (".xlsx", ".xlsm")


def sheet(path: Path, number: int = 1, skip: int = 0) -> pl.DataFrame:
    """One sheet as text, its heading below `skip` rows; a CSV file of the same layout is read likewise."""
    if path.suffix.lower() not in WORKBOOKS:
        return pl.read_csv(path, infer_schema=False, skip_rows=skip)
    rows = pl.read_excel(
        path, sheet_id=number, has_header=True, infer_schema_length=0, read_options={"header_row": skip}
    )
    return rows.select(pl.all().cast(pl.String)).rename(str.strip)

"""Tables as files: CSV, Parquet, xlsx. Figures are as computed, not as shown; what is missing is empty, with the reason beside it."""

import io

import polars as pl
from django.http import HttpResponse

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# what a spreadsheet would take for a formula
FORMULA = r"^[=+\-@\t\r]"


def as_file(frame: pl.DataFrame, name: str, kind: str) -> HttpResponse:
    """`frame` as `name`.`kind`."""
    body = {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}[kind](frame)
    return HttpResponse(
        body,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _csv(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    frame.with_columns(_harmless(name) for name in texts).write_csv(
        out, include_bom=True, line_terminator="\r\n"
    )
    return out.getvalue()


def _harmless(name: str) -> pl.Expr:
    """Text that a spreadsheet would run is preceded by an apostrophe."""
    text = pl.col(name)
    return (
        pl.when(text.str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)
    )


def _parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def _xlsx(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_excel(out, worksheet="Data", autofit=True)
    return out.getvalue()

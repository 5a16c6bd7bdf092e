"""What a file is, from its content."""

import csv
import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from sqlglot import exp, parse_one

from opencommissioning.catalogue.source import Csv, Era, Sniff, Source
from opencommissioning.errors import FileRefused, did_you_mean
from opencommissioning.sources.registry import SOURCES

FIRST = 64_000
ROWS = 15
ALIKE = 0.6
WORKBOOKS = (".xlsx", ".xlsm")


def recognise(path: Path, own: Sequence[Source] = ()) -> tuple[Source, Era, Sniff]:
    """The source and era of a file; FileRefused with what it lacks when it is none that we know. `own` sources are tried first."""
    sniffed = sniff(path)
    for source in (*own, *SOURCES):
        for era in source.eras:
            if era.recognises(sniffed):
                _refuse_damaged(path, era, sniffed)
                return source, era, sniffed
    raise FileRefused(_nearest(path, sniffed))


def columns_read(era: Era) -> frozenset[str]:
    """The file's columns that an era's projections read (empty for workbooks and wide files, which a reader turns round first)."""
    if not isinstance(era.reader, Csv):
        return frozenset()
    texts = [
        text
        for each in era.projections
        for text in (*each.columns.values(), *filter(None, [each.keep]), *each.checks.values())
    ]
    return frozenset(
        column.name for text in texts for column in parse_one(text, dialect="duckdb").find_all(exp.Column)
    )


def _refuse_damaged(path: Path, era: Era, sniffed: Sniff) -> None:
    """A heading that is recognised may still lack a column, or have one twice."""
    if not isinstance(era.reader, Csv) or era.reader.names:
        return
    heading = sniffed.cells[era.reader.skip]
    doubled = sorted({cell for cell in heading if cell and heading.count(cell) > 1})
    if doubled:
        raise FileRefused(
            f"{path.name}: column '{doubled[0]}' stands in the heading twice; remove one, it is not clear which is meant"
        )
    missing = sorted(columns_read(era) - set(heading))
    if missing:
        raise FileRefused(
            f"{path.name}: is {era.name} but has no column '{missing[0]}'{did_you_mean(missing[0], heading)}"
        )


def _nearest(path: Path, sniffed: Sniff) -> str:
    """What the file resembles and lacks; or what we know."""
    heading = set(sniffed.heading)
    eras = [
        (source, era, columns_read(era)) for source in SOURCES for era in source.eras if columns_read(era)
    ]
    source, era, needed = max(eras, key=lambda each: len(each[2] & heading) / len(each[2]))
    if len(needed & heading) >= ALIKE * len(needed):
        missing = sorted(needed - heading)
        near = did_you_mean(missing[0], heading - needed) if missing else ""
        return f"{path.name}: looks like {source.title} ({era.name}) but has no column '{missing[0] if missing else ''}'{near}"
    known = ", ".join(each.title for each in SOURCES)
    return (
        f"{path.name}: not a file that we know (it begins with: {', '.join(sniffed.heading[:6])}). Known are: {known}. "
        "Any other table loads through a saved column mapping: 'opencommissioning map FILE --dataset prescribing' drafts one"
    )


def sniff(path: Path) -> Sniff:
    """The first rows of a text file, plain, gzipped or zipped."""
    if not path.exists():
        raise FileRefused(f"{path}: there is no such file")
    if path.suffix.lower() in WORKBOOKS:
        return _sniff_workbook(path)
    beginning = _beginning(path)
    if not beginning.strip():
        raise FileRefused(f"{path.name}: the file is empty; download it again")
    text = beginning.decode("utf-8-sig", errors="replace")
    rows = [row for row, _ in zip(csv.reader(text.splitlines()), range(ROWS), strict=False)]
    return Sniff(path, tuple(tuple(cell.strip() for cell in row) for row in rows), text)


def _sniff_workbook(path: Path) -> Sniff:
    """The first rows of a workbook's first sheet, and the names of all sheets."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError) as problem:
        raise FileRefused(
            f"{path.name}: is not a readable workbook ({problem}); save it again as .xlsx"
        ) from None
    rows = book.worksheets[0].iter_rows(max_row=ROWS, values_only=True)
    cells = tuple(tuple("" if cell is None else str(cell).strip() for cell in row) for row in rows)
    return Sniff(path, cells, "", tuple(book.sheetnames))


def _beginning(path: Path) -> bytes:
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            return file.read(FIRST)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
            return member.read(FIRST)
    with path.open("rb") as file:
        return file.read(FIRST)

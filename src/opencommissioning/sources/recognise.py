"""What a file is, from its content."""

import csv
import gzip
import zipfile
from pathlib import Path

import openpyxl

from opencommissioning.catalogue.source import Era, Sniff, Source
from opencommissioning.errors import FileRefused
from opencommissioning.sources.registry import SOURCES

FIRST = 64_000
ROWS = 15
WORKBOOKS = (".xlsx", ".xlsm")


def recognise(path: Path) -> tuple[Source, Era, Sniff]:
    """The source and era of a file; FileRefused with what it lacks when it is none that we know."""
    sniffed = sniff(path)
    for source in SOURCES:
        for era in source.eras:
            if era.recognises(sniffed):
                return source, era, sniffed
    known = ", ".join(source.title for source in SOURCES)
    raise FileRefused(
        f"{path.name}: not a file that we know (it begins with: {', '.join(sniffed.heading[:6])}). Known are: {known}. "
        "Any other table loads through a saved column mapping"
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
        raise FileRefused(f"{path.name}: is not a readable workbook ({problem}); save it again as .xlsx") from None
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

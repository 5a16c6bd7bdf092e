"""The beginning of a file, whatever it is packed or written in: what recognisers look at."""

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import openpyxl

from opencommissioning.catalogue.source import Sniff
from opencommissioning.errors import FileRefused, UnknownKind
from opencommissioning.sources.trud_archive import parts_of

FIRST = 64_000
ROWS = 15
WORKBOOKS = (".xlsx", ".xlsm")
OLD_WORKBOOK, ZIPPED = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, NotImplementedError)


def sniff(path: Path) -> Sniff:
    """The first rows of a text file (plain, gzipped or zipped) or of a workbook's first sheet; FileRefused when it is neither."""
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no such file"
        raise FileRefused(f"{path}: is {what}; give a file" if path.is_dir() else f"{path}: there is {what}")
    if path.suffix.lower() in WORKBOOKS:
        return _sniff_workbook(path)
    if path.suffix.lower() == ".zip":
        if members := parts_of(path):
            return Sniff(path, (), members=tuple(members))
        if workbook := _workbook_inside(path):
            return _sniff_workbook(path, workbook)
    text = _decoded(path, _beginning(path))
    return Sniff(path, _cells(text, ","), text)


def split_by(sniffed: Sniff, delimiter: str) -> Sniff:
    """The same beginning with its rows split by another delimiter."""
    return replace(sniffed, cells=_cells(sniffed.text, delimiter)) if sniffed.text else sniffed


def _cells(text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    rows = zip(csv.reader(text.splitlines(), delimiter=delimiter), range(ROWS), strict=False)
    return tuple(tuple(cell.strip() for cell in row) for row, _ in rows)


def _workbook_inside(path: Path) -> io.BytesIO | None:
    """A zip's only member when it is a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
            if len(names) == 1 and names[0].lower().endswith(WORKBOOKS):
                return io.BytesIO(archive.read(names[0]))
    except DAMAGED:
        pass  # what is wrong with it is said where it is unpacked
    return None


def _sniff_workbook(path: Path, content: io.BytesIO | None = None) -> Sniff:
    try:
        book = openpyxl.load_workbook(content or path, read_only=True, data_only=True)
    except DAMAGED as problem:
        raise FileRefused(
            f"{path.name}: is not a readable workbook ({problem}); save it again as .xlsx"
        ) from None
    rows = book.worksheets[0].iter_rows(max_row=ROWS, values_only=True)
    cells = tuple(tuple("" if cell is None else str(cell).strip() for cell in row) for row in rows)
    names = tuple(book.sheetnames)
    book.close()
    if not any(any(row) for row in cells):
        raise FileRefused(f"{path.name}: its first sheet '{names[0]}' is empty; download it again")
    return Sniff(path, cells, "", names)


def _beginning(path: Path) -> bytes:
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as file:
                return file.read(FIRST)
        if path.suffix.lower() == ".zip":
            return _member(path)
        with path.open("rb") as file:
            return file.read(FIRST)
    except DAMAGED as problem:
        raise FileRefused(
            f"{path.name}: cannot be unpacked ({problem}); it is damaged or was cut short: download it again"
        ) from None


def _member(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) != 1:
            raise FileRefused(
                f"{path.name}: holds {len(members)} files where one was expected; unzip it and load the one you mean"
            )
        with archive.open(members[0]) as member:
            return member.read(FIRST)


def _decoded(path: Path, beginning: bytes) -> str:
    """The text: UTF-8 where it is, else latin-1 (which every publisher here that is not UTF-8 uses)."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefused(
            f"{path.name}: is written in UTF-16 ('Unicode text'); save it as 'CSV UTF-8' instead"
        )
    if beginning.startswith(OLD_WORKBOOK):
        raise FileRefused(f"{path.name}: is a workbook of the old kind (.xls); save it as .xlsx or CSV")
    if beginning.startswith(ZIPPED) or b"\0" in beginning:
        raise UnknownKind(
            f"{path.name}: is not text; if it is a workbook or a zip file, give it its ending (.xlsx, .zip)"
        )
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(beginning)  # may end inside a character
    except UnicodeDecodeError:
        text = beginning.decode("latin-1")
    if not text.strip():
        raise FileRefused(f"{path.name}: the file is empty; download it again")
    return text

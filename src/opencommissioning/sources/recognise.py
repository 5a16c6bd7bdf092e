"""What a file is, from its content."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

from opencommissioning.catalogue.source import Era, Sniff, Source
from opencommissioning.errors import FileRefused
from opencommissioning.sources.registry import SOURCES

FIRST = 64_000
ROWS = 15


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
    text = _beginning(path).decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    if not text.strip():
        raise FileRefused(f"{path.name}: the file is empty; download it again")
    rows = list(csv.reader(io.StringIO(text)))[:ROWS]
    return Sniff(path, tuple(tuple(cell.strip() for cell in row) for row in rows), text)


def _beginning(path: Path) -> bytes:
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            return file.read(FIRST)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
            return member.read(FIRST)
    with path.open("rb") as file:
        return file.read(FIRST)

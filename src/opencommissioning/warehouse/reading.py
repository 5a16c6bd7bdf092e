"""A publisher's file as a table of text columns in the engine: streamed, never held."""

import gzip
import hashlib
import shutil
import zipfile
from pathlib import Path

import duckdb

from opencommissioning.catalogue.source import Csv, Era, Sniff, Table
from opencommissioning.errors import FileRefused

BLOCK = 1 << 22


def checksum(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def attach(connection: duckdb.DuckDBPyConnection, path: Path, era: Era, sniff: Sniff, scratch: Path, name: str = "raw") -> None:
    """Make the view (or table) `raw` of the file's text columns."""
    if isinstance(era.reader, Table):
        frame = era.reader.read(path)
        connection.register(name, frame.to_arrow())
        return
    plain = unpacked(path, scratch)
    _view(connection, plain, era.reader, sniff, name)


def unpacked(path: Path, scratch: Path) -> Path:
    """The file itself, or what a gzip or zip file holds, unpacked block by block."""
    if path.suffix.lower() == ".gz":
        return _unpack(gzip.open(path), scratch / path.stem, path)
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) != 1:
                raise FileRefused(f"{path.name}: holds {len(members)} files; unzip it and load the one you mean")
            return _unpack(archive.open(members[0]), scratch / "member.csv", path)
    return path


def _unpack(packed, target: Path, path: Path) -> Path:
    try:
        with packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, BLOCK)
    except (EOFError, OSError, zipfile.BadZipFile) as problem:
        raise FileRefused(f"{path.name}: cannot be unpacked ({problem}); it was cut short: download it again") from None
    return target


def _view(connection: duckdb.DuckDBPyConnection, path: Path, reader: Csv, sniff: Sniff, name: str) -> None:
    names = reader.names or column_names(sniff.cells[reader.skip])
    relation = connection.read_csv(
        str(path),
        names=list(names),
        all_varchar=True,
        header=False,
        skiprows=reader.skip + (0 if reader.names else 1),
        delimiter=reader.delimiter,
        quotechar='"',
        escapechar='"',
        encoding=_encoding(path, reader),
        null_padding=True,
        strict_mode=False,
        max_line_size=1 << 20,
    )
    relation.create_view(name, replace=True)


def column_names(heading: tuple[str, ...]) -> list[str]:
    """The heading's names, stripped; a nameless column (a trailing comma) becomes `_<n>`."""
    return [cell or f"_{number}" for number, cell in enumerate(heading, start=1)]


def _encoding(path: Path, reader: Csv) -> str:
    """UTF-8 whenever the bytes are (which pure ASCII is, and which is read fastest); otherwise what the era says."""
    if reader.encoding == "utf-8":
        return "utf-8"
    with path.open("rb") as file:
        tail = b""
        while block := file.read(BLOCK):
            if not block.isascii():
                try:
                    (tail + block).decode("utf-8")
                except UnicodeDecodeError as problem:
                    if problem.end < len(tail + block):
                        return reader.encoding
            tail = b""
    return "utf-8"



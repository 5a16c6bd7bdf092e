"""A publisher's file as bytes: its checksum and encoding, unpacked when packed, whole or cut short."""

import codecs
import csv
import gzip
import hashlib
import lzma
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from opencommissioning.catalogue.source import Csv
from opencommissioning.errors import FileRefused
from opencommissioning.sources.trud_archive import parts_of

BLOCK = 1 << 22
TAIL = 1 << 16
DAMAGED = (
    EOFError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
)


def checksum(path: Path) -> str:
    """The SHA-256 of all bytes, read block by block."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_utf8(path: Path) -> bool:
    """Whether all bytes are UTF-8, which ASCII is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not _goes_on(decoder, block):
                return False
    return _goes_on(decoder, b"", final=True)


def _goes_on(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    if block.isascii() and not final and not decoder.getstate()[0]:
        return True  # ten times quicker than decoding
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def unpacked(path: Path, scratch: Path) -> Path:
    """The file itself, or what a gzip or zip file holds, unpacked block by block; FileRefused when it is damaged."""
    try:
        if path.suffix.lower() == ".gz":
            return _unpack(gzip.open(path), scratch / path.stem)
        if path.suffix.lower() == ".zip":
            return path if parts_of(path) else _member(path, scratch)
    except DAMAGED as problem:
        raise FileRefused(
            f"{path.name}: cannot be unpacked ({problem}); it is damaged or was cut short: download it again"
        ) from None
    return path


def _member(path: Path, scratch: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) != 1:
            raise FileRefused(
                f"{path.name}: holds {len(members)} files where one was expected; unzip it and load the one you mean"
            )
        return _unpack(archive.open(members[0]), scratch / Path(members[0].filename).name)


def _unpack(packed: IO[bytes], target: Path) -> Path:
    with packed, target.open("wb") as out:
        shutil.copyfileobj(packed, out, BLOCK)
    return target


def encoding(path: Path, reader: Csv, file: str) -> str:
    """UTF-8 whenever the bytes are (it is read fastest); otherwise what the era says, and FileRefused if that is UTF-8 too."""
    if is_utf8(path):
        return "utf-8"
    if reader.encoding != "utf-8":
        return reader.encoding
    raise FileRefused(
        f"{file}: row {_first_wrong_row(path)} holds bytes that are not UTF-8, which this kind of file is; "
        "save it again as 'CSV UTF-8', or download it again"
    )


def _first_wrong_row(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


def refuse_cut_short(path: Path, reader: Csv, width: int, file: str) -> None:
    """FileRefused when the file ends in the middle of a row."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - TAIL))
        tail = stream.read()
    if tail.endswith((b"\n", b"\r")) or not tail:
        return
    last = tail.decode("latin-1").splitlines()[-1]
    cells = next(csv.reader([last], delimiter=reader.delimiter))
    if len(cells) < width:
        raise FileRefused(
            f"{file}: ends in the middle of a row ({len(cells)} of {width} cells: '{last[:60]}'); it was cut short: download it again"
        )


def lines_below(path: Path) -> int:
    """Lines of a text file below its first, blank ones aside; a line that ends within quotation marks goes on in the next."""
    lines, quotes = 0, 0
    with path.open("rb") as file:
        for line in file:
            quotes += line.count(b'"')
            lines += bool(line.strip()) and quotes % 2 == 0
    return max(0, lines - 1)

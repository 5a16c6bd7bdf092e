"""The dm+d as TRUD delivers it: XML files in a zip (or zips in a zip), read record by record; nothing of it is trusted."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from opencommissioning.errors import FileRefused

PART = re.compile(r"^f_(vmp|vmpp|amp|ampp|ingredient|lookup)\d?_.*\.xml$", re.IGNORECASE)
BLOCK = 1 << 20
Record = tuple[str, dict[str, str]]  # the element that holds the records, and one record's fields


def parts_of(path: Path) -> list[str]:
    """The kinds of dm+d file (vmp, amp …) inside a zip, those of zips inside it included; none when it is something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [kind for _, kind in _members(archive)]
    except (OSError, zipfile.BadZipFile):
        return []


def records(path: Path, kind: str, tag: str) -> Iterator[Record]:
    """The records with an element name (`VMP`, `VPI`, `INFO` …) of one kind of file, from a zip or from files lying side by side.

    Nothing when there is no such file. FileRefused for broken XML and for a document type: entities could be made to grow without end.
    """
    for name, stream in _streams(path, kind):
        with stream as file:
            yield from _Reader(name, tag).read(file)


def has(path: Path, kind: str) -> bool:
    """Whether there is a file of the kind."""
    if path.suffix.lower() == ".zip":
        return kind in parts_of(path)
    return any(kind_of(each.name) == kind for each in path.parent.iterdir())


def kind_of(name: str) -> str:
    """`vmp`, `amp` … of a file's name; empty when it is no part of the dm+d."""
    found = PART.match(Path(name).name)
    return found[1].lower() if found else ""


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[tuple[str, ...], str]]:
    """(names from the outer zip inwards, kind) of every dm+d file."""
    for name in archive.namelist():
        if kind := kind_of(name):
            yield (name,), kind
        elif name.lower().endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as inner:
                yield from (((name, *names), found) for names, found in _members(inner))


def _streams(path: Path, kind: str) -> Iterator[tuple[str, object]]:
    if path.suffix.lower() != ".zip":
        for each in sorted(path.parent.iterdir()):
            if kind_of(each.name) == kind:
                yield each.name, each.open("rb")
        return
    with zipfile.ZipFile(path) as archive:
        for names, found in _members(archive):
            if found == kind:
                yield names[-1], _open(archive, names)


@contextmanager
def _open(archive: zipfile.ZipFile, names: tuple[str, ...]) -> Iterator[IO[bytes]]:
    if len(names) == 1:
        with archive.open(names[0]) as file:
            yield file
        return
    with zipfile.ZipFile(io.BytesIO(archive.read(names[0]))) as inner, _open(inner, names[1:]) as file:
        yield file


class _Reader:
    """Records of one element name, out of blocks of bytes as they come."""

    def __init__(self, name: str, tag: str) -> None:
        self.name, self.tag = name, tag
        self.path: list[str] = []
        self.fields: dict[str, str] | None = None
        self.text: list[str] = []
        self.found: list[Record] = []

    def read(self, file: IO[bytes]) -> Iterator[Record]:
        """Every record, in order; no more than a block's worth is held."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self.text.append, self._refuse
        try:
            while block := file.read(BLOCK):
                parser.Parse(block, False)
                yield from self._taken()
            parser.Parse(b"", True)
        except expat.ExpatError as problem:
            raise FileRefused(
                f"{self.name}: row {problem.lineno} is not XML ({expat.ErrorString(problem.code)}); the file is damaged or cut short: "
                "download the release from TRUD again"
            ) from None
        yield from self._taken()

    def _taken(self) -> list[Record]:
        taken, self.found = self.found, []
        return taken

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.tag and self.fields is None:
            self.fields = {}
        self.path.append(tag)
        self.text.clear()

    def _end(self, tag: str) -> None:
        self.path.pop()
        if tag == self.tag and self.fields is not None:
            self.found.append((self.path[-1] if self.path else "", self.fields))
            self.fields = None
        elif self.fields is not None:
            self.fields[tag] = "".join(self.text).strip()
        self.text.clear()

    def _refuse(self, *declared: object) -> None:
        raise FileRefused(
            f"{self.name}: declares a document type, which the dm+d never does; download the release from TRUD again"
        )

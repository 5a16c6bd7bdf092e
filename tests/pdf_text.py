"""A small reader of the PDFs that typst writes: pages, tags and words. Enough to test them, no more."""

import re
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Pdf:
    """`pages`, `tagged`, `words` without spaces, and `structure` (how often each structure type occurs)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.objects = {int(number): body for number, body in OBJECT.findall(data)}
        self.pages = [body for body in self.objects.values() if re.search(rb"/Type\s*/Page\b", body)]
        self.tagged = b"/MarkInfo" in data and b"/StructTreeRoot" in data and b"pdfuaid:part" in data

    @property
    def structure(self) -> dict[str, int]:
        types = [
            kind.decode() for body in self.objects.values() for kind in re.findall(rb"/S\s*/(\w+)", body)
        ]
        return {kind: types.count(kind) for kind in set(types)}

    def words(self, page: int) -> str:
        """Every letter of a page without white space, in reading order."""
        body = self.pages[page]
        fonts = self._fonts(body)
        content = self._stream(self.objects[int(re.search(rb"/Contents (\d+)", body)[1])])
        out, letters = [], {}
        for is_font, found in _shown(content):
            if is_font:
                letters = fonts[found]
            else:
                out += [letters.get(found[at : at + 2], "?") for at in range(0, len(found), 2)]
        return re.sub(r"\s", "", "".join(out))

    def _fonts(self, page: bytes) -> dict[bytes, dict[bytes, str]]:
        resources = (
            self.objects[int(found[1])] if (found := re.search(rb"/Resources (\d+) 0 R", page)) else page
        )
        named = re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        return {name: self._letters(self.objects[int(number)]) for name, number in named}

    def _letters(self, font: bytes) -> dict[bytes, str]:
        table = self._stream(self.objects[int(re.search(rb"/ToUnicode (\d+)", font)[1])])
        pairs = re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", table)
        return {bytes.fromhex(code.decode()): _text(value) for code, value in pairs}

    def _stream(self, body: bytes) -> bytes:
        raw = STREAM.search(body + b"\nendobj")[1]
        return zlib.decompress(raw) if b"FlateDecode" in body else raw


def _shown(content: bytes) -> Iterator[tuple[bool, bytes]]:
    """(True, name of a font) and (False, bytes of a string) in the order of a page's content."""
    at = 0
    while at < len(content):
        if font := FONT.match(content, at):
            yield True, font[1]
            at = font.end()
        elif content[at : at + 1] == b"(":
            end = _end_of_string(content, at)
            yield False, ESCAPED.sub(_unescaped, content[at + 1 : end])
            at = end + 1
        else:
            at += 1


def _end_of_string(content: bytes, start: int) -> int:
    """Where the parenthesis that opens at `start` closes; balanced ones inside need no escape."""
    depth, at = 0, start
    while True:
        letter = content[at : at + 1]
        depth += (letter == b"(") - (letter == b")")
        if depth == 0:
            return at
        at += 2 if letter == b"\\" else 1


def _text(value: bytes) -> str:
    return bytes.fromhex(value.decode()).decode("utf-16-be")


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else LETTERS.get(code, code)


def squeezed(text: str) -> str:
    """The text without white space, to be compared with `words`."""
    return re.sub(r"\s", "", text)

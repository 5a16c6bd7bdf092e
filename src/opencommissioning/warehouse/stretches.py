"""Dimensions of a large text file whose rows stand together, a practice's one after the other: their texts are read where they change.

To read names and parents in every one of 18 million rows costs a quarter of loading them. Where rows of a kind stand together, the first
of each stretch is found by halving: between two rows of one kind there is no other.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

LOOKED = 512  # pairs of neighbours that are looked at
TOGETHER = 0.95  # of them are of one kind where rows stand together
CHUNK = 1 << 11  # bytes read at once: some rows
LONGEST = 1 << 20  # bytes of a row
PASSED = 64  # lines that are no rows, after which no row is looked for: a file may have nothing else
Cells = tuple[str, ...]


class _Row(NamedTuple):
    """A row of a file: where its bytes begin and end, and its cells of some columns."""

    start: int
    end: int
    cells: Cells


@dataclass(frozen=True)
class Stretches:
    """A file's rows by some of its columns. `skipped`: lines before the first row; `width`: cells of a row; `places`: those of the columns."""

    path: Path
    encoding: str
    delimiter: str
    skipped: int
    width: int
    places: tuple[int, ...]

    def together(self) -> bool:
        """Whether neighbours are nearly always of one kind."""
        with self.path.open("rb", buffering=0) as file:
            size = file.seek(0, 2)
            firsts = [self._row(file, size * place // LOOKED) for place in range(LOOKED)]
            pairs = [(row, self._row(file, row.end)) for row in firsts if row]
        same = [first.cells == second.cells for first, second in pairs if second]
        return len(same) > LOOKED // 2 and sum(same) >= TOGETHER * len(same)

    def kinds(self) -> set[Cells]:
        """The different kinds of rows: all, where those of each stand together."""
        with self.path.open("rb", buffering=0) as file:
            first, last = self._row(file, self._beginning()), self._last(file)
            between = self._between(file, first, last) if first and last else ()
            return {row.cells for row in (first, last, *between) if row}

    def _beginning(self) -> int:
        """Bytes before the first row."""
        with self.path.open("rb") as file:
            return sum(len(file.readline()) for _ in range(self.skipped))

    def _between(self, file: BinaryIO, first: _Row, last: _Row) -> Iterator[_Row]:
        """Rows of every kind between two rows."""
        stretches = [(first, last)]
        while stretches:
            low, high = stretches.pop()
            if low.cells == high.cells:
                continue
            middle = self._row(file, (low.end + high.start) // 2)
            if middle is None or middle.start >= high.start:
                middle = self._row(file, low.end)
            if middle is not None and middle.start < high.start:
                yield middle
                stretches += [(low, middle), (middle, high)]

    def _row(self, file: BinaryIO, offset: int) -> _Row | None:
        """The first row that begins at an offset or after it; lines of another width are passed over."""
        size, passed = CHUNK, 0
        while size <= LONGEST and passed < PASSED:
            before = max(0, offset - 1)  # where a line ends, so that a row begins at the offset
            file.seek(before)
            block = file.read(size)
            start = block.find(b"\n") + 1 if offset else 0
            end = block.find(b"\n", start) + 1 if start or not offset else 0
            if end and (cells := self._cells(block[start:end])):
                return _Row(before + start, before + end, cells)
            if end:
                offset, passed = before + end, passed + 1
            elif len(block) < size:
                return None
            else:
                size *= 2
        return None

    def _last(self, file: BinaryIO) -> _Row | None:
        """The last row, which need not end in a line end."""
        before = file.seek(max(0, file.seek(0, 2) - LONGEST))
        block = file.read(LONGEST)
        end = len(block)
        while end > 0:
            start = block.rfind(b"\n", 0, end - 1) + 1
            if cells := self._cells(block[start:end]):
                return _Row(before + start, before + end, cells)
            end = start
        return None

    def _cells(self, line: bytes) -> Cells:
        """The columns of a line; nothing of a line that is no row."""
        text = line.decode(self.encoding, "replace").rstrip("\r\n")
        try:
            quoted = '"' in text
            cells = (
                next(csv.reader([text], delimiter=self.delimiter)) if quoted else text.split(self.delimiter)
            )
        except csv.Error:  # a line end of another kind, or a cell of more than 128 KB
            return ()
        return tuple([cells[place] for place in self.places]) if len(cells) == self.width else ()

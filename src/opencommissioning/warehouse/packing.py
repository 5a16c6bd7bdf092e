"""Columns of a large file that only dimensions need (names, addresses, parents), staged as one text per dimension, or not at all.

A dimension's columns say the same in thousands of rows. Written one by one they cost as much as the facts; as one text they are one
column, of which each different value is looked at once. Where its rows stand together they need not be staged (`stretches`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opencommissioning.catalogue.source import Era, Projection
from opencommissioning.warehouse.heading import columns_of, needed
from opencommissioning.warehouse.quoting import identifier, literal

SEPARATOR = "\x1f"  # the unit separator of ASCII: no publisher's text has it, and a file that does is staged the plain way


@dataclass(frozen=True)
class Packed:
    """One dimension: its projection, the column that stands for its columns, and these."""

    projection: Projection
    column: str
    names: tuple[str, ...]

    def packing(self) -> str:
        """The SQL that makes the column of the file's own."""
        return f"concat({f', {literal(SEPARATOR)}, '.join(map(identifier, self.names))}) AS {self.column}"

    def unpacking(self, file: str) -> str:
        """The SQL of its different rows, with as many parts as each has in `_parts`."""
        parts = (
            f"nullif(_cells[{place}], '') AS {identifier(name)}"
            for place, name in enumerate(self.names, start=1)
        )
        cells = f"SELECT string_split({self.column}, {literal(SEPARATOR)}) AS _cells FROM read_parquet({literal(file)}) GROUP BY {self.column}"
        return f"SELECT {', '.join(parts)}, len(_cells) AS _parts FROM ({cells})"


def packed(era: Era, names: Sequence[str]) -> list[Packed]:
    """The dimensions of a file with these columns that are worth packing: those with columns that nothing else needs."""
    distinct = [each for each in era.projections if each.distinct]
    others = needed(each for each in era.projections if not each.distinct) | columns_of(era.traps.values())
    out = []
    for number, projection in enumerate(distinct):
        mine = needed([projection])
        if others and mine - others:
            out.append(
                Packed(projection, f"_packed_{number}", tuple(name for name in names if name.upper() in mine))
            )
    return out


def plain(names: Iterable[str], era: Era, packs: Sequence[Packed]) -> list[str]:
    """The columns that are still staged one by one: those of facts and of dimensions that are not packed."""
    gone = [each.projection for each in packs]
    wanted = needed(each for each in era.projections if each not in gone) | columns_of(era.traps.values())
    return [name for name in names if name.upper() in wanted]


@dataclass(frozen=True)
class Layout:
    """The columns of the staged file: some of the file's own, and those that stand for packed dimensions. `met`: dimensions whose rows stand
    together, of which nothing is staged."""

    columns: tuple[str, ...]
    packs: tuple[Packed, ...] = ()
    met: tuple[Packed, ...] = ()

    @classmethod
    def of(
        cls, era: Era, names: Sequence[str], packs: Sequence[Packed], met: Sequence[Packed] = ()
    ) -> "Layout":
        """What an era needs of a file with these columns. All of it, where it needs none by name."""
        columns = plain(names, era, (*packs, *met)) or names
        return cls(tuple(columns), tuple(packs), tuple(met))

    @property
    def staged(self) -> str:
        """The columns in SQL."""
        return ", ".join((*map(identifier, self.columns), *(each.packing() for each in self.packs)))

    def dimension(self, projection: Projection) -> Packed | None:
        """The dimension that is kept in a table of its own for a projection."""
        return next((each for each in (*self.packs, *self.met) if each.projection == projection), None)

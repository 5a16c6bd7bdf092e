"""Rows of the table: what was measured, beside what, and the target."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`ours` and `beside` in `unit`; `ratio` is ours / beside. `most` is the target for what `judged` names: "ratio" or "ours"."""

    what: str
    ours: float
    unit: str
    beside_what: str = ""
    beside: float | None = None
    most: float | None = None
    judged: str = "ratio"

    @property
    def ratio(self) -> float | None:
        """Ours for one of the other."""
        return self.ours / self.beside if self.beside else None

    @property
    def met(self) -> str:
        """Whether the target is met, in a word."""
        value = self.ratio if self.judged == "ratio" else self.ours
        if self.most is None or value is None:
            return ""
        return "met" if value <= self.most else "MISSED"


HEADS = ("what", "ours", "beside", "", "ratio", "target", "")


def printed(rows: Iterable[Row]) -> str:
    """The table as text in columns."""
    lines = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    beside = f"{row.beside:,.2f} {row.unit}" if row.beside is not None else ""
    ratio = f"{row.ratio:.3g}" if row.ratio is not None else ""
    target = (
        f"≤ {row.most:,g}{'' if row.judged == 'ratio' else ' ' + row.unit}" if row.most is not None else ""
    )
    return row.what, f"{row.ours:,.2f} {row.unit}", beside, row.beside_what, ratio, target, row.met

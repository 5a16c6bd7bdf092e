"""What loading a file did, for people and for programs."""

from dataclasses import dataclass

from opencommissioning.catalogue.period import spoken
from opencommissioning.warehouse.manifest import Part


@dataclass(frozen=True)
class Loaded:
    """One stored part of a loaded file: read = kept (`part.rows`) + left_out + refused."""

    part: Part
    read: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LoadReport:
    """What loading one file did: its source and era, the parts, warnings as sentences; `already` when the same content was there."""

    file: str
    source: str
    era: str
    loaded: tuple[Loaded, ...]
    warnings: tuple[str, ...]
    seconds: float
    already: bool = False

    def lines(self) -> list[tuple[str, ...]]:
        """For a table: file, what, period, rows kept, left out, refused, remark. By-products of the same file are not listed."""
        if self.already:
            return [(self.file, self.era, "", "", "", "", "already loaded")]
        main = self.loaded[0].part.dataset
        return [self._line(each) for each in self.loaded if each.part.dataset == main]

    def _line(self, each: Loaded) -> tuple[str, ...]:
        part = each.part
        period = spoken(part.period) if part.period else part.label
        return (
            self.file,
            self.era,
            period,
            f"{part.rows:,}",
            f"{each.left_out:,}",
            f"{part.refused:,}",
            f"{self.seconds:.1f} s",
        )

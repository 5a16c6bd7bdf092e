"""Exact sums of one stored part: organisations × quantities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Summed:
    """`values`: a quantity's key → int64 (organisations,) at the quantity's scale. A key that is not there is 0 for everybody."""

    organisations: tuple[str, ...]
    values: Mapping[str, np.ndarray]

    def read(self, keys: Collection[str]) -> "Summed":
        """The sums of some quantities (as kept results are read, so that both can be laid out)."""
        return Summed(self.organisations, {key: each for key, each in self.values.items() if key in keys})

    def frame(self) -> pl.DataFrame:
        """Long table of what is not 0: key, organisation, value."""
        codes = np.array(self.organisations, str)
        parts = [
            pl.DataFrame(
                {
                    "key": [key] * int((each != 0).sum()),
                    "organisation": codes[each != 0],
                    "value": each[each != 0],
                }
            )
            for key, each in self.values.items()
        ]
        schema = {"key": pl.String, "organisation": pl.String, "value": pl.Int64}
        return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


EMPTY = Summed((), {})


def joined(parts: Sequence[Summed]) -> Summed:
    """Sums of different quantities over the same part as one table; an organisation that a table lacks has 0 there."""
    if len(parts) == 1:
        return parts[0]
    codes = tuple(sorted({code for each in parts for code in each.organisations}))
    values: dict[str, np.ndarray] = {}
    for each in parts:
        places = np.searchsorted(np.array(codes, str), np.array(each.organisations, str))
        for key, own in each.values.items():
            values[key] = np.zeros(len(codes), np.int64)
            values[key][places] = own
    return Summed(codes, values)

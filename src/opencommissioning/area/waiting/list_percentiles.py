"""Median and other percentiles of one list's people, as the publisher takes them, with the range that luck alone allows."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.measures.bands import Bands


@dataclass(frozen=True)
class Percentile:
    """Weeks, and the limits of 95 % as if the people who wait were drawn at random; nan where too few wait."""

    weeks: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """`14.2 (13.9–14.6)`; a dash where too few people wait for it to be shown."""
        return "–" if np.isnan(self.weeks) else f"{self.weeks:.1f} ({self.low:.1f}–{self.high:.1f})"


def list_percentile(found: Lists, code: str, share: Fraction) -> Percentile:
    """The wait below which `share` of the people of a list lie, in its latest month."""
    now = found.months[code][-1]
    counts = np.rint(now.waiting).astype(np.int64)[None, :]
    bands = Bands(pl.DataFrame({"list": [code]}), counts, len(now.waiting) - 1, now.month, np.array([True]))
    low, high = bands.percentile_interval(share)
    return Percentile(float(bands.percentile(share)[0]), float(low[0]), float(high[0]))

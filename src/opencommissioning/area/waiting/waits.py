"""Waits of any weekly-band file, without an area: shares, medians and percentiles by the publisher's rule, beside the published ones."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.area.waiting.reading import read_any, refuse_bad
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.catalogue.waiting import FUNCTIONS, PARTS, STANDARD_WEEKS, TOTAL_FUNCTION
from opencommissioning.measures.bands import Bands, monthly_share
from opencommissioning.sources import waiting_layouts as layouts

PERCENTILES = (Fraction(50, 100), Fraction(92, 100), Fraction(95, 100))
OVER = (52, 65, 78)
PUBLISHED = {
    "published_share": "published_within_18",
    "published_median": "published_median",
    "published_p92": "published_p92",
    "published_p95": "published_p95",
}
TOLERANCE = 1e-6
SHOWN = ("part", "provider", "commissioner", "function", "function_name")


@dataclass(frozen=True)
class Waits:
    """A file's lists with their waits.

    bands  the lists, one row for each line of the file that has bands
    frame  one row for each list: keys, number, within_18, over_52 …, median, p92, p95, the published figures, agrees
    """

    file: str
    bands: Bands
    frame: pl.DataFrame

    @property
    def disagreeing(self) -> pl.DataFrame:
        """Lists whose published figures do not follow from their own bands."""
        return self.frame.filter(pl.col("agrees") == False)  # noqa: E712  (missing is not False)

    @property
    def sentences(self) -> list[str]:
        """What the file holds, in words."""
        return [*_summary(self), *_agreement(self), *_strange(self)]


def waits_of(path: Path, month: date | None = None, percentiles: tuple[Fraction, ...] = PERCENTILES) -> Waits:
    """The waits of every line of a file with weekly bands, whoever published it; FileRefused when it has none."""
    read = read_any(Path(path), month)
    banded = pl.col("part").is_null() | (pl.col("part") != "3")
    read = replace(read, lines=read.lines.filter(banded))
    refuse_bad(read)
    counts = read.counts
    known = ~counts.select(pl.any_horizontal(pl.all().is_null())).to_series().to_numpy()
    whole = counts.fill_null(0).to_numpy().astype(np.int64)
    keys = [name for name in read.lines.columns if name not in read.bands.columns]
    made = Bands(read.lines.select(keys), whole, read.bands.open_from, read.month, known)
    return Waits(Path(path).name, made, _frame(made, percentiles))


def _frame(bands: Bands, percentiles: tuple[Fraction, ...]) -> pl.DataFrame:
    keys = bands.keys
    shown = [name for name in keys.columns if name in SHOWN or name not in _WORKING]
    columns: dict[str, np.ndarray] = {"waiting": bands.total, "within_18": _share(bands)}
    columns |= {f"over_{weeks}": _over(bands, weeks) for weeks in OVER}
    columns |= {_named(share): bands.percentile(share) for share in percentiles}
    own = pl.DataFrame({name: pl.Series(name, values).fill_nan(None) for name, values in columns.items()})
    published = keys.select(
        layouts.counts(name).alias(ours) for name, ours in PUBLISHED.items() if name in keys.columns
    )
    frame = pl.concat([keys.select(shown), own, published], how="horizontal")
    return frame.with_columns(_agrees(frame.columns).alias("agrees"))


_WORKING = {"_row", "_line", "adds_up", *layouts.TOTALS}


def _named(share: Fraction) -> str:
    return "median" if share == Fraction(1, 2) else f"p{float(share * 100):g}"


def _over(bands: Bands, weeks: int) -> np.ndarray:
    """More than so many weeks; missing (not 0) where the bands do not reach so far."""
    return bands.over(weeks) if weeks <= bands.reach else np.full(len(bands.counts), np.nan)


def _share(bands: Bands) -> np.ndarray:
    return (
        bands.share_within(STANDARD_WEEKS)
        if bands.reach >= STANDARD_WEEKS
        else np.full(len(bands.counts), np.nan)
    )


def _agrees(columns: list[str]) -> pl.Expr:
    """Whether every published figure is ours; missing when nothing was published."""
    pairs = [
        (ours, published)
        for ours, published in (
            ("within_18", "published_within_18"),
            ("median", "published_median"),
            ("p92", "published_p92"),
            ("p95", "published_p95"),
        )
        if ours in columns and published in columns
    ]
    told = pl.any_horizontal(pl.col(published).is_not_null() for _, published in pairs)
    right = pl.all_horizontal(
        pl.col(published).is_null() | ((pl.col(ours) - pl.col(published)).abs() < TOLERANCE).fill_null(False)
        for ours, published in pairs
    )
    return pl.when(told).then(right) if pairs else pl.lit(None, pl.Boolean)


def _summary(waits: Waits) -> list[str]:
    """For each part: how many wait, share within 18 weeks, median, 92nd percentile, over all lists that are no totals."""
    bands, out = waits.bands, []
    plain = np.array([code != TOTAL_FUNCTION for code in _column(bands, "function")], bool)
    parts = _column(bands, "part")
    for part in dict.fromkeys(parts):
        rows = plain & np.array([each == part for each in parts], bool) & bands.known
        if rows.any():
            whole = bands.select(rows).added_all()
            out.append(_told(whole, PARTS.get(part or "", "")))
    return out


def _column(bands: Bands, name: str) -> list[str | None]:
    return bands.keys[name].to_list() if name in bands.keys.columns else [None] * len(bands.counts)


def _told(whole: Bands, part: str) -> str:
    number, within = whole.total[0], _share(whole)[0]
    words = f"{part.capitalize() + ': ' if part else ''}{number:,.0f} pathways in {whole.month:%B %Y}"
    if np.isfinite(within):
        words += f", {per_cent(within, 2)} within 18 weeks"
    middle = whole.percentile(Fraction(1, 2), suppress=False)[0]
    late = whole.percentile(Fraction(92, 100), suppress=False)[0]
    told = f"{words}; median {middle:.1f} weeks, 92 of 100 within {late:.1f} weeks."
    if part != PARTS["2"]:
        return told
    return f"{told} (By weekly bands; a tool with monthly bins would say {per_cent(monthly_share(whole)[0], 2)}.)"


def _strange(waits: Waits) -> list[str]:
    """Codes of treatment functions that RTT returns do not have."""
    strange = sorted({code for code in _column(waits.bands, "function") if code and code not in FUNCTIONS})
    if not strange:
        return []
    return [
        f"No treatment function of RTT returns: {', '.join(strange[:5])}{' …' if len(strange) > 5 else ''}. "
        "Their lists are shown; a file with them is not loaded whole: ask who made it."
    ]


def _agreement(waits: Waits) -> list[str]:
    judged = waits.frame.filter(pl.col("agrees").is_not_null())
    if not judged.height:
        return ["The file has no published percentages or percentiles to compare with."]
    off = waits.disagreeing
    if not off.height:
        return [
            f"All published figures of {judged.height:,} lists follow from their own bands, to the last digit."
        ]
    who = [name for name in ("provider", "commissioner") if name in off.columns and off[name].drop_nulls().len()]  # fmt: skip
    names = sorted(set(off[who[0]].drop_nulls())) if who else []
    named = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return [
        f"Published figures of {off.height:,} of {judged.height:,} lists do not follow from their own bands ({named}); ours do."
    ]

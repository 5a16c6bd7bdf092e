"""Scheme files: `schemes/<id>.toml` in the area. A scheme that loads is one that can be paid: every key is used or refused.

title = "Prescribing quality scheme 2026/27"
from = 2026-04-01
to = 2027-03-31
per_point = "25.00"            # £ a practice gets for a point; or per_patient = "1.20", £ per registered patient at full points
organisation = "9A1"            # whose practices take part; the area's home when left out
public = false                 # whether everybody may see every practice's achievement

[[indicator]]
measure = "broad_spectrum_antibiotics"
months = 3                     # the last months of the scheme that count, together
thresholds = { "10" = 5, "8" = 10 }      # value of the measure = points

[[indicator]]
measure = "high_dose_opioids_rate"
months = 6
improvement = { "5" = 5, "10" = 10 }     # per cent better than the practice's own baseline = points
baseline = { from = 2025-10-01, to = 2026-03-31 }
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Better
from opencommissioning.catalogue.period import months_between
from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.finance.scheme import Indicator, Scheme, Threshold
from opencommissioning.language.reading import Reader, decimal, read_toml

FOLDER = "schemes"
KEYS = ("title", "from", "to", "per_point", "per_patient", "public", "organisation", "note", "indicator")
INDICATOR_KEYS = ("measure", "title", "better", "months", "thresholds", "improvement", "baseline")
LONGEST = 24  # months of a scheme or a baseline


def read_schemes(area: Path, library: Library) -> dict[str, Scheme]:
    """Every scheme of the area by id (the file's name); DefinitionError with file and key when one is wrong."""
    return {path.stem: read_scheme(path, library) for path in sorted((area / FOLDER).glob("*.toml"))}


def one_scheme(area: Path, library: Library, name: str) -> Scheme:
    """The scheme called `name`; UnknownName with the nearest otherwise."""
    found = read_schemes(area, library)
    if name not in found:
        near = did_you_mean(name, found) if found else f"; put one into {FOLDER}/{name}.toml"
        raise UnknownName(f"there is no scheme '{name}'{near}")
    return found[name]


def read_scheme(path: Path, library: Library) -> Scheme:
    """The scheme of one file."""
    reader = read_toml(path)
    first, last = _span(reader)
    scheme = Scheme(
        id=path.stem,
        title=reader.text("title"),
        first=first,
        last=last,
        indicators=tuple(_indicator(each, library, first, last) for each in reader.tables("indicator")),
        per_point=_pounds(reader, "per_point"),
        per_patient=_pounds(reader, "per_patient"),
        public=reader.flag("public"),
        organisation=reader.text("organisation", ""),
        note=reader.text("note", ""),
    )
    reader.finish(KEYS)
    if bool(scheme.per_point) == bool(scheme.per_patient):
        raise reader.refuse("needs either 'per_point' or 'per_patient', in pounds above 0, and not both")
    if not scheme.indicators:
        raise reader.refuse("has no [[indicator]]; name at least one measure")
    _refuse_twins(reader, scheme)
    return scheme


def _refuse_twins(reader: Reader, scheme: Scheme) -> None:
    seen = set()
    for each in scheme.indicators:
        kind = (each.measure, bool(each.baseline))
        if kind in seen:
            raise reader.refuse(
                f"counts the measure '{each.measure}' twice; one indicator may have several thresholds"
            )
        seen.add(kind)


def _pounds(reader: Reader, key: str) -> Decimal:
    amount = reader.number(key)
    if amount is not None and not 0 < amount < 10**6:
        raise reader.refuse(f"'{key}' needs pounds above 0, got {amount}")
    return amount or Decimal(0)


def _span(reader: Reader) -> tuple[date, date]:
    """The months of `from` and `to`, which name any day in them."""
    days = [reader.day(key) for key in ("from", "to")]
    if None in days:
        raise reader.refuse("needs 'from' and 'to', dates such as 2026-04-01")
    first, last = (date(day.year, day.month, 1) for day in days)
    if not 1 <= len(months_between(first, last)) <= LONGEST:
        raise reader.refuse(f"'from' and 'to' must span 1 to {LONGEST} months")
    return first, last


def _indicator(reader: Reader, library: Library, first: date, last: date) -> Indicator:
    name = reader.text("measure")
    if name not in library.measures:
        raise reader.refuse(f"'measure' is '{name}'{did_you_mean(name, library.measures)}")
    measure = library.measures[name]
    months = reader.whole("months", measure.window)
    if months > len(months_between(first, last)):
        raise reader.refuse(f"'months' is {months}, longer than the scheme")
    better = reader.choice("better", ("lower", "higher")) if "better" in reader.data else str(measure.better)
    if better == Better.NEITHER:
        raise reader.refuse(f'\'{name}\' has no better direction; say better = "lower" or "higher"')
    improves = "improvement" in reader.data
    if improves == ("thresholds" in reader.data):
        raise reader.refuse("needs either 'thresholds' or 'improvement', and not both")
    if improves != ("baseline" in reader.data):
        raise reader.refuse("'improvement' and 'baseline' belong together")
    baseline = _baseline(reader.table("baseline"), first) if improves else None
    hardest_first = better == "lower" and not improves
    thresholds = _thresholds(
        reader.table("improvement" if improves else "thresholds"), hardest_first, improves
    )
    title = reader.text("title", measure.title)
    reader.finish(INDICATOR_KEYS)
    return Indicator(name, title, better, months, thresholds, baseline)


def _baseline(reader: Reader, first: date) -> tuple[date, date]:
    span = _span(reader)
    reader.finish(("from", "to"))
    if span[1] >= first:
        raise reader.refuse("'to' must lie before the scheme begins")
    return span


def _thresholds(reader: Reader, hardest_first: bool, improves: bool) -> tuple[Threshold, ...]:
    """Thresholds from the easiest to the hardest; points must rise with them."""
    table: Mapping[str, object] = reader.data
    found = [Threshold(decimal(at, reader, at), decimal(table[at], reader, at)) for at in table]
    reader.used |= set(table)
    for each in found:
        if each.points <= 0 or each.at < 0 or (improves and not 0 < each.at <= 100):
            raise reader.refuse(
                f'"{each.at}" = {each.points}: points must be above 0, and per cent between 0 and 100'
            )
    ordered = sorted(found, key=lambda each: each.at, reverse=hardest_first)
    if not ordered:
        raise reader.refuse('is empty; write value = points, such as { "10" = 5, "8" = 10 }')
    if any(later.points <= earlier.points for earlier, later in pairwise(ordered)):
        raise reader.refuse(
            "gives no more points for a harder threshold; points must rise as it becomes harder"
        )
    return tuple(ordered)

"""What a file is, from its content."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sqlglot import exp, parse_one

from opencommissioning.catalogue.source import Csv, Era, Sniff, Source, Table
from opencommissioning.errors import FileRefused, UnknownKind, did_you_mean
from opencommissioning.sources.registry import SOURCES
from opencommissioning.sources.sniffing import sniff, split_by
from opencommissioning.sources.snomed import refuse_damaged_codes
from opencommissioning.sources.specimens import heading_of
from opencommissioning.sources.workbooks import sheet

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes", ",": "commas"}
__all__ = ["columns_read", "recognise", "sniff"]
ALIKE, FEW = (
    0.6,
    5,
)  # share of a layout's columns that makes a file look like it; layouts of fewer columns resemble anything


def recognise(path: Path, own: Sequence[Source] = ()) -> tuple[Source, Era, Sniff]:
    """The source and era of a file; FileRefused with what it lacks when it is none that we know. `own` sources are tried first."""
    sniffed = sniff(path)
    for source in (*own, *SOURCES):
        for era in source.eras:
            if era.recognises(sniffed):
                split = split_by(sniffed, era.reader.delimiter) if isinstance(era.reader, Csv) else sniffed
                _refuse_damaged(path, source, era, split)
                refuse_damaged_codes(path, split)
                return source, _as_it_comes(era, split), split
    raise _otherwise_separated(path, sniffed, own) or _nearest(path, sniffed)


def _as_it_comes(era: Era, sniffed: Sniff) -> Era:
    """A text layout that somebody saved as a workbook is read from its first sheet."""
    if not sniffed.sheets or isinstance(era.reader, Table):
        return era
    if era.reader.names or era.reader.skip:
        raise FileRefused(
            f"{sniffed.path.name}: is {era.name} as a workbook; save it as 'CSV UTF-8' and load that"
        )
    return replace(era, reader=Table(sheet))


def columns_read(era: Era) -> frozenset[str]:
    """The file's columns that an era's projections read (empty for wide files, which a reader turns round first)."""
    if not isinstance(era.reader, Csv):
        return frozenset()
    texts = [
        text
        for each in era.projections
        for text in (*each.columns.values(), *filter(None, [each.keep]), *each.checks.values())
    ]
    return frozenset(name for text in texts for name in _columns(text))


@lru_cache(maxsize=4096)
def _columns(text: str) -> frozenset[str]:
    """Parsed once in a process: many small files of the same era are loaded one after the other."""
    return frozenset(column.name for column in parse_one(text, dialect="duckdb").find_all(exp.Column))


def _refuse_damaged(path: Path, source: Source, era: Era, sniffed: Sniff) -> None:
    """A heading that is recognised may still lack a column, or have one twice."""
    if not isinstance(era.reader, Csv) or era.reader.names:
        return
    heading = sniffed.cells[era.reader.skip]
    times = Counter(cell.upper() for cell in heading if cell)
    doubled = [name for name, count in times.items() if count > 1]
    if doubled:
        raise FileRefused(
            f"{path.name}: column '{doubled[0]}' stands in the heading twice; remove one, it is not clear which is meant"
        )
    missing = _missing(columns_read(era) - era.optional, heading)
    if missing:
        raise FileRefused(
            f"{path.name}: is {era.name} but has no column {_lacks(source, era, missing, heading)} Download it again"
        )


def _missing(needed: Iterable[str], heading: Iterable[str]) -> list[str]:
    there = {cell.upper() for cell in heading}
    return sorted(name for name in needed if name.upper() not in there)


def _nearest(path: Path, sniffed: Sniff) -> FileRefused:
    """A refusal with what the file resembles and lacks; or what we know."""
    named = [
        (source, era) for source in SOURCES for era in source.eras if not getattr(era.reader, "names", ())
    ]
    eras = [(source, era, columns_read(era) - era.optional or heading_of(era)) for source, era in named]
    near = [
        (len(missing) / len(needed), number, source, era, missing)
        for number, (source, era, needed) in enumerate(eras)
        if len(needed) >= FEW and (missing := _missing(needed, sniffed.heading))
    ]
    share, _, source, era, missing = min(near, key=lambda each: each[:2])
    if share <= 1 - ALIKE:
        return FileRefused(
            f"{path.name}: looks like {source.title} ({era.name}) but has no column {_lacks(source, era, missing, sniffed.heading)} "
            "Download it again, or load it through a saved column mapping"
        )
    if sniffed.text.lstrip()[:1] in ("{", "["):
        return UnknownKind(
            f"{path.name}: looks like JSON, which no source here is published as; load the same figures as CSV or a workbook. "
            f"'opencommissioning sources' lists the {len(SOURCES)} kinds that are known"
        )
    return UnknownKind(
        f"{path.name}: not a file that we know (it begins with: {', '.join(sniffed.heading[:6])}). 'opencommissioning sources' lists the "
        f"{len(SOURCES)} kinds that are. Any other table loads through a saved column mapping: "
        "'opencommissioning map FILE --dataset prescribing' drafts one"
    )


def _lacks(source: Source, era: Era, missing: Sequence[str], heading: Sequence[str]) -> str:
    """`'BNF_CODE'; 'BNF_PRESENTATION_CODE' is a column of … 2025: the file mixes two layouts.`; or the name that was likely meant."""
    more = f" ({len(missing)} columns are missing)" if len(missing) > 1 else ""
    mixed = _of_other_era(source, era, heading)
    if mixed:
        name, other = mixed
        return f"'{missing[0]}'{more}; '{name}' is a column of {other.name}: the file mixes two layouts."
    name = _renamed(missing, heading)
    near = did_you_mean(name, filter(None, heading))
    return f"'{name}'{more}{near}" + ("" if near.endswith("?") else ".")


def _of_other_era(source: Source, era: Era, heading: Sequence[str]) -> tuple[str, Era] | None:
    """A column that is strange to this layout and known to another of the same source, which shares most of the strange ones."""
    own = _names_of(era)
    strange = [name for name in heading if name and name.upper() not in own]
    found = [
        (shared, each)
        for each in source.eras
        if (shared := [name for name in strange if name.upper() in _names_of(each)])
    ]
    if not found:
        return None
    shared, other = max(found, key=lambda each: len(each[0]))
    return shared[0], other


def _names_of(era: Era) -> frozenset[str]:
    return frozenset(name.upper() for name in columns_read(era) | heading_of(era))


def _otherwise_separated(path: Path, sniffed: Sniff, own: Sequence[Source]) -> FileRefused | None:
    """A refusal of a known file whose columns stand apart by another sign than its publisher's."""
    for delimiter, words in SEPARATORS.items():
        split = split_by(sniffed, delimiter)
        if len(split.heading) <= len(sniffed.heading):
            continue
        for source in (*own, *SOURCES):
            for era in source.eras:
                if (
                    isinstance(era.reader, Csv)
                    and era.reader.delimiter != delimiter
                    and era.recognises(split)
                ):
                    return FileRefused(
                        f"{path.name}: is {era.name}, but its columns are separated by {words}; save it as 'CSV UTF-8' "
                        f"with {SEPARATORS.get(era.reader.delimiter, repr(era.reader.delimiter))}, or download it again"
                    )
    return None


def _renamed(missing: Sequence[str], heading: Sequence[str]) -> str:
    """Of the missing columns the one that has a likely new name, else the first."""
    return next(
        (name for name in missing if "did you mean" in did_you_mean(name, filter(None, heading))), missing[0]
    )

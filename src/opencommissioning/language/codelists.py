"""Codelist files: read, checked, put together from the lists that they include."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from opencommissioning.catalogue.codelist import Codelist, Entry, Rates
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.language.checking import check_bnf
from opencommissioning.language.reading import Reader, decimal, read_review, read_toml

SYSTEMS = ("bnf", "age_sex", "icd10", "opcs4", "snomed", "need", "specialty", "org")
KEYS = (
    "title",
    "system",
    "under",
    "weights",
    "except",
    "names_with",
    "names_without",
    "includes",
    "rates",
    "unit",
    "source",
    "licence",
)


def read_codelist(path: Path) -> tuple[Codelist, tuple[str, ...]]:
    """A codelist and the ids of the lists that it includes."""
    reader = read_toml(path)
    review = read_review(reader)
    includes = reader.texts("includes")
    codelist = Codelist(
        id=path.stem,
        title=reader.text("title"),
        system=reader.choice("system", SYSTEMS),
        entries=_entries(reader),
        exclude=reader.texts("except"),
        names_with=reader.texts("names_with"),
        names_without=reader.texts("names_without"),
        unit=reader.text("unit", ""),
        source=reader.text("source", ""),
        licence=reader.text("licence", ""),
        note=reader.text("note", ""),
        checked=review.checked,
        due=review.due,
        rates=_rates(reader),
    )
    reader.finish((*KEYS, "note", "review"))
    if not codelist.entries and not includes and codelist.rates is None:
        raise reader.refuse("names no code; give 'under', 'weights', 'includes' or 'rates'")
    if codelist.system == "bnf":
        check_bnf(reader, (*(entry.pattern for entry in codelist.entries), *codelist.exclude))
    return codelist, includes


def _rates(reader: Reader) -> Rates | None:
    """The table [rates]: `of` a dataset's column by age and sex, `among` whose practices, `where` which of its rows."""
    table = reader.table("rates")
    if not table.data:
        return None
    dataset, _, column = table.text("of").partition(".")
    where = table.table("where")
    rates = Rates(
        dataset, column, table.text("among"), tuple((name, where.text(name)) for name in where.data)
    )
    table.finish(("of", "among", "where"))
    return rates


def _entries(reader: Reader) -> tuple[Entry, ...]:
    plain = [Entry(pattern) for pattern in reader.texts("under")]
    weights = reader.table("weights")
    for pattern, factor in weights.data.items():
        if not pattern.strip():
            raise weights.refuse("an empty code; every code stands in quotes")
        plain.append(Entry(pattern.strip(), decimal(factor, weights, pattern)))
    return tuple(plain)


def read_codelists(folders: list[Path]) -> dict[str, Codelist]:
    """Every codelist of the folders by id; a later folder's list replaces an earlier one's."""
    read = {path.stem: read_codelist(path) for folder in folders for path in sorted(folder.glob("*.toml"))}
    return {name: _complete(name, read, ()) for name in read}


def _complete(
    name: str, read: Mapping[str, tuple[Codelist, tuple[str, ...]]], trail: tuple[str, ...]
) -> Codelist:
    if name in trail:
        raise DefinitionError(f"{name}.toml: 'includes' goes round in a circle: {' → '.join((*trail, name))}")
    codelist, includes = read[name]
    for other in includes:
        if other not in read:
            raise DefinitionError(
                f"{name}.toml: includes '{other}', which is not a codelist{did_you_mean(other, read)}"
            )
        codelist = _union(codelist, _complete(other, read, (*trail, name)))
    return codelist


def _union(codelist: Codelist, part: Codelist) -> Codelist:
    """The list with the part's entries added. Parts with exclusions or name rules stay whole through `parts`."""
    if part.system != codelist.system:
        raise DefinitionError(
            f"{codelist.id}.toml: includes '{part.id}' of another code system ({part.system})"
        )
    return replace(codelist, parts=(*codelist.parts, part))

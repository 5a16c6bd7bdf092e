"""A definition as a person reads it: in words, why it matters, what to do, who looked at it, its lists of codes, its SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from opencommissioning.area.defining.signing import review_of
from opencommissioning.area.library import Library
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.measure import Measure
from opencommissioning.language.words import readable_sql, sentence


@dataclass(frozen=True)
class Description:
    """`lists`: id, title and number of codes of every codelist that is used, lists inside lists too. `sql`: one query a side."""

    measure: Measure
    sentence: str
    review: str
    lists: tuple[tuple[str, str, int], ...]
    sql: str

    @property
    def paragraphs(self) -> dict[str, str]:
        """Titled texts; those that the definition does not have are left out."""
        measure = self.measure
        told = {
            "Why it matters": _flowing(measure.why),
            "What to do": _flowing(measure.do),
            "Guidance": "\n".join(measure.guidance),
            "To find the patients": "\n".join(measure.search_terms),
            "What stands in for data that are not shipped": measure.approximates,
            "Source": measure.source,
        }
        return {title: text.strip() for title, text in told.items() if text.strip()}


def _flowing(text: str) -> str:
    """Markdown as paragraphs that a terminal wraps: its line ends are nobody's; those of a list are."""
    blocks = text.replace("\n- ", "\n\n- ").strip().split("\n\n")
    return "\n".join(" ".join(each.replace("*", "").replace("`", "").split()) for each in blocks)


def describe(folder: Path, library: Library, name: str) -> Description:
    """The definition called or titled `name`; no build is needed. UnknownName with the nearest otherwise."""
    measure = library.spoken_of(name)
    told = sentence(measure, library.codelists)
    lists = tuple((each.id, each.title, len(each.entries)) for each in _lists(measure, library))
    sql = readable_sql(measure, library.contracts, library.codelists)
    return Description(
        measure, f"{told[0].upper()}{told[1:]}.", review_of(folder, measure, library), lists, sql
    )


def _lists(measure: Measure, library: Library) -> list[Codelist]:
    sides = (measure.numerator, measure.denominator)
    names = [name for side in sides for condition in side.where for name in condition.codelists]
    names += [side.times for side in sides if side.times]
    found = [library.codelists[name] for name in names]
    return list({each.id: each for each in _with_parts(found)}.values())


def _with_parts(lists: Iterable[Codelist]) -> Iterable[Codelist]:
    for each in lists:
        yield each
        yield from _with_parts(each.parts)

"""A measure as the TOML that would be read as the same measure."""

from collections.abc import Mapping, Sequence

import tomlkit
from tomlkit.items import Table

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Change, Measure, Quantity, Review
from opencommissioning.catalogue.standard import Standard
from opencommissioning.errors import DefinitionError

LISTS = {
    "any_of": "any_of",
    "none_of": "none_of",
    "under": "under",
    "except": "except_",
    "codelist": "codelists",
    "contains": "contains",
    "lacks": "lacks",
}
TEXTS = ("why", "do", "approximates", "source", "author")


def as_toml(measure: Measure) -> str:
    """The text of a definition file: reading it gives the same measure (id and topic are the file's and the folder's names)."""
    document = tomlkit.document()
    for key, value in _plain(measure).items():
        document[key] = _text(value) if isinstance(value, str) else value
    if measure.percentile is None:
        document["numerator"] = _side(measure.numerator, measure.denominator if measure.narrowed else None)
    document["denominator"] = _side(measure.denominator, None)
    if measure.review != Review():
        document["review"] = {
            key: value for key in ("by", "checked", "due") if (value := getattr(measure.review, key))
        }
    if measure.standards:
        document["standard"] = tomlkit.aot()
        for standard in measure.standards:
            document["standard"].append(_standard(standard))
    if measure.changes:
        document["changes"] = _changes(measure.changes)
    return tomlkit.dumps(document)


def _changes(changes: Sequence[Change]) -> tomlkit.items.AoT:
    out = tomlkit.aot()
    for each in changes:
        table = tomlkit.table()
        table.update({"on": each.on, "what": each.what} | ({"by": each.by} if each.by else {}))
        out.append(table)
    return out


def _plain(measure: Measure) -> Mapping[str, object]:
    needed = {"title": measure.title, "better": str(measure.better), "per": measure.per, "unit": measure.unit}
    if measure.percentile is not None:
        needed["percentile"] = str(float(measure.percentile))
    lists = {"tags": measure.tags, "guidance": measure.guidance, "search_terms": measure.search_terms}
    out = needed | {"window": measure.window} | {key: list(value) for key, value in lists.items() if value}
    return out | {key: getattr(measure, key) for key in TEXTS if getattr(measure, key)}


def _standard(standard: Standard) -> Table:
    out = tomlkit.table()
    out.update({"value": str(standard.value), "since": standard.since, "source": standard.source})
    if standard.until:
        out["until"] = standard.until
    return out


def _text(value: str) -> tomlkit.items.String:
    return tomlkit.string(value, multiline="\n" in value)


def _side(quantity: Quantity, whole: Quantity | None) -> Table:
    out = tomlkit.table()
    conditions = quantity.where
    if whole is None:
        out["sum"] = f"{quantity.dataset}.{quantity.column}"
        if quantity.times:
            out["times"] = quantity.times
    else:
        conditions = conditions[len(whole.where) :]
    if conditions:
        _one_each(conditions)
        out["where"] = {condition.column: _tests(condition) for condition in conditions}
    return out


def _one_each(conditions: tuple[Condition, ...]) -> None:
    """A file names a column once; two conditions on one column would lose the first."""
    columns = [condition.column for condition in conditions]
    for column in columns:
        if columns.count(column) > 1:
            raise DefinitionError(f"two conditions on '{column}' cannot be written; put their tests into one")


def _tests(condition: Condition) -> dict[str, object]:
    out: dict[str, object] = {
        key: list(getattr(condition, field)) for key, field in LISTS.items() if getattr(condition, field)
    }
    for bound in ("at_least", "at_most"):
        if getattr(condition, bound) is not None:
            out[bound] = str(getattr(condition, bound))
    return out

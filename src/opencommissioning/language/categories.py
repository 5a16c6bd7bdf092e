"""Category files: one TOML each, in the words of the measure language, tested row by row on people's records."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlglot import exp

from opencommissioning.catalogue.category import Category
from opencommissioning.catalogue.codelist import Codelist, like_pattern
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.contract import Contract, Kind
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.language.compile import row_tests
from opencommissioning.language.definitions import World, conditions_from
from opencommissioning.language.reading import Reader, read_toml

KEYS = ("title", "where", "source", "licence", "note")


def read_categories(folders: Sequence[Path], world: World) -> dict[str, tuple[Category, ...]]:
    """dataset → its categories in the order of their ids; `<folder>/<dataset>/<id>.toml`, a later folder's file replaces an earlier one's."""
    found: dict[tuple[str, str], Path] = {}
    for folder in folders:
        found |= {(path.parent.name, path.stem): path for path in folder.glob("*/*.toml")}
    out: dict[str, list[Category]] = {name: [] for name in world.contracts}
    for (dataset, _), path in sorted(found.items()):
        if dataset not in world.contracts:
            raise DefinitionError(
                f"{path.name}: lies in the folder '{dataset}', which is no kind of record{did_you_mean(dataset, world.contracts)}"
            )
        out[dataset].append(read_category(path, world, dataset))
    return {dataset: tuple(categories) for dataset, categories in out.items()}


def read_category(path: Path, world: World, dataset: str) -> Category:
    """The category of one file. `[where]` holds its conditions; several `[[where]]` are alternatives; none takes every row."""
    reader = read_toml(path)
    category = Category(
        id=path.stem,
        dataset=dataset,
        title=reader.text("title"),
        ways=tuple(conditions_from(each, world, world.contracts[dataset]) for each in _alternatives(reader)),
        source=reader.text("source", ""),
        licence=reader.text("licence", ""),
        note=reader.text("note", ""),
    )
    reader.finish(KEYS)
    for condition in (each for way in category.ways for each in way):
        refuse_vague(reader, world, condition, dataset)
    return category


def refuse_vague(reader: Reader, world: World, condition: Condition, dataset: str) -> None:
    """DefinitionError for a list with exceptions on a column of several codes: a list with exceptions has no one meaning on a column of several codes."""
    if world.contracts[dataset].column(condition.column).kind is not Kind.CODES:
        return
    barred = [name for name in condition.codelists if world.codelists[name].exclude]
    if barred:
        raise reader.refuse(
            f"codelist '{barred[0]}' has exceptions, which are not clear on '{condition.column}', a column of several codes"
        )


def _alternatives(reader: Reader) -> list[Reader]:
    given = reader.data.get("where", {})
    reader.used.add("where")
    if isinstance(given, dict):
        return [reader.table("where")]
    return [Reader(each, f"{reader.where} [[where]] {number}") for number, each in enumerate(given, 1)]


def is_in(category: Category, contract: Contract, codelists: Mapping[str, Codelist]) -> exp.Expression:
    """The SQL condition on a row of the table `facts` that the category takes; never NULL."""
    return any_way(category.ways, contract, codelists)


def any_way(
    ways: Sequence[Sequence[Condition]], contract: Contract, codelists: Mapping[str, Codelist]
) -> exp.Expression:
    """The SQL condition on a row of the table `facts` that every condition of one of the ways holds; never NULL."""
    found = [
        exp.and_(*(test for each in way for test in tests(each, contract, codelists)), exp.true(), copy=False)
        for way in ways
    ]
    return exp.func("coalesce", exp.or_(*found, copy=False), exp.false(), copy=False)


def tests(
    condition: Condition, contract: Contract, codelists: Mapping[str, Codelist]
) -> list[exp.Expression]:
    """The SQL tests of a condition, codelists included. On a column of several codes, `under`, `codelist`: one of them is;
    `except`: none of them is."""
    if contract.column(condition.column).kind is Kind.CODES:
        return _tests_of_many(condition, codelists)
    column = exp.column(condition.column, "facts")
    listed = [
        exp.or_(*(_in_list(column, codelists[name], "") for name in condition.codelists), copy=False)
        for _ in condition.codelists[:1]
    ]
    found = [*row_tests(contract, condition), *listed]
    if contract.column(condition.column).system and _only_excludes(condition):
        return [
            exp.or_(
                exp.Is(this=column.copy(), expression=exp.null()), exp.and_(*found, copy=False), copy=False
            )
        ]  # no code at all: not that code
    return found


def _only_excludes(condition: Condition) -> bool:
    bounds = condition.at_least is None and condition.at_most is None
    return bounds and not (condition.any_of or condition.under or condition.codelists or condition.contains)


def _tests_of_many(condition: Condition, codelists: Mapping[str, Codelist]) -> list[exp.Expression]:
    spaced = exp.func(
        "concat", exp.Literal.string(" "), exp.column(condition.column, "facts")
    )  # NULL adds nothing
    out: list[exp.Expression] = []
    if condition.under:
        out.append(exp.or_(*(_like(spaced, f"% {pattern}%") for pattern in condition.under), copy=False))
    out += [exp.not_(_like(spaced, f"% {pattern}%"), copy=False) for pattern in condition.except_]
    if condition.codelists:
        out.append(
            exp.or_(*(_in_list(spaced, codelists[name], "% ") for name in condition.codelists), copy=False)
        )
    return out


def _in_list(column: exp.Expression, codelist: Codelist, before: str) -> exp.Expression:
    patterns = [like_pattern(entry.pattern, codelist.system) for entry in codelist.entries]
    held = [_like(column, before + pattern) for pattern in patterns]
    held += [_in_list(column, part, before) for part in codelist.parts]
    barred = [_like(column, before + like_pattern(each, codelist.system)) for each in codelist.exclude]
    taken = exp.or_(*held, copy=False)
    return (
        exp.and_(taken, exp.not_(exp.or_(*barred, copy=False), copy=False), copy=False) if barred else taken
    )


def _like(column: exp.Expression, pattern: str) -> exp.Expression:
    return exp.Like(this=column.copy(), expression=exp.Literal.string(pattern))

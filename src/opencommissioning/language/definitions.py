"""Measure files: a definition that loads is one that runs."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import TESTS, Condition
from opencommissioning.catalogue.contract import Contract
from opencommissioning.catalogue.measure import Better, Change, Measure, Quantity
from opencommissioning.catalogue.standard import Standard
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.language.checking import ATTRIBUTES, check_condition, check_system
from opencommissioning.language.reading import Reader, read_review, read_toml

MEASURE_KEYS = [
    "title",
    "better",
    "per",
    "unit",
    "window",
    "tags",
    "why",
    "do",
    "guidance",
    "search_terms",
    "approximates",
    "source",
    "author",
    "numerator",
    "denominator",
    "percentile",
    "review",
    "standard",
    "changes",
]
BANDED = ("weeks", "open_from")  # columns of a dataset whose counts are by weeks waited


class World:
    """What a definition may speak of: the contracts and the codelists."""

    def __init__(self, contracts: Mapping[str, Contract], codelists: Mapping[str, Codelist]) -> None:
        self.contracts, self.codelists = contracts, codelists


def read_measures(folders: list[Path], world: World) -> dict[str, Measure]:
    """Every measure below the folders by id (the file's name; topic = the folder's); a later folder replaces an earlier one's."""
    found: dict[str, Path] = {}
    for folder in folders:
        here = sorted(folder.rglob("*.toml"))
        _refuse_twins(here)
        found |= {path.stem: path for path in here}
    return {name: read_measure(path, world) for name, path in sorted(found.items())}


def _refuse_twins(paths: list[Path]) -> None:
    seen: dict[str, Path] = {}
    for path in paths:
        if path.stem in seen:
            raise DefinitionError(
                f"{path.name}: two measures have this name ({seen[path.stem].parent.name}, {path.parent.name})"
            )
        seen[path.stem] = path


def read_measure(path: Path, world: World) -> Measure:
    """The measure of one file."""
    return measure_from(read_toml(path), world, path.stem, path.parent.name)


def measure_from(reader: Reader, world: World, name: str, topic: str) -> Measure:
    """The measure that a table describes; DefinitionError with file, key and nearest valid word when it cannot run."""
    numerator, denominator, narrowed = _sides(reader, world)
    _same_level(reader, world, numerator, denominator)
    better = Better(reader.choice("better", [str(way) for way in Better]))
    measure = Measure(
        id=name,
        title=reader.text("title"),
        better=better,
        numerator=numerator,
        denominator=denominator,
        narrowed=narrowed,
        percentile=_percentile(reader, world, denominator),
        per=reader.whole("per", 100 if narrowed else 1),
        unit=reader.text("unit", ""),
        window=reader.whole("window", 1),
        topic=topic,
        tags=reader.texts("tags"),
        why=reader.text("why", ""),
        do=reader.text("do", ""),
        guidance=reader.texts("guidance"),
        search_terms=reader.texts("search_terms"),
        approximates=reader.text("approximates", ""),
        source=reader.text("source", ""),
        author=reader.text("author", ""),
        review=read_review(reader),
        standards=_standards(reader, better),
        changes=tuple(_change(each) for each in reader.tables("changes")),
        standardised=bool(denominator.times and world.codelists[denominator.times].rates),
    )
    reader.finish(MEASURE_KEYS)
    if measure.percentile is not None and (measure.window, measure.per) != (1, 1):
        raise reader.refuse("a percentile is of one month: leave 'window' and 'per' out")
    return measure if measure.unit else replace(measure, unit=_unit(measure, world))


def _percentile(reader: Reader, world: World, whole: Quantity) -> Fraction | None:
    """The share below the value; only of counts by weeks waited, of all treatment functions or of some."""
    share = reader.number("percentile")
    if share is None:
        return None
    if not 0 < share < 1:
        raise reader.refuse("'percentile' is a share between 0 and 1, as in \"0.92\"")
    columns = [column.name for column in world.contracts[whole.dataset].columns]
    if not set(BANDED) <= set(columns):
        raise reader.refuse(f"'percentile' needs counts by weeks waited; {whole.dataset} has none")
    if any(each.column != "function" or not each.any_of for each in whole.where):
        raise reader.refuse(
            "a percentile can only be narrowed by 'where.function', to some treatment functions"
        )
    return Fraction(share)


def _standards(reader: Reader, better: Better) -> tuple[Standard, ...]:
    """The [[standard]] tables. Neither met nor missed can be told of a measure of which neither side is better."""
    tables = reader.tables("standard")
    if tables and better is Better.NEITHER:
        raise reader.refuse('a [[standard]] needs better = "higher" or "lower", to say what meets it')
    return tuple(_standard(table) for table in tables)


def _standard(table: Reader) -> Standard:
    value, since = table.number("value"), table.day("since")
    if value is None or since is None:
        raise table.refuse(
            "needs a 'value' such as \"92\" and the day 'since' which it holds, such as 2012-04-01"
        )
    standard = Standard(value, since, table.text("source"), table.day("until"))
    if standard.until and standard.until < since:
        raise table.refuse(f"ends ({standard.until}) before it begins ({since})")
    table.finish(("value", "since", "until", "source"))
    return standard


def _change(reader: Reader) -> Change:
    """One table [[changes]]."""
    on = reader.day("on")
    if on is None:
        raise reader.refuse("needs the day of the change: on = 2026-03-23")
    change = Change(on, reader.text("what"), reader.text("by", ""))
    reader.finish(("on", "what", "by"))
    return change


def _unit(measure: Measure, world: World) -> str:
    if measure.percentile is not None:
        return "weeks"
    top = _worded(measure.numerator, world)
    bottom = _worded(measure.denominator, world)
    if measure.narrowed and measure.per == 100:
        return f"% of {bottom}"
    return (
        f"{top} per {measure.per:,} {bottom}" if measure.per != 1 else f"{top} per {bottom.removesuffix('s')}"
    )


def _worded(quantity: Quantity, world: World) -> str:
    if quantity.times:
        return world.codelists[quantity.times].unit or "units"
    return {"actual_cost": "£ (actual cost)", "nic": "£ (NIC)"}.get(quantity.column, quantity.column)


def _sides(reader: Reader, world: World) -> tuple[Quantity, Quantity, bool]:
    top, bottom = reader.table("numerator"), reader.table("denominator")
    if "percentile" in reader.data:
        if top.data or "sum" not in bottom.data:
            raise reader.refuse("a percentile needs a [denominator] with a 'sum', and no [numerator]")
        whole = _quantity(bottom, world, None)
        return whole, whole, False
    if not top.data or not bottom.data:
        raise reader.refuse("needs both a [numerator] and a [denominator]")
    if "sum" in top.data and "sum" in bottom.data:
        return _quantity(top, world, None), _quantity(bottom, world, None), False
    if "sum" in bottom.data:
        whole = _quantity(bottom, world, None)
        return _quantity(top, world, whole), whole, True
    raise reader.refuse("the [denominator] needs a 'sum' such as \"registrations.patients\"")


def _quantity(reader: Reader, world: World, whole: Quantity | None) -> Quantity:
    """One side. A side without `sum` is the whole, narrowed by its own conditions."""
    if whole is None:
        dataset, column = _summed(reader, world)
        times, inherited = reader.text("times", ""), ()
    else:
        dataset, column, times, inherited = whole.dataset, whole.column, whole.times, whole.where
    contract = world.contracts[dataset]
    _check_times(reader, world, contract, times)
    conditions = conditions_from(reader.table("where"), world, contract)
    if whole is not None and not conditions:
        raise reader.refuse("narrows the denominator but names no condition; add a 'where'")
    reader.finish(("sum", "times", "where"))
    return Quantity(dataset, column, (*inherited, *conditions), times)


def _summed(reader: Reader, world: World) -> tuple[str, str]:
    dataset, _, column = reader.text("sum").partition(".")
    if dataset not in world.contracts:
        raise reader.refuse(f"'sum' names the dataset '{dataset}'{did_you_mean(dataset, world.contracts)}")
    known = [each.name for each in world.contracts[dataset].summable]
    if column not in known:
        raise reader.refuse(
            f"'sum' names '{column}', not a column of {dataset} that adds up{did_you_mean(column, known)}"
        )
    return dataset, column


def _check_times(reader: Reader, world: World, contract: Contract, times: str) -> None:
    if not times:
        return
    if times not in world.codelists:
        raise reader.refuse(f"'times' names the codelist '{times}'{did_you_mean(times, world.codelists)}")
    if not contract.code:
        raise reader.refuse(f"'times' weights by a code, but {contract.dataset} has no coded column")
    check_system(reader, world.codelists[times], contract)
    _check_rates(reader, world, contract, times)


def _check_rates(reader: Reader, world: World, contract: Contract, times: str) -> None:
    """A list of the data's own rates must speak of datasets and columns that exist, by the same code as what it weights."""
    rates = world.codelists[times].rates
    if rates is None:
        return
    for name in (rates.dataset, rates.among):
        if name not in world.contracts:
            raise reader.refuse(
                f"the rates of '{times}' name the dataset '{name}'{did_you_mean(name, world.contracts)}"
            )
    source = world.contracts[rates.dataset]
    known = [column.name for column in source.columns]
    for column in (rates.column, *(name for name, _ in rates.where)):
        if column not in known:
            raise reader.refuse(
                f"the rates of '{times}' name the column '{column}'{did_you_mean(column, known)}"
            )
    if source.code != contract.code:
        raise reader.refuse(
            f"the rates of '{times}' are by {source.code}, {contract.dataset} is by {contract.code}"
        )


def conditions_from(reader: Reader, world: World, contract: Contract) -> tuple[Condition, ...]:
    """The conditions of a `where` table on the columns of a contract; DefinitionError names the nearest column otherwise."""
    known = [column.name for column in contract.columns] + list(ATTRIBUTES.get(contract.code, ()))
    for column in reader.data:
        if column not in known:
            raise reader.refuse(
                f"column of {contract.dataset} '{column}' is not known{did_you_mean(column, known)}"
            )
    return tuple(_condition(reader, world, contract, column) for column in reader.data)


def _condition(reader: Reader, world: World, contract: Contract, column: str) -> Condition:
    if not isinstance(reader.data[column], dict):
        condition = Condition(column, any_of=reader.texts(column))
        check_condition(reader, world.codelists, contract, condition)
        return condition
    table = reader.table(column)
    condition = Condition(
        column,
        any_of=table.texts("any_of"),
        none_of=table.texts("none_of"),
        under=table.texts("under"),
        except_=table.texts("except"),
        codelists=table.texts("codelist"),
        contains=table.texts("contains"),
        lacks=table.texts("lacks"),
        at_least=table.number("at_least"),
        at_most=table.number("at_most"),
    )
    table.finish(TESTS)
    check_condition(table, world.codelists, contract, condition)
    return condition


def _same_level(reader: Reader, world: World, *sides: Quantity) -> None:
    levels = {side.dataset: world.contracts[side.dataset].level for side in sides}
    if len(set(levels.values())) > 1:
        (one, first), (two, second) = list(levels.items())[:2]
        raise reader.refuse(
            f"{one} is by {first} but {two} is by {second}; both sides need the same organisations"
        )

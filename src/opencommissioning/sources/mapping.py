"""Any table through a saved column mapping: an ePACT2 export, a sheet from a colleague. The mapping is a small TOML file that people edit.

dataset = "prescribing"
title = "Our ePACT2 export"
skip = 3                      # lines above the heading
[columns]                     # column of the dataset = column of the file
practice = "Practice Code"
items = "Total Items"
[months]                      # how a month or date is written, as strptime patterns
month = "%b %Y"
[constants]                   # the same for every row
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomli

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source, Table
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.sources.prescribing import OF_ANY_LEVEL
from opencommissioning.sources.registry import contracts
from opencommissioning.sources.sniffing import split_by
from opencommissioning.sources.words import any_month, month_of, number, text
from opencommissioning.sources.workbooks import sheet

KEYS = {"dataset": str, "title": str, "skip": int, "delimiter": str, "sheet": int} | dict.fromkeys(
    ("columns", "months", "units", "constants"), dict
)
SPOKEN = {str: "text in quotation marks", int: "a whole number", dict: "a table"}
DELIMITERS = (",", "\t", ";", "|")
TABLES = ("columns", "months", "units", "constants")
LOOSER = {OF_ANY_LEVEL.dataset: OF_ANY_LEVEL}
UNITS = {"pence": "0.01", "pounds": "1", "thousands": "1000"}
GUESSES = {
    "practice": ("practice", "practice code", "prescriber code", "org code", "code"),
    "month": ("month", "year month", "year_month", "period", "date"),
    "bnf_code": ("bnf code", "bnf presentation code", "presentation code"),
    "name": ("bnf presentation", "bnf name", "presentation", "description"),
    "items": ("items", "total items", "no of items"),
    "quantity": ("total quantity", "quantity"),
    "quantity_per_item": ("quantity per item", "quantity x items"),
    "nic": ("nic", "net ingredient cost", "nic (£)"),
    "actual_cost": ("actual cost", "actual cost (£)", "act cost"),
    "patients": ("patients", "number of patients", "list size", "total list size"),
}


def read_mappings(folder: Path) -> list[Source]:
    """The mappings of an area (`mappings/*.toml`), each as a source that is tried before the shipped ones."""
    return [mapped_source(path) for path in sorted(folder.glob("*.toml"))]


def mapped_source(path: Path) -> Source:
    """The source that a mapping file describes; DefinitionError with file and key when it cannot run."""
    try:
        data = tomli.loads(path.read_text(encoding="utf-8"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DefinitionError(f"{path.name}: not valid TOML, {problem}") from None
    _refuse_unknown(path, data)
    contract = LOOSER.get(data["dataset"]) or contracts()[data["dataset"]]
    projection = Projection(contract, _expressions(path, contract, data))
    era = Era(f"mapping {path.stem}", lambda sniff: _fits(sniff, data), _reader(data), (projection,))
    title = data.get("title", path.stem)
    return Source(f"mapping-{path.stem}", title, "own export", "own data", path.name, (era,))


def _reader(data: Mapping) -> Csv | Table:
    skip = data.get("skip", 0)
    if "sheet" in data:
        return Table(lambda path: sheet(path, data["sheet"], skip))
    return Csv(skip=skip, delimiter=data.get("delimiter", ","))


def _refuse_unknown(path: Path, data: Mapping) -> None:
    for key in data:
        if key not in KEYS:
            raise DefinitionError(f"{path.name}: key '{key}' is not known{did_you_mean(key, KEYS)}")
    if data.get("dataset") not in contracts():
        near = did_you_mean(str(data.get("dataset")), contracts())
        raise DefinitionError(f"{path.name}: 'dataset' is '{data.get('dataset')}'{near}")
    for key, kind in KEYS.items():
        if key in data and (not isinstance(data[key], kind) or isinstance(data[key], bool)):
            raise DefinitionError(f"{path.name}: '{key}' must be {SPOKEN[kind]}")
    if not data.get("columns"):
        raise DefinitionError(
            f'{path.name}: needs a table [columns]: column of the dataset = "column of the file"'
        )
    if len(data.get("delimiter", ",")) != 1 or data.get("skip", 0) < 0 or data.get("sheet", 1) < 1:
        raise DefinitionError(
            f"{path.name}: 'delimiter' is one character, 'skip' 0 or more, 'sheet' 1 or more"
        )


def _fits(sniff: Sniff, data: Mapping) -> bool:
    """A file is this mapping's when its heading has every column that the mapping names."""
    if ("sheet" in data) != bool(sniff.sheets):
        return False
    skip, rows = data.get("skip", 0), split_by(sniff, data.get("delimiter", ",")).cells
    return len(rows) > skip and set(data["columns"].values()) <= set(rows[skip])


def _expressions(path: Path, contract: Contract, data: Mapping) -> dict[str, str]:
    known = {column.name: column for column in contract.columns}
    for table in TABLES:
        for name in data.get(table, {}):
            if name not in known:
                near = did_you_mean(name, known)
                raise DefinitionError(
                    f"{path.name} [{table}]: {contract.dataset} has no column '{name}'{near}"
                )
    out = {name: _expression(path, known[name], source, data) for name, source in data["columns"].items()}
    out |= {name: _constant(path, known[name], value) for name, value in data.get("constants", {}).items()}
    missing = [column.name for column in contract.columns if column.required and column.name not in out]
    if missing and missing != ["month"]:  # the month may be given when the file is loaded
        raise DefinitionError(
            f"{path.name}: nothing is mapped to '{missing[0]}', which {contract.dataset} needs; "
            "map it under [columns] or give it under [constants]"
        )
    return out


def _expression(path: Path, column: Column, source: object, data: Mapping) -> str:
    if not isinstance(source, str) or not source.strip():
        raise DefinitionError(
            f"{path.name} [columns]: '{column.name}' must be the name of a column of the file"
        )
    if column.kind in (Kind.MONTH, Kind.DATE):
        return _date(column, source, str(data.get("months", {}).get(column.name, "")))
    if column.kind not in (Kind.INTEGER, Kind.DECIMAL):
        return text(source)
    plain = f"replace(replace({number(source)}, '£', ''), ' ', '')"
    unit = data.get("units", {}).get(column.name)
    if unit is None:
        return plain
    if unit not in UNITS:
        raise DefinitionError(f"{path.name} [units]: '{unit}' is not known{did_you_mean(str(unit), UNITS)}")
    return f"try_cast({plain} AS DECIMAL(28, 7)) * {UNITS[unit]}"  # exact: no floating point


def _date(column: Column, source: str, pattern: str) -> str:
    day = f"try_strptime({text(source)}, '{pattern.replace(chr(39), chr(39) * 2)}')"
    if column.kind is Kind.MONTH:
        return month_of(day) if pattern else any_month(source)
    return f"try_cast({day} AS DATE)" if pattern else text(source)


def _constant(path: Path, column: Column, value: object) -> str:
    if column.kind is Kind.MONTH:
        try:
            value = parse_month(str(value))
        except ValueError as problem:
            raise DefinitionError(f"{path.name} [constants] {column.name}: {problem}") from None
    return "'" + str(value).replace("'", "''") + "'"


def draft_mapping(sniff: Sniff, dataset: str) -> str:
    """A commented mapping for a file, guessed from its heading: the fullest of its first rows. People put it right and save it."""
    contract = contracts().get(dataset)
    if contract is None:
        raise DefinitionError(f"there is no dataset '{dataset}'{did_you_mean(dataset, contracts())}")
    delimiter = max(DELIMITERS, key=lambda each: max(map(len, split_by(sniff, each).cells)))
    rows = split_by(sniff, delimiter).cells
    skip = max(range(len(rows)), key=lambda row: sum(bool(cell) for cell in rows[row]))
    lines = [
        f"dataset = {json.dumps(dataset)}",
        f"title = {json.dumps(sniff.path.stem, ensure_ascii=False)}",
        f"skip = {skip}  # lines above the heading",
    ]
    lines += ["sheet = 1"] if sniff.sheets else []
    lines += [f"delimiter = {json.dumps(delimiter)}"] if delimiter != "," else []
    lines += ["", "# Columns of the file: " + ", ".join(cell for cell in rows[skip] if cell)]
    lines += ["[columns]", *(_drafted(column, rows[skip]) for column in contract.columns)]
    lines += ["", "[months]", '# month = "%b %Y"  # as in Sep 2026', "", "[units]", '# nic = "pence"', ""]
    lines += ["[constants]", '# month = "2026-09"  # the same for every row']
    return "\n".join(lines) + "\n"


def _drafted(column: Column, heading: Sequence[str]) -> str:
    guess = _guess(column.name, heading)
    need = "" if column.required else " (may be left out)"
    return f"{'' if guess else '# '}{column.name} = {json.dumps(guess or '?', ensure_ascii=False)}  # {column.meaning}{need}"


def _guess(name: str, heading: Sequence[str]) -> str:
    plain = {cell.lower().strip(): cell for cell in heading}
    return next(
        (plain[guess] for guess in GUESSES.get(name, (name.replace("_", " "),)) if guess in plain), ""
    )

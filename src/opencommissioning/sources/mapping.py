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

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source
from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.sources.registry import contracts
from opencommissioning.sources.words import number, text, year_month

KEYS = ("dataset", "title", "skip", "delimiter", "columns", "months", "constants")
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
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise DefinitionError(f"{path.name}: not valid TOML, {problem}") from None
    _refuse_unknown(path, data)
    contract = contracts()[data["dataset"]]
    columns = _expressions(path, contract, data)
    era = Era(
        f"mapping {path.stem}",
        lambda sniff: _fits(sniff, data),
        Csv(skip=data.get("skip", 0), delimiter=data.get("delimiter", ",")),
        (Projection(contract, columns),),
    )
    return Source(
        f"mapping-{path.stem}", data.get("title", path.stem), "own export", "own data", str(path.name), (era,)
    )


def _refuse_unknown(path: Path, data: Mapping[str, object]) -> None:
    for key in data:
        if key not in KEYS:
            raise DefinitionError(f"{path.name}: key '{key}' is not known{did_you_mean(key, KEYS)}")
    if data.get("dataset") not in contracts():
        raise DefinitionError(
            f"{path.name}: 'dataset' is '{data.get('dataset')}'{did_you_mean(str(data.get('dataset')), contracts())}"
        )
    if not data.get("columns"):
        raise DefinitionError(
            f'{path.name}: needs a table [columns]: column of the dataset = "column of the file"'
        )


def _fits(sniff: Sniff, data: Mapping) -> bool:
    """A file is this mapping's when its heading has every column that the mapping names."""
    skip = data.get("skip", 0)
    return len(sniff.cells) > skip and set(data["columns"].values()) <= set(sniff.cells[skip])


def _expressions(path: Path, contract: Contract, data: Mapping) -> dict[str, str]:
    known = {column.name: column for column in contract.columns}
    out: dict[str, str] = {}
    for table in ("columns", "constants"):
        for name in data.get(table, {}):
            if name not in known:
                raise DefinitionError(
                    f"{path.name} [{table}]: {contract.dataset} has no column '{name}'{did_you_mean(name, known)}"
                )
    for name, source in data["columns"].items():
        out[name] = _expression(known[name], source, data.get("months", {}).get(name, ""))
    out |= {
        name: "'" + str(value).replace("'", "''") + "'" for name, value in data.get("constants", {}).items()
    }
    missing = [column.name for column in contract.columns if column.required and column.name not in out]
    if missing:
        raise DefinitionError(
            f"{path.name}: nothing is mapped to '{missing[0]}', which {contract.dataset} needs"
        )
    return out


def _expression(column: Column, source: str, pattern: str) -> str:
    if column.kind is Kind.MONTH and pattern:
        return f"try_cast(date_trunc('month', try_strptime({text(source)}, '{pattern.replace(chr(39), '')}')) AS DATE)"
    if column.kind is Kind.MONTH:
        return year_month(source)
    if column.kind in (Kind.INTEGER, Kind.DECIMAL):
        return f"replace(replace({number(source)}, '£', ''), ' ', '')"
    return text(source)


def draft_mapping(sniff: Sniff, dataset: str) -> str:
    """A commented mapping for a file, guessed from its heading: the fullest of its first rows. People put it right and save it."""
    contract = contracts().get(dataset)
    if contract is None:
        raise DefinitionError(f"there is no dataset '{dataset}'{did_you_mean(dataset, contracts())}")
    skip = max(range(len(sniff.cells)), key=lambda row: sum(bool(cell) for cell in sniff.cells[row]))
    heading = sniff.cells[skip]
    lines = [f'dataset = "{dataset}"', f'title = "{sniff.path.stem}"', f"skip = {skip}", "", "[columns]"]
    for column in contract.columns:
        guess = _guess(column.name, heading)
        mark = "" if guess else "# "
        need = "" if column.required else " (may be left out)"
        lines.append(f'{mark}{column.name} = "{guess or "?"}"  # {column.meaning}{need}')
    lines += [
        "",
        "# columns of the file: " + ", ".join(cell for cell in heading if cell),
        "[months]",
        '# month = "%b %Y"  # as in Sep 2026',
        "[constants]",
    ]
    return "\n".join(lines) + "\n"


def _guess(name: str, heading: Sequence[str]) -> str:
    plain = {cell.lower().strip(): cell for cell in heading}
    return next(
        (plain[guess] for guess in GUESSES.get(name, (name.replace("_", " "),)) if guess in plain), ""
    )

"""The examples of a manual page: tables and definitions in fenced blocks, run through the engine."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.contract import Accumulation, Contract, Kind
from opencommissioning.catalogue.period import months_between, parse_month
from opencommissioning.language.codelists import read_codelists
from opencommissioning.language.definitions import World, read_measure
from opencommissioning.measures.grid import Grid, lay_out, layer, practice_series
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import scaled
from opencommissioning.measures.register import Register
from opencommissioning.measures.series import REASONS, Missing, Series
from opencommissioning.measures.summing import sum_afresh
from opencommissioning.sources.registry import contracts
from opencommissioning.warehouse.store import Part

MANUAL = Path(__file__).parent / "measure-language.md"
BLOCK = re.compile(r"```(?:text|toml) (\w+) ?(\w*)\n(.*?)```", re.DOTALL)
ONE_MONTH = "2026-01"


@dataclass
class Example:
    """One example: what is above the result, and the result (or the refusal)."""

    title: str
    tables: dict[str, str] = field(default_factory=dict)
    codelists: dict[str, str] = field(default_factory=dict)
    measure: str = ""
    result: str = ""
    refused: str = ""


def examples() -> list[Example]:
    """Every example of the manual, in order; a measure after a result begins the next."""
    out = []
    for section in MANUAL.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        current = Example(title)
        for kind, name, text in BLOCK.findall(section):
            if kind == "codelist":
                current.codelists[name] = text
            elif kind in ("measure", "result", "refused"):
                setattr(current, kind, text)
            else:
                current.tables[kind] = text
            if kind in ("result", "refused"):
                out.append(current)
                current = Example(f"{title} {len(out)}")
    return out


def rows_of(text: str) -> list[dict[str, str]]:
    """A table whose cells are two spaces or more apart."""
    head, *lines = [re.split(r"\s{2,}", line.strip()) for line in text.strip().splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def run(example: Example, folder: Path, frame) -> Series:
    """The example's series by practice, through the engine; DefinitionError when the definition is refused."""
    known = contracts()
    (folder / "codelists").mkdir()
    for name, text in example.codelists.items():
        (folder / "codelists" / f"{name}.toml").write_text(text, encoding="utf-8")
    codelists = read_codelists([folder / "codelists"])
    path = folder / "measure.toml"
    path.write_text(example.measure, encoding="utf-8")
    measure = read_measure(path, World(known, codelists))
    tables = {name: rows_of(text) for name, text in example.tables.items()}
    register = _register([row for rows in tables.values() for row in rows])
    layers, values, sides = {}, {}, {}
    for name, rows in tables.items():
        wanted = {
            side: scaled(getattr(measure, side), known[name], codelists)
            for side in ("numerator", "denominator")
            if getattr(measure, side).dataset == name
        }
        parts, names = _stored(folder, known[name], rows)
        unique = list({each.key: each for each in wanted.values()}.values())
        sums = sum_afresh(
            parts, names, known[name], unique, codelists, Medicines(), frame, lambda *told: None
        )
        present = {
            part.period: {row["practice"] for row in rows if _month(row) == part.period} for part in parts
        }
        layers[name] = layer(register, known[name], present)
        values |= lay_out(register, layers[name], sums, [each.key for each in unique])
        sides |= wanted
    grid = Grid(register, layers, values, np.full(register.open.shape, np.nan))
    stocks = tuple(
        known[side.dataset].column(side.column).accumulates is Accumulation.STOCK
        for side in (measure.numerator, measure.denominator)
    )
    monthly = practice_series(measure, grid, sides["numerator"], sides["denominator"])
    return monthly.windowed(measure.window, stocks)


def _month(row: dict[str, str]) -> date:
    return parse_month(row.get("month", ONE_MONTH))


def _register(rows: list[dict[str, str]]) -> Register:
    codes = tuple(sorted({row["practice"] for row in rows}))
    months = months_between(min(map(_month, rows)), max(map(_month, rows)))
    return Register(codes, months, {}, {}, np.ones((len(codes), len(months)), bool), {}, {}, {}, True, {})


def _stored(
    folder: Path, contract: Contract, rows: list[dict[str, str]]
) -> tuple[list[Part], dict[date, Part]]:
    """The rows as the store's parts, one a month, and the names of their products."""
    parts, names = [], {}
    for month in sorted({_month(row) for row in rows}):
        mine = [row for row in rows if _month(row) == month]
        path = folder / f"{contract.dataset}-{month}.parquet"
        pl.DataFrame(
            {column.name: [_cell(row, column) for row in mine] for column in contract.columns}
        ).write_parquet(path)
        told = ("the manual", "", path.name, "", datetime(2026, 1, 1))
        parts.append(Part(contract.dataset, month, "", path, str(path), len(mine), *told))
        if "name" in mine[0]:
            listed = folder / f"names-{month}.parquet"
            pl.DataFrame(
                {"bnf_code": [r["bnf_code"] for r in mine], "name": [r["name"] for r in mine]}
            ).write_parquet(listed)
            names[month] = Part("presentations", month, "", listed, str(listed), len(mine), *told)
    return parts, names


def _cell(row: dict[str, str], column):
    text = row.get(column.name, "-" if not column.required else "0")
    if column.kind is Kind.MONTH:
        return _month(row)
    if text == "-":
        return None
    if column.kind is Kind.DECIMAL:
        return Decimal(text).quantize(Decimal(1).scaleb(-column.scale))
    return int(text) if column.kind is Kind.INTEGER else text


def shown(series: Series) -> list[dict[str, str]]:
    """The series as the manual writes results: `-` and the reason where there is no value."""
    out = []
    for row, code in enumerate(series.organisations):
        for column, month in enumerate(series.months):
            there = series.missing[row, column] == Missing.NOTHING
            parts = (series.numerators, series.denominators, series.values)
            cells = [f"{part[row, column]:.6f}".rstrip("0").rstrip(".") if there else "-" for part in parts]
            cells[2] = cells[2] if there else REASONS[series.missing[row, column]]
            out.append(
                {
                    "practice": code,
                    "month": f"{month:%Y-%m}",
                    **dict(zip(("numerator", "denominator", "value"), cells, strict=True)),
                }
            )
    return out

"""The house: a package imports only lower numbers; packages with the same number never import each other."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "opencommissioning"
LAYERS = (
    "errors",
    "catalogue statistics disclosure",
    "sources language",
    "warehouse records synthetic",
    "measures",
    "variation people flow effects finance governance",
    "charts",
    "reports",
    "area",
    "web",
    "cli",
)
ONLY_IN = {"django": {"web"}, "duckdb": {"warehouse", "records"}, "pyspark": {"warehouse", "records"}}
ASKED_BY_PAGES = {"area", "reports", "catalogue", "errors"}


def rank(layers: Sequence[str]) -> dict[str, int]:
    return {package: number for number, layer in enumerate(layers) for package in layer.split()}


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Every dotted name that a file imports, deferred and type-checking imports included. A file that does not parse fails."""
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def breaches(layers: Sequence[str]) -> list[str]:
    ranks, out = rank(layers), []
    for file in sorted(SOURCE.rglob("*.py")):
        here = package_of(file)
        if here == "__init__":
            continue
        for name in imports(file):
            if not name.startswith("opencommissioning."):
                continue
            there = name.split(".")[1]
            if there != here and ranks.get(there, -1) >= ranks[here]:
                out.append(f"{file.relative_to(SOURCE)}: {here} must not import {there}")
    return out


def test_imports_point_downwards():
    assert breaches(LAYERS) == []


def test_the_test_notices_a_swap():
    swapped = [*LAYERS]
    swapped[4], swapped[3] = swapped[3], swapped[4]
    assert any("measures must not import warehouse" in line for line in breaches(swapped))


@pytest.mark.parametrize("library", ONLY_IN)
def test_libraries_stay_in_their_rooms(library):
    files = [
        file for file in SOURCE.rglob("*.py") if any(name.split(".")[0] == library for name in imports(file))
    ]
    assert {package_of(file) for file in files} <= ONLY_IN[library]


def test_pages_and_commands_ask_area_and_reports_only():
    for room in ("web", "cli"):
        for file in (SOURCE / room).rglob("*.py"):
            asked = {name.split(".")[1] for name in imports(file) if name.startswith("opencommissioning.")}
            assert asked <= ASKED_BY_PAGES | {room} | ({"web"} if room == "cli" else set()), file

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


def package_of(file: Path, source: Path = SOURCE) -> str:
    return file.relative_to(source).parts[0].removesuffix(".py")


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


WORKED_CASES = Path(__file__).parent / "real" / "worked_cases"
PROMISED = {  # what options of mapped functions ask for, though no case with them has come yet
    ("funnels", "ratio_limits"),  # calculate_funnel_limits(statistic = "ratio")
    ("funnels", "rate_limits"),  # calculate_funnel_limits(statistic = "rate")
    ("standardisation", "direct_with_repeats"),  # calculate_dsr(independent_events = FALSE)
    ("trends", "proportion_trend"),  # Fingertips' recent trend of a proportion
}
Name = tuple[str, str]  # module of statistics, what it defines


def imported_statistics(tree: ast.Module) -> dict[str, Name]:
    """A file's own name → what of statistics it stands for; of a whole module (name, "")."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "opencommissioning.statistics"
        ):
            module = node.module.split(".")[2:]
            for alias in node.names:
                found[alias.asname or alias.name] = (*module, alias.name) if module else (alias.name, "")
    return found


def mentioned(tree: ast.AST, known: dict[str, Name]) -> Iterator[Name]:
    """What of statistics a piece of code names, by itself or as an attribute of its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, whole = known.get(node.value.id, ("", "-"))
            if not whole:
                yield module, node.attr


def uncalled(source: Path) -> list[str]:
    """Functions and classes of statistics that nothing above it, and none of the worked cases, reaches through whatever calls."""
    defined: dict[Name, ast.stmt] = {}
    within: dict[str, dict[str, Name]] = {}
    for file in (source / "statistics").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        own = {}
        for node in tree.body:
            named = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
            if isinstance(node, ast.Assign | ast.AnnAssign):
                named = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]  # fmt: skip
            own |= {name: (file.stem, name) for name in named}
            defined |= {(file.stem, name): node for name in named}
        within[file.stem] = imported_statistics(tree) | own
    above = [file for file in source.rglob("*.py") if package_of(file, source) != "statistics"]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (*above, *WORKED_CASES.glob("*.py"))]
    asked = [*PROMISED, *(name for tree in trees for name in mentioned(tree, imported_statistics(tree)))]
    reached: set[Name] = set()
    while asked:
        name = asked.pop()
        if name in defined and name not in reached:
            reached.add(name)
            asked += mentioned(defined[name], within[name[0]])
    rest = [
        name for name, node in defined.items() if name not in reached and not isinstance(node, ast.Assign)
    ]
    return sorted(".".join(name) for name in rest)


def test_every_statistic_has_a_caller():
    """Above statistics, or in the table of other packages' functions that `tests/real/test_worked_cases.py` runs: not in unit tests alone."""
    assert uncalled(SOURCE) == []


def test_the_test_notices_what_nobody_calls(tmp_path):
    for name, text in {
        "statistics/means.py": "def mean(x):\n    return _sum(x)\n\ndef _sum(x):\n    return x\n\ndef median(x):\n    return _half(x)\n\ndef _half(x):\n    return x\n",
        "statistics/more.py": "from opencommissioning.statistics.means import median\n\ndef both(x):\n    return median(x)\n",
        "measures.py": "from opencommissioning.statistics import means\n\nmeans.mean(1)\n",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert uncalled(tmp_path) == ["means._half", "means.median", "more.both"]

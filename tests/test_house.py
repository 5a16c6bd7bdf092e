"""House rules that a machine can check: docstrings, no path of a machine, no registry's host."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "opencommissioning"
FORBIDDEN = re.compile(
    "|".join(
        [
            "/" + "work/",
            "/" + "farm/",
            "/tmp/" + "bash_jobs",
            r"\.li" + "brary/",
            "pypi" + r"\.org",
            "registry" + r"\.npmjs",
        ]
    )
)
TEXT = {".py", ".md", ".toml", ".txt", ".csv", ".jinja", ".html", ".css", ".js", ".typ", "", ".yaml", ".json"}


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [
        ROOT / name for name in listed if name and (ROOT / name).is_file() and (ROOT / name).suffix in TEXT
    ]


def test_no_path_of_a_machine_and_no_registry_is_named():
    found = [
        str(path.relative_to(ROOT))
        for path in committed()
        if FORBIDDEN.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def public_functions(file: Path):
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
        for each in members:
            if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                yield each


def test_public_functions_say_what_they_do():
    silent = [
        f"{file.relative_to(SOURCE)}:{function.name}"
        for file in SOURCE.rglob("*.py")
        if not {"web", "migrations"} & set(file.parts)
        for function in public_functions(file)
        if ast.get_docstring(function) is None
    ]
    assert silent == []


def test_house_numbers_are_printed(record_property, capsys):
    """Information, not a limit: nobody splits a clear function to meet a number."""
    files = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    lines = [text.count("\n") for text in files]
    functions = [
        node.end_lineno - node.lineno + 1
        for text in files
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    ]
    with capsys.disabled():
        print(
            f"\nhouse: {len(files)} files, {sum(lines)} lines; file median {statistics.median(lines):.0f}, longest {max(lines)}; "
            f"function median {statistics.median(functions):.0f}, longest {max(functions)}"
        )
    assert max(lines) <= 400

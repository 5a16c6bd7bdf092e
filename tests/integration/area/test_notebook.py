"""What the guide and the README say of notebooks is true: each line runs, and what is called a frame is one."""

import ast
import re
import textwrap
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[3]
CHANGING = ("area.load(", "area.build(")
PAGES = ("README.md", "docs/how-to/notebook.md")


def lines() -> list[str]:
    """The questions to an area in both texts."""
    blocks = [
        code
        for page in PAGES
        for code in re.findall(
            r"(?:^    .*\n)+|(?<=```python\n)[^`]+", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE
        )
        if "area = Area.open" in code
    ]
    statements = [each for code in blocks for each in ast.parse(textwrap.dedent(code)).body]
    asked = [ast.unparse(each) for each in statements if isinstance(each, ast.Expr)]
    return sorted({each for each in asked if not each.startswith(CHANGING)})


def test_the_texts_have_questions():
    assert len(lines()) >= 8


@pytest.mark.parametrize("line", lines())
def test_a_line_runs(invented, line):
    told = eval(line.replace("B85010", "X81010"), {"area": invented})  # our own documentation
    assert isinstance(told, (pl.DataFrame, tuple))
    assert len(told) > 0

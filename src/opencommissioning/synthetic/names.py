"""Names of BNF levels and chemical substances, for the columns and files that carry them."""

from functools import cache
from importlib.resources import files

import polars as pl


@cache
def level_names() -> dict[str, str]:
    """Code of a chapter, section, paragraph or sub-paragraph → name, as far as the shipped list goes."""
    path = files("opencommissioning") / "definitions" / "synthetic" / "bnf_names.csv"
    return dict(pl.read_csv(path.read_bytes(), infer_schema=False).iter_rows())


def level_name(code: str) -> str:
    """The name of a level, or of the nearest level above it that has one."""
    names = level_names()
    return next(names[code[:n]] for n in range(len(code), 1, -1) if code[:n] in names)


def chapter(code: str) -> str:
    """`05: Infections`."""
    return f"{code[:2]}: {level_names()[code[:2]]}"


def chemical_code(code: str) -> str:
    """Nine characters for drugs, four for appliances and dressings."""
    return code[:9] if len(code) == 15 else code[:4]


def chemical_names(frame: pl.DataFrame) -> dict[str, str]:
    """Chemical code → one name: the first words of its generic (or first) presentation; the section's for appliances."""
    found: dict[str, str] = {}
    generic_first = frame.sort(pl.col("bnf_code").str.slice(9, 2) != "AA", maintain_order=True)
    for code, name in generic_first.select("bnf_code", "name").iter_rows():
        chemical = chemical_code(code)
        found.setdefault(chemical, words_before_strength(name) if len(code) == 15 else level_name(chemical))
    return found


def words_before_strength(name: str) -> str:
    """The words of a presentation before the first that holds a digit."""
    words = name.removeprefix("Synthbrand ").split()
    stop = next((i for i, word in enumerate(words) if i and any(c.isdigit() for c in word)), len(words))
    return " ".join(words[:stop])

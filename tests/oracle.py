"""What a definition means, spelt out slowly: one row after the other, over the raw tables of the TOML file.

It shares nothing with the product but what a product's name tells (catalogue/presentation.py has tests of its own).
"""

import re
from decimal import Decimal


def matches(code: str, pattern: str) -> bool:
    """A full-length BNF code is itself, a shorter one a prefix, `%` stands for anything; an age and sex (`F25_29`) is itself."""
    if not pattern[0].isdigit():
        return code == pattern if "_" in pattern else code.startswith(pattern)
    if "%" in pattern:
        return bool(re.fullmatch(".*".join(re.escape(part) for part in pattern.split("%")), code))
    whole = 11 if pattern[:2] >= "20" else 15
    return code == pattern if len(pattern) == whole else code.startswith(pattern)


def factor(code: str, name: str, codelist: dict, codelists: dict) -> Decimal | None:
    """The factor of the longest entry that matches; None when the list does not hold the code."""
    if any(matches(code, pattern) for pattern in codelist.get("except", ())):
        return None
    words = codelist.get("names_with", ())
    if words and not any(word.lower() in name.lower() for word in words):
        return None
    if any(word.lower() in name.lower() for word in codelist.get("names_without", ())):
        return None
    entries = dict.fromkeys(codelist.get("under", ()), "1") | codelist.get("weights", {})
    best = None
    for pattern, weight in entries.items():
        if matches(code, pattern) and (
            best is None or len(pattern.replace("%", "")) > len(best[0].replace("%", ""))
        ):
            best = (pattern, Decimal(weight))
    if best:
        return best[1]
    for other in codelist.get("includes", ()):
        found = factor(code, name, codelists[other], codelists)
        if found is not None:
            return found
    return None


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def same(value, wanted: str) -> bool:
    return value == wanted if isinstance(value, str) else value == Decimal(wanted)


def passes(row: dict, column: str, test, codelists: dict) -> bool:
    value = row[column]
    if value is None:
        return False
    for kind, wanted in test.items() if isinstance(test, dict) else [("any_of", test)]:
        if kind == "any_of":
            good = any(same(value, each) for each in as_list(wanted))
        elif kind == "none_of":
            good = not any(same(value, each) for each in as_list(wanted))
        elif kind == "under":
            good = any(matches(value, pattern) for pattern in as_list(wanted))
        elif kind == "except":
            good = not any(matches(value, pattern) for pattern in as_list(wanted))
        elif kind == "codelist":
            good = any(
                factor(value, row["name"], codelists[each], codelists) is not None for each in as_list(wanted)
            )
        elif kind == "contains":
            good = any(word.lower() in value.lower() for word in as_list(wanted))
        elif kind == "lacks":
            good = not any(word.lower() in value.lower() for word in as_list(wanted))
        elif kind == "at_least":
            good = value >= Decimal(wanted)
        else:
            good = value <= Decimal(wanted)
        if not good:
            return False
    return True


def coded(row: dict) -> str:
    """The row's code: of a product, or of an age and sex."""
    return row["bnf_code"] if "bnf_code" in row else row["age_sex"]


def side(rows: list[dict], definition: dict, name: str, codelists: dict) -> dict[str, Decimal]:
    """organisation → sum of one side of a definition, for organisations with a row that counts."""
    table = definition[name]
    whole = table if "sum" in table else definition["denominator"]
    column = whole["sum"].split(".")[1]
    weights = codelists[whole["times"]] if "times" in whole else None
    tests = [*whole.get("where", {}).items()]
    if whole is not table:
        tests += table.get("where", {}).items()
    out: dict[str, Decimal] = {}
    for row in rows:
        if not all(passes(row, key, test, codelists) for key, test in tests):
            continue
        weight = factor(coded(row), row.get("name", ""), weights, codelists) if weights else Decimal(1)
        if weight:
            out[row["practice"]] = out.get(row["practice"], Decimal(0)) + row[column] * weight
    return out

"""Reference files: BNF hierarchy, yearly code changes, average daily quantities, BNF–SNOMED map."""

from pathlib import Path

import polars as pl

from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.names import chemical_code, chemical_names, level_name
from opencommissioning.synthetic.products import ADQ_MG
from opencommissioning.synthetic.truths import REPLACEMENT, RETIRED, code_change_month

LEVELS = ["Chapter", "Section", "Paragraph", "Subparagraph", "Chemical Substance", "Product", "Presentation"]
HIERARCHY_COLUMNS = [f"BNF {level}{part}" for level in LEVELS for part in ("", " Code")]
CHANGE_COLUMNS = ["Year", "Old BNF Code", "Old BNF Name", "New BNF Code", "New BNF Name"]
SNOMED_MAP_COLUMNS = [
    "Presentation / Pack Level", "VMP / VMPP/ AMP / AMPP", "BNF Code", "BNF Name", "SNOMED Code", "DM+D: Product Description",
    "Strength", "Unit Of Measure", "DM+D: Product and Pack Description", "Pack", "Sub-pack", "VTM", "VTM Name",
]  # fmt: skip


def write_hierarchy(made: Economy, folder: Path) -> Path:
    """`bnf_code_information_current_year.csv`: seven levels, each a name and a code; present codes only."""
    names = chemical_names(made.products.frame)
    gone = code_change_month(list(made.months)) is not None
    pairs = made.products.frame.select("bnf_code", "name").iter_rows()
    rows = [
        hierarchy_row(REPLACEMENT if gone and code == RETIRED else code, name, names) for code, name in pairs
    ]
    path = folder / "bnf_code_information_current_year.csv"
    pl.DataFrame(rows, schema=HIERARCHY_COLUMNS, orient="row").sort("BNF Presentation Code").write_csv(path)
    return path


def hierarchy_row(code: str, name: str, names: dict[str, str]) -> list[str]:
    """Name and code of every level of one presentation; appliances have dummy levels below the section."""
    if len(code) == 11:
        dummy = [
            ("DUMMY PARAGRAPH", code[:6]),
            ("DUMMY SUB-PARAGRAPH", code[:6] + "0"),
            ("DUMMY CHEMICAL SUBSTANCE", code[:6] + "000"),
            ("DUMMY PRODUCT", code[:6] + "000BB"),
        ]
        levels = [
            (level_name(code[:2]), code[:2]),
            (level_name(code[:4]), code[:4]),
            *((f"{n} {c}", c) for n, c in dummy),
        ]
    else:
        levels = [(level_name(code[:n]), code[:n]) for n in (2, 4, 6, 7)] + [
            (names[chemical_code(code)], code[:9]),
            (names[code[:9]], code[:11]),
        ]
    return [word for pair in [*levels, (name, code)] for word in pair]


def write_code_changes(made: Economy, folder: Path) -> Path | None:
    """`bnf_code_changes.csv`: year of January, old and new code and name; one row a planted change. None, and no file, without any."""
    rows = []
    for truth in made.truths:
        if truth.kind == "code_change":
            old, new = truth.bnf_prefixes
            name = made.products.frame.filter(bnf_code=old)["name"].to_list() or [""]
            rows.append([str(truth.month.year), old, name[0], new, name[0]])
    if not rows:
        return None
    path = folder / "bnf_code_changes.csv"
    pl.DataFrame(rows, schema=dict.fromkeys(CHANGE_COLUMNS, pl.String), orient="row").write_csv(path)
    return path


def write_adq(made: Economy, folder: Path) -> Path:
    """`bnf_adq.csv`: value and unit (padded to ten characters), `N/A` where there is none."""
    codes, names = made.products.frame["bnf_code"], made.products.frame["name"]
    value = [ADQ_MG.get(code[:9]) for code in codes]
    frame = pl.DataFrame({
        "BNF Code": codes, "BNF Name": names,
        "ADQ Value": [f"{v:g}" if v else "N/A" for v in value],
        "ADQ Unit": ["MG".ljust(10) if v else "N/A" for v in value],
    })  # fmt: skip
    path = folder / "bnf_adq.csv"
    frame.write_csv(path)
    return path


def write_snomed_map(made: Economy, folder: Path) -> Path:
    """`bnf_snomed_mapping.csv`: one presentation row for each product."""
    frame = made.products.frame.select("bnf_code", "name", "snomed")
    generic = pl.col("bnf_code").str.slice(9, 2) == "AA"
    rows = frame.select(
        pl.lit("Presentation").alias(SNOMED_MAP_COLUMNS[0]),
        pl.when(generic).then(pl.lit("VMP")).otherwise(pl.lit("AMP")).alias(SNOMED_MAP_COLUMNS[1]),
        pl.col("bnf_code").alias("BNF Code"), pl.col("name").alias("BNF Name"), pl.col("snomed").alias("SNOMED Code"),
        pl.col("name").alias("DM+D: Product Description"), *[pl.lit("").alias(c) for c in SNOMED_MAP_COLUMNS[6:]],
    )  # fmt: skip
    path = folder / "bnf_snomed_mapping.csv"
    rows.write_csv(path)
    return path

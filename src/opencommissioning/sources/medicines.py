"""Reference files of medicines: BNF names and yearly code changes, average daily quantities, strengths, tariff, concessions, BNF–SNOMED map."""

import re
from decimal import Decimal
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.period import MONTH_NAMES, parse_month
from opencommissioning.catalogue.source import Csv, Era, Projection, Source, Table
from opencommissioning.sources.named import month_in_name
from opencommissioning.sources.words import NHSBSA, OGL, number, text, year_month
from opencommissioning.sources.workbooks import sheet, sheet_rows

BNF_CODE = Column(
    "bnf_code", Kind.CODE, "BNF code", pattern=r"[0-9]{2}[0-9A-Z]{2,13}", example="0501080W0AAAEAE"
)

BNF = Contract(
    dataset="bnf",
    title="BNF names",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="year",
    key=("code",),
    sort=("code",),
    parts="snapshot",
    unlocks="names of chapters, sections and substances",
    columns=(
        Column("code", Kind.CODE, "BNF code of any level", example="0501"),
        Column("name", Kind.TEXT, "name", example="Antibacterial Drugs"),
        Column("level", Kind.CODE, "chapter … presentation", example="section"),
    ),
)
BNF_LEVELS = (
    "Chapter",
    "Section",
    "Paragraph",
    "Subparagraph",
    "Chemical Substance",
    "Product",
    "Presentation",
)


def bnf_names(path: Path) -> pl.DataFrame:
    """The seven (name, code) pairs of each row as rows of code, name, level; padding and the `@gn` mark taken off."""
    wide = sheet(path, encoding="latin-1")
    frames = [
        wide.select(
            pl.col(f"BNF {level} Code").str.strip_chars().alias("code"),
            pl.col(f"BNF {level}").str.replace(r"\s*@gn\s*$", "").str.strip_chars().alias("name"),
            pl.lit(level.lower().replace(" ", "_")).alias("level"),
        )
        for level in BNF_LEVELS
    ]
    return pl.concat(frames).drop_nulls().unique(subset=["code"], keep="first", maintain_order=True)


BNF_SOURCE = Source(
    "bnf",
    "BNF code information",
    NHSBSA,
    OGL,
    "NHSBSA open data portal: BNF code information (current year)",
    (
        Era(
            "seven levels, name and code",
            lambda sniff: sniff.has(
                "BNF Chapter", "BNF Chapter Code", "BNF Presentation", "BNF Presentation Code"
            ),
            Table(bnf_names),
            (Projection(BNF, {name: text(name) for name in ("code", "name", "level")}),),
        ),
    ),
    traps=("names carry padding and a @gn mark",),
)

BNF_CHANGES = Contract(
    dataset="bnf_changes",
    title="Yearly changes of BNF codes",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="year",
    sort=("year", "old"),
    parts="collection",
    unlocks="products counted on when their code changes each January",
    columns=(
        Column("year", Kind.INTEGER, "from January of this year", example="2026"),
        Column("old", Kind.CODE, "retired code", example="0407010H0AAAQAQ"),
        Column("new", Kind.CODE, "code from then on", example="0407010H0AAZQZQ"),
    ),
)
BNF_CHANGES_SOURCE = Source(
    "bnf_changes",
    "BNF code changes",
    NHSBSA,
    OGL,
    "NHSBSA open data portal: BNF code changes, each January",
    (
        Era(
            "Year, Old BNF Code, New BNF Code",
            lambda sniff: sniff.has("Year", "Old BNF Code", "New BNF Code"),
            Csv(),
            (
                Projection(
                    BNF_CHANGES,
                    {"year": number("Year"), "old": text("Old BNF Code"), "new": text("New BNF Code")},
                ),
            ),
        ),
    ),
    traps=("chains and circles occur: chains are followed, circles left alone",),
)

ADQ = Contract(
    dataset="adq",
    title="Average daily quantities",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="year",
    code="bnf_code",
    key=("bnf_code",),
    sort=("bnf_code",),
    parts="snapshot",
    unlocks="measures in average daily quantities",
    columns=(
        BNF_CODE,
        Column("adq", Kind.DECIMAL, "quantity of one day", scale=5, minimum=Decimal(0), example="20"),
        Column("unit", Kind.TEXT, "unit", required=False),
    ),
)
ADQ_SOURCE = Source(
    "adq",
    "Average daily quantities",
    NHSBSA,
    OGL,
    "NHSBSA: prescribing measures, ADQ list",
    (
        Era(
            "BNF Code, ADQ Value, ADQ Unit",
            lambda sniff: sniff.has("BNF Code", "ADQ Value", "ADQ Unit"),
            Csv(),
            (
                Projection(
                    ADQ,
                    {"bnf_code": text("BNF Code"), "adq": number("ADQ Value"), "unit": text("ADQ Unit")},
                    keep=f"{text('ADQ Value')} <> 'N/A'",
                ),
            ),
        ),
    ),
    traps=("most products say N/A: they have no ADQ, which is not 0",),
)

TARIFF = Contract(
    dataset="tariff",
    title="Drug Tariff, Part VIIIA",
    publisher=NHSBSA,
    licence=OGL,
    level="none",
    every="month",
    sort=("name", "pack_size"),
    unlocks="ghost-branded generics; cost of price concessions; discounts by category",
    columns=(
        Column("month", Kind.MONTH, "tariff month", example="2026-09-01"),
        Column("name", Kind.TEXT, "medicine", example="Esomeprazole 20mg gastro-resistant tablets"),
        Column("bnf_code", Kind.CODE, "BNF code, where the file has one", required=False),
        Column("vmpp", Kind.CODE, "SNOMED code of the pack", required=False),
        Column("category", Kind.TEXT, "tariff category", example="M"),
        Column("pack_size", Kind.DECIMAL, "pack size", required=False, scale=3),
        Column("price_pence", Kind.INTEGER, "basic price", "pence", required=False),
    ),
)
_CATEGORY = f"regexp_replace({text('Drug Tariff Category')}, '^Part VIIIA Category ', '')"


def part_viiia(path: Path) -> pl.DataFrame:
    """Part VIIIA with its month, which stands in the second title line (`…, September 2026`)."""
    title = [" ".join(row) for row in sheet_rows(path)[:2]]
    frame = sheet(path, skip=2, encoding="latin-1")
    return frame.with_columns(pl.lit(_month_of(" ".join(title), path)).alias("month"))


def _month_of(title: str, path: Path) -> str:
    match = re.search(rf"({'|'.join(MONTH_NAMES)}) (20\d\d)", title.lower())
    return (parse_month(match[0]) if match else month_in_name(path)).isoformat()


TARIFF_SOURCE = Source(
    "tariff",
    "Drug Tariff Part VIIIA",
    NHSBSA,
    OGL,
    "NHSBSA: Drug Tariff, Part VIIIA as CSV, each month",
    (
        Era(
            "Part VIIIA, two title lines",
            lambda sniff: (
                len(sniff.cells) > 2
                and {"Medicine", "Pack size", "Drug Tariff Category", "Basic Price"} <= set(sniff.cells[2])
            ),
            Table(part_viiia),
            (
                Projection(
                    TARIFF,
                    {
                        "month": text("month"),
                        "name": text("Medicine"),
                        "bnf_code": "NULL",
                        "vmpp": text("VMPP Snomed Code"),
                        "category": _CATEGORY,
                        "pack_size": number("Pack size"),
                        "price_pence": number("Basic Price"),
                    },
                ),
            ),
        ),
        Era(
            "categories without prices (name, BNF code, category, date)",
            lambda sniff: (
                len(sniff.heading) == 4
                and sniff.heading[2] in ("A", "C", "M")
                and len(sniff.heading[1]) == 15
            ),
            Csv(names=("name", "bnf_code", "category", "date")),
            (
                Projection(
                    TARIFF,
                    {
                        "month": f"try_cast(date_trunc('month', try_cast({text('date')} AS DATE)) AS DATE)",
                        "name": text("name"),
                        "bnf_code": text("bnf_code"),
                        "category": text("category"),
                    },
                ),
            ),
        ),
    ),
)

CONCESSIONS = Contract(
    dataset="concessions",
    title="Price concessions",
    publisher="Community Pharmacy England",
    licence="facts, re-typed by the user",
    level="none",
    every="month",
    sort=("month", "name"),
    parts="collection",
    unlocks="cost of price concessions",
    columns=(
        Column("month", Kind.MONTH, "month of the concession", example="2026-03-01"),
        Column("name", Kind.TEXT, "medicine", example="Rivaroxaban 20mg tablets"),
        Column("pack_size", Kind.DECIMAL, "pack size", scale=3, example="28"),
        Column("price", Kind.DECIMAL, "price of the pack", "£", scale=2, example="6.55"),
        Column("vmpp", Kind.CODE, "SNOMED code of the pack", required=False),
    ),
)
CONCESSION_SOURCE = Source(
    "concessions",
    "Price concessions",
    CONCESSIONS.publisher,
    CONCESSIONS.licence,
    "Community Pharmacy England: archive of price concessions, as CSV with Month, Drug, Pack size, Price concession",
    (
        Era(
            "Month, Drug, Pack size, Price concession",
            lambda sniff: sniff.has("Month", "Drug", "Pack size", "Price concession"),
            Csv(),
            (
                Projection(
                    CONCESSIONS,
                    {
                        "month": year_month("Month"),
                        "name": text("Drug"),
                        "pack_size": number("Pack size"),
                        "price": f"replace({text('Price concession')}, '£', '')",
                        "vmpp": text("VMPP Snomed Code"),
                    },
                ),
            ),
        ),
    ),
)

DMD = Contract(
    dataset="dmd",
    title="BNF and SNOMED codes side by side (dm+d)",
    publisher=NHSBSA,
    licence="TRUD or NHSBSA terms: loaded by the user, never shipped",
    level="none",
    every="month",
    sort=("bnf_code",),
    parts="snapshot",
    unlocks="products by dm+d",
    columns=(
        Column("snomed", Kind.CODE, "SNOMED code", pattern=r"[0-9]{6,18}", example="323509004"),
        BNF_CODE,
        Column("name", Kind.TEXT, "name of the product", required=False),
        Column("kind", Kind.CODE, "VMP, AMP, VMPP or AMPP", required=False),
        Column("vtm", Kind.TEXT, "therapeutic moiety", required=False),
    ),
)
_DMD_COLUMNS = {
    "snomed": f"replace({text('SNOMED Code')}, '''', '')",
    "bnf_code": f"replace({text('BNF Code')}, '''', '')",
    "name": text("DM+D: Product Description"),
    "kind": text("VMP / VMPP/ AMP / AMPP"),
    "vtm": text("VTM Name"),
}
DMD_SOURCE = Source(
    "dmd",
    "BNF–SNOMED mapping",
    NHSBSA,
    DMD.licence,
    "NHSBSA: BNF–SNOMED mapping, as spreadsheet or CSV, zipped or not",
    (
        Era(
            "BNF–SNOMED mapping",
            lambda sniff: sniff.has("BNF Code", "SNOMED Code", "VMP / VMPP/ AMP / AMPP"),
            Csv(encoding="utf-8"),
            (Projection(DMD, _DMD_COLUMNS, keep=f"{text('BNF Code')} IS NOT NULL"),),
        ),
    ),
    traps=(
        "SNOMED codes have 18 digits: a spreadsheet that opens them as numbers destroys the last three",
        "older releases write an apostrophe before each code, so that spreadsheets leave it alone",
    ),
)
SOURCES = (BNF_SOURCE, BNF_CHANGES_SOURCE, ADQ_SOURCE, TARIFF_SOURCE, CONCESSION_SOURCE, DMD_SOURCE)

"""A small source of our own, so that the warehouse is tested apart from the publishers' layouts."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from opencommissioning.catalogue.contract import Accumulation, Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Sniff, Source

HEADING = "MONTH,PRACTICE,CODE,ITEMS,COST,SNOMED,NAME"
ROWS = (
    "2017-09,A1,0101,3,1.50001,123456789,First",
    "2017-09,A1,0102,4,2.5,,Second",
    "2017-09,B2,0101,5,,,First",
)


def contract(**changes: object) -> Contract:
    """Facts by month, practice and code; `changes` replace fields."""
    month = Column("month", Kind.MONTH, "month")
    practice = Column("practice", Kind.CODE, "practice code", pattern="[A-Z][0-9]+", example="A1")
    code = Column("code", Kind.CODE, "product code", pattern="[0-9]{4}", example="0101")
    items = Column(
        "items", Kind.INTEGER, "items", "items", Accumulation.FLOW, minimum=Decimal(0), maximum=Decimal(1000)
    )
    cost = Column(
        "cost", Kind.DECIMAL, "cost", "£", Accumulation.FLOW, required=False, scale=5, minimum=Decimal(0)
    )
    snomed = Column("snomed", Kind.CODE, "SNOMED code", required=False)
    fields: dict = {
        "dataset": "facts",
        "title": "Facts",
        "publisher": "us",
        "licence": "none",
        "level": "practice",
        "every": "month",
    }
    fields |= {
        "columns": (month, practice, code, items, cost, snomed),
        "organisation": "practice",
        "code": "code",
    }
    return Contract(**fields | {"sort": ("code", "practice")} | changes)


def names() -> Contract:
    """A dimension of the same files."""
    columns = (
        Column("month", Kind.MONTH, "month"),
        Column("code", Kind.CODE, "code"),
        Column("name", Kind.TEXT, "name", required=False),
    )
    fields: dict = {
        "dataset": "names",
        "title": "Names",
        "publisher": "us",
        "licence": "none",
        "level": "none",
        "every": "month",
    }
    return Contract(**fields, columns=columns, key=("month", "code"), sort=("code",))


def text(column: str) -> str:
    return f"nullif(trim({column}), '')"


COLUMNS = {
    "month": f"try_cast({text('MONTH')} || '-01' AS DATE)",
    "practice": text("PRACTICE"),
    "code": text("CODE"),
}
COLUMNS |= {"items": text("ITEMS"), "cost": text("COST"), "snomed": text("SNOMED")}
DAMAGED = "SNOMED code is whole"


def source(
    facts: Contract | None = None,
    keep: str = "",
    columns: Mapping[str, str] = COLUMNS,
    reader: Csv | None = None,
) -> Source:
    """The source of the test files."""
    checks = {DAMAGED: f"{text('SNOMED')} IS NULL OR regexp_full_match({text('SNOMED')}, '[0-9]{{6,18}}')"}
    month = {name: sql for name, sql in columns.items() if name == "month"}
    projections = (
        Projection(facts or contract(), columns, keep=keep, checks=checks),
        Projection(names(), month | {"code": text("CODE"), "name": text("NAME")}, distinct=True),
    )
    era = Era("the one layout", lambda sniff: True, reader or Csv(), projections)
    return Source("tests", "Test files", "us", "none", "here", (era,))


def sniffed(path: Path) -> Sniff:
    """The first rows as the recogniser would hand them over (plain files)."""
    plain = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    lines = plain.splitlines()[:15] if path.suffix == ".csv" else HEADING.splitlines()
    return Sniff(path, tuple(tuple(cell.strip() for cell in line.split(",")) for line in lines))

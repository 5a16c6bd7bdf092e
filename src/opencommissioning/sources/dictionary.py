"""The data dictionary: every source and every dataset in Markdown, from their contracts and eras alone."""

from collections.abc import Iterable

from opencommissioning.catalogue.contract import Column, Contract
from opencommissioning.catalogue.source import Source
from opencommissioning.sources.specimens import specimen

STORED = {
    "month": "one part a month; a month that is loaded is only replaced when asked",
    "snapshot": "one part a file; the latest counts",
    "collection": "one part a file; all count",
}
SHOWN = 3  # rows of a specimen


def dataset_page(contract: Contract) -> str:
    """A dataset as Markdown: what it is, how it is kept, its columns."""
    facts = [
        ("Publisher", contract.publisher),
        ("Licence", contract.licence),
        ("Level", contract.level),
        ("Published", f"every {contract.every}" if contract.every != "once" else "once"),
        ("Stored", STORED[contract.parts]),
        ("Unique together", ", ".join(contract.key) or "repeated rows are lawful"),
        ("Unlocks", contract.unlocks),
    ]
    if contract.carry:
        facts.append(("Carried", f"stands in for up to {contract.carry} later months without data"))
    head = [f"### {contract.dataset}: {contract.title}", ""]
    told = [f"- **{name}**: {value}" for name, value in facts if value]
    rows = [_row(column) for column in contract.columns]
    table = ["| Column | Kind | Meaning | Unit | Rules | Example |", "|---|---|---|---|---|---|", *rows]
    return "\n".join([*head, *told, "", *table]) + "\n"


def source_page(source: Source) -> str:
    """A source as Markdown: where it is found, its traps, its layouts with a specimen of each."""
    head = [f"## {source.title}", "", f"{source.publisher}; {source.licence}. {source.found_at}.", ""]
    traps = ["Traps:", "", *(f"- {trap}" for trap in source.traps), ""] if source.traps else []
    eras = []
    for era in source.eras:
        datasets = ", ".join(projection.contract.dataset for projection in era.projections)
        rows = [",".join(cell.strip() for cell in row) for row in specimen(era)[:SHOWN]]
        eras += [f"**{era.name}** → {datasets}", "", "```csv", *rows, "```", ""]
    return "\n".join([*head, *traps, *eras])


def dictionary(sources: Iterable[Source], contracts: Iterable[Contract]) -> str:
    """The whole data dictionary as one Markdown page."""
    pages = ["# Data dictionary", "", *(source_page(source) for source in sources), "## Datasets", ""]
    return "\n".join([*pages, *(dataset_page(contract) for contract in contracts)])


def _row(column: Column) -> str:
    cells = (column.name, _kind(column), column.meaning, column.unit, _rules(column), column.example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind(column: Column) -> str:
    places = f", {column.scale} places" if column.scale else ""
    return f"{column.kind}{places}{f', {column.accumulates}' if column.accumulates else ''}"


def _rules(column: Column) -> str:
    rules = ["required" if column.required else "may be missing"]
    rules += [f"≥ {column.minimum}"] if column.minimum is not None else []
    rules += [f"≤ {column.maximum:,}"] if column.maximum is not None else []
    rules += [f"`{column.pattern}`"] if column.pattern else []
    return ", ".join(rules)

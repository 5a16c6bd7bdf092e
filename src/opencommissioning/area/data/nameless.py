"""Rows of prescribing whose product the month's list of names lacks: told when files are loaded, and as long as they stand so.

Names come along with EPD and PDPI. A list that came from another file (an own table, another edition) may be of other codes.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from opencommissioning.catalogue.period import spoken
from opencommissioning.measures.naming import nameless
from opencommissioning.warehouse.report import LoadReport
from opencommissioning.warehouse.store import Part, Store

FACTS, NAMES = "prescribing", "presentations"
EXAMPLES = 3


def nameless_sentences(store: Store, months: Collection[date] | None = None) -> list[str]:
    """A sentence for each month (of those asked, or all) whose rows have products that its list of names lacks."""
    lists = {part.period: part for part in store.parts(NAMES) if months is None or part.period in months}
    found = (
        (part, lists[part.period], nameless(part, lists[part.period]))
        for part in store.parts(FACTS)
        if part.period in lists
    )
    return [_sentence(part, names, codes) for part, names, codes in found if codes]


def _sentence(part: Part, names: Part, codes: list[str]) -> str:
    named = ", ".join(codes[:EXAMPLES]) + (" …" if len(codes) > EXAMPLES else "")
    are = "product of" if len(codes) == 1 else "products of"
    return (
        f"{spoken(part.period)}: {len(codes):,} {are} {part.file} ({named}) {'has' if len(codes) == 1 else 'have'} no name in {names.file}. They are counted by their BNF code; "
        "what asks for a name, form, route or strength leaves them out. Load a list of names with the same codes"
    )


def with_nameless(store: Store, report: LoadReport) -> LoadReport:
    """A loading's report with what its month's list of names lacks, where rows or names were loaded."""
    months = {each.part.period for each in report.loaded if each.part.dataset in (FACTS, NAMES)}
    told = nameless_sentences(store, months) if months else []
    return replace(report, warnings=(*report.warnings, *told)) if told else report

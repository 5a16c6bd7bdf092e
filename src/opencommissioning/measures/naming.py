"""Which products a month's rows have, and what they are called.

Names come along with the rows, or from another file of the same month. Such a list may lack codes of the rows: they are counted by their
code alone, never left out.
"""

import polars as pl

from opencommissioning.warehouse.places import codes_in
from opencommissioning.warehouse.store import Part

CODE = "bnf_code"


def names_of(part: Part, names: Part | None) -> dict[str, str]:
    """Published code → name ("" where nobody names it) of every product of a part's rows, by code; `names` is the month's list."""
    listed = _listed(names) if names else {}
    if names and names.file_checksum == part.file_checksum:
        return listed
    return dict(sorted((dict.fromkeys(_codes(part), "") | listed).items()))


def nameless(part: Part, names: Part | None) -> list[str]:
    """Codes of a part's rows that a list of names from another file lacks; none where there is no list or it came with the rows."""
    if names is None or names.file_checksum == part.file_checksum:
        return []
    return sorted(set(_codes(part)) - set(_listed(names)))


def _listed(names: Part) -> dict[str, str]:
    rows = pl.read_parquet(names.path, columns=[CODE, "name"]).sort(CODE)
    return {code: name or "" for code, name in rows.iter_rows()}


def _codes(part: Part) -> list[str]:
    return codes_in(part.path, CODE)

"""Files of lists, a person a row, as text columns under our names; and what a file leaves to whoever loads it: whose list, and of which day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.source import Era, Sniff, Table
from opencommissioning.errors import FileRefused
from opencommissioning.sources import list_records
from opencommissioning.sources.list_records import columns_of, specialty_code
from opencommissioning.sources.workbooks import sheet

WHO = {
    "person": ("person", "nhs number", "pseudonym", "patient", "token person id"),
    "pathway": ("pathway", "pathway id", "patient pathway identifier"),
    "list": ("list", "service", "clinic"),
    "day": ("census", "census date", "taken on", "day of the list"),
    "practice": ("practice", "practice code", "gp practice", "gp practice code"),
    "provider": ("provider", "provider code", "trust"),
    "commissioner": ("commissioner", "commissioner code", "sub icb", "sub icb location"),
}
SPECIALTY = {"specialty": list_records.WAITING["specialty"]}
WAITING = WHO | dict(list_records.WAITING)
FOLLOW_UP = WHO | SPECIALTY | dict(list_records.FOLLOW_UPS)
NEEDED = (("referred", "removed"), ("due", "seen"))
SIDES = ("practice", "provider", "commissioner")
CODES = {  # how codes of the NHS look; a code of Q and two characters is an ICB, whose people its locations hold
    "practice": re.compile(r"[A-Z]\d{5}"),
    "provider": re.compile(r"(?!Q)[A-Z][A-Z0-9]{2}"),
    "commissioner": re.compile(r"\d[A-Z0-9]{2}|[A-Z]\d[A-Z]\d[A-Z]"),
}


@dataclass(frozen=True)
class Taken:
    """What a list does not say itself: the code of the organisation whose people they are, and the day on which it was taken."""

    organisation: str = ""
    on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.organisation or self.on)


NOTHING_TOLD = Taken()


def is_list(sniff: Sniff, contract: Mapping[str, Sequence[str]]) -> bool:
    """Whether a file is a list of this kind: a waiting list has referral and removal, a follow-up list due date and seen date."""
    here = columns_of(sniff.heading, contract).keys()
    return any(set(each) <= here for each in NEEDED if set(each) <= contract.keys()) and not _is_counts(sniff)


def _is_counts(sniff: Sniff) -> bool:
    return sniff.has("month", "people")


def has_person(sniff: Sniff) -> bool:
    """Whether the file says whose each row is."""
    return "person" in columns_of(sniff.heading, WHO)


def completed(era: Era, sniff: Sniff, taken: Taken) -> Era:
    """The era of a list with what the file leaves open answered; FileRefused, in one sentence, while something is."""
    contract = WAITING if is_list(sniff, WAITING) else FOLLOW_UP
    here, file = columns_of(sniff.heading, contract).keys(), sniff.path.name
    if taken.organisation and not side_of(taken.organisation):
        raise FileRefused(
            f"{file}: '{taken.organisation}' is no code of a practice (X81001), provider (RBD) or commissioner (15N); give one to --organisation"
        )
    if not taken.organisation and not here & set(SIDES):
        raise FileRefused(
            f"{file}: does not say whose people they are; give a column practice, provider or commissioner, or the code of all of them: "
            f"'opencommissioning load {file} --organisation CODE'"
        )
    if not taken.on and "day" not in here:
        raise FileRefused(
            f"{file}: does not say on which day the list was taken; give a column 'census', or the day: "
            f"'opencommissioning load {file} --on 2026-10-31'"
        )
    return replace(era, reader=Table(partial(read_list, contract=contract, taken=taken)))


def side_of(code: str) -> str:
    """practice, provider or commissioner, by how the code looks; empty when it is none."""
    return next((side for side, looks in CODES.items() if looks.fullmatch(code.strip().upper())), "")


def read_list(path: Path, contract: Mapping[str, Sequence[str]], taken: Taken | None = None) -> pl.DataFrame:
    """The contract's columns as text under our names, missing where the file lacks them; `function` from the specialty; `_row`.

    What `taken` tells stands where a row does not tell it. Without a column of persons each row is a person of its own.
    """
    raw = sheet(path, encoding="utf8-lossy")
    found = columns_of(raw.columns, contract)
    texts = [_text(pl.col(found[name]) if name in found else pl.lit(None, pl.String)).alias(name) for name in contract]  # fmt: skip
    frame = raw.select(texts).with_row_index("_row", offset=2)
    codes = {each: specialty_code(each) for each in frame["specialty"].drop_nulls().unique()}
    function = pl.col("specialty").replace_strict(codes, default=None, return_dtype=pl.String)
    frame = frame.with_columns(function.alias("function"), *_told(taken or NOTHING_TOLD))
    nameless = pl.format(f"{path.name} row {{}}", "_row")
    return frame if "person" in found else frame.with_columns(nameless.alias("person"))


def _told(taken: Taken) -> list[pl.Expr]:
    out = [pl.col("day").fill_null(pl.lit(str(taken.on))).alias("day")] if taken.on else []
    side = side_of(taken.organisation)
    return [*out, pl.col(side).fill_null(pl.lit(taken.organisation.strip().upper())).alias(side)] if side else out  # fmt: skip


def _text(column: pl.Expr) -> pl.Expr:
    stripped = column.str.strip_chars()
    return pl.when(stripped != "").then(stripped)

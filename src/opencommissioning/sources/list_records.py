"""Waiting lists and follow-up lists as plain CSV for `flow`: one row per person, read and counted, never kept.

Only the contract's columns are read, so an identifier in another column never enters. A refused row is known by its number alone: its
text would be somebody's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from opencommissioning.catalogue.waiting import FUNCTIONS, TOTAL_FUNCTION
from opencommissioning.errors import FileRefused

WAITING = {
    "referred": ("referral", "referral date", "referred", "date of referral"),
    "removed": ("removal", "removal date", "removed", "date of removal"),
    "priority": ("priority",),
    "specialty": ("specialty", "treatment function"),
    "due": ("due date", "due"),
    "reason": ("reason", "removal reason", "reason for removal"),
}
FOLLOW_UPS = {
    "due": ("due date", "due"),
    "seen": ("seen date", "seen"),
    "discharged": ("discharged", "discharge date", "discharged date"),
}
DISCHARGES = {
    "ready": ("ready date", "discharge ready date", "ready"),
    "left": ("discharge date", "discharged", "discharged date"),
}
CENSUS = {
    "census": ("census", "census date", "taken on", "day of the list")
}  # of files that hold a list of several days
DATES = ("referred", "removed", "due", "seen", "discharged", "ready", "left")
EARLIEST = date(1990, 1, 1)  # 1800, 1801 and 1900 stand for "unknown" in hospital systems
REFUSED = {"row": pl.Int64, "column": pl.String, "problem": pl.String, "next_step": pl.String}


@dataclass(frozen=True)
class Listed:
    """The rows that can be counted, and where the others are: refused has row (the header is 1), column, problem, next_step."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    last: date | None

    @property
    def reasons(self) -> dict[str, int]:
        """Refused rows by column and problem, most first."""
        counted = self.refused.group_by("column", "problem").len().sort("len", "problem", descending=[True, False])  # fmt: skip
        return {f"{column}: {problem}": count for column, problem, count in counted.iter_rows()}


@dataclass(frozen=True)
class Fault:
    """A condition that refuses a row, the column that it stands in, and what to do."""

    column: str
    wrong: pl.Expr
    problem: str
    next_step: str


def read_waiting_list(path: Path, census: date) -> Listed:
    """referred, removed (dates), priority (int), specialty (code), due (date), reason (text), each missing where empty.

    `census` is the day the list was taken; FileRefused when columns are missing or no row can be counted.
    """
    frame, names = _read(path, WAITING, ("referred", "removed"), census)
    typed = _typed(frame)
    faults = [
        *_dates(names, typed),
        Fault(names["referred"], pl.col("referred").is_null(), "no date of referral", "give the day of referral"),
        *(_future(names[each], each, census) for each in ("referred", "removed")),
        Fault(names["removed"], pl.col("removed") < pl.col("referred"), "removed before it was referred", "correct one of the two dates"),
        Fault(names["due"], pl.col("due") < pl.col("referred"), "due before it was referred", "correct one of the two dates"),
        Fault(names["priority"], _given("priority") & pl.col("priority").is_null(), "is not a whole number", "write 1 for the most urgent, 2, 3 …, or leave it empty"),
        Fault(names["priority"], pl.col("priority") < 1, "is negative or 0", "write 1 for the most urgent, 2, 3 …"),
        Fault(names["specialty"], _given("specialty") & pl.col("specialty").is_null(), "unknown specialty", "give a treatment function of RTT returns by code or name (502, gynaecology); X02 to X06 are its other groups"),
    ]  # fmt: skip
    return _judged(path, typed, faults, WAITING)


def read_follow_ups(path: Path, census: date | None = None) -> Listed:
    """due, seen, discharged (dates, missing where empty). A seen date to come is a booking and stands; a row without a due date too.

    Of a file with a column `census`, the rows of that day.
    """
    frame, names = _read(path, FOLLOW_UPS, ("due", "seen"), census)
    typed = _typed(frame)
    return _judged(path, typed, list(_dates(names, typed)), FOLLOW_UPS)


def is_waiting_list(path: Path) -> bool:
    """Whether a CSV has the columns of a waiting list, a person a row: referral and removal."""
    try:
        header = pl.read_csv(path, n_rows=0, infer_schema=False, encoding="utf8-lossy").columns
    except (pl.exceptions.PolarsError, OSError):
        return False
    return {"referred", "removed"} <= columns_of(header, WAITING).keys()


def last_census(path: Path) -> date | None:
    """The last day of which a file with a column `census` holds a list; None without such a column or a day in it."""
    header = pl.read_csv(path, n_rows=0, infer_schema=False, encoding="utf8-lossy").columns
    column = columns_of(header, CENSUS).get("census")
    if column is None:
        return None
    return pl.read_csv(path, columns=[column], infer_schema=False, encoding="utf8-lossy").select(_day(column)).to_series().max()  # fmt: skip


def read_discharges(path: Path) -> Listed:
    """ready (missing where nobody wrote it down), left (dates). A stay that ended before the patient was ready is refused, as is one that
    has not ended."""
    frame, names = _read(path, DISCHARGES, ("ready", "left"))
    typed = _typed(frame)
    faults = [
        *_dates(names, typed),
        Fault(names["left"], pl.col("left").is_null(), "no date of discharge", "leave out stays that have not ended"),
        Fault(names["ready"], pl.col("ready") > pl.col("left"), "ready after the discharge", "correct one of the two dates"),
    ]  # fmt: skip
    return _judged(path, typed, faults, DISCHARGES)


def specialty_code(text: str) -> str | None:
    """The code of a treatment function given as 502, C_502, gynaecology or 'Gynaecology Service'; None when there is none."""
    word = text.strip().removeprefix("C_").removeprefix("c_")
    if word.upper() in FUNCTIONS and word != TOTAL_FUNCTION:
        return word.upper()
    names = {name.lower(): code for code, name in FUNCTIONS.items() if code != TOTAL_FUNCTION}
    return names.get(word.lower().removesuffix(" service"))


def _read(
    path: Path, contract: Mapping[str, Sequence[str]], needed: Sequence[str], census: date | None = None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The contract's columns as text under our names, those that the file lacks empty, and their row; and what the file calls each."""
    try:
        header = pl.read_csv(path, n_rows=0, infer_schema=False, encoding="utf8-lossy").columns
        found = columns_of(header, contract)
        missing = [contract[name][0] for name in needed if name not in found]
        if missing:
            raise FileRefused(
                f"{path.name}, row 1: no column '{missing[0]}'; expected {', '.join(words[0] for words in contract.values())} "
                f"(needed: {', '.join(contract[name][0] for name in needed)}). Name the columns so and try again"
            )
        days = columns_of(header, CENSUS) if census else {}
        frame = pl.read_csv(
            path, columns=[*found.values(), *days.values()], infer_schema=False, encoding="utf8-lossy"
        )
    except (pl.exceptions.PolarsError, OSError) as broken:
        why = (
            str(broken).splitlines()[0] if isinstance(broken, OSError) else "its lines do not fit its header"
        )
        raise FileRefused(
            f"{path.name} cannot be read as CSV: {why}. Save it again as 'CSV UTF-8' and try again"
        ) from None
    texts = [_text(pl.col(found[name]) if name in found else pl.lit(None, pl.String)).alias(name) for name in contract]  # fmt: skip
    frame = frame.with_row_index("row", offset=2)
    frame = _of_day(path, frame, days["census"], census) if days else frame
    return frame.select("row", *texts), {name: found.get(name, words[0]) for name, words in contract.items()}


def _of_day(path: Path, frame: pl.DataFrame, column: str, census: date) -> pl.DataFrame:
    """The rows of one day of a file that holds a list of several; FileRefused when it has none of that day."""
    taken = frame.select(_day(column))[column]
    if not (taken == census).any():
        held = ", ".join(map(str, taken.drop_nulls().unique().sort()[-5:]))
        raise FileRefused(f"{path.name}: holds no list of {census}; its column '{column}' has {held or 'no day'}. Give one of them with --census")  # fmt: skip
    return frame.filter(taken == census)


def columns_of(header: Sequence[str], contract: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Our names → the columns of a heading that stand for them, however they are written; those that are there."""
    plain = {name.strip("\ufeff ").lower().replace("_", " "): name for name in header}
    matches = {ours: next((plain[word] for word in words if word in plain), None) for ours, words in contract.items()}  # fmt: skip
    return {ours: name for ours, name in matches.items() if name is not None}


def _text(column: pl.Expr) -> pl.Expr:
    stripped = column.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Typed columns beside the texts that they came from (`text_…`), with row numbers."""
    typed = [_day(name).alias(name) for name in frame.columns if name in DATES]
    if "priority" in frame.columns:
        typed.append(pl.col("priority").str.strip_prefix("P").cast(pl.Int64, strict=False).alias("priority"))
    if "specialty" in frame.columns:
        codes = {text: specialty_code(text) for text in frame["specialty"].drop_nulls().unique()}
        typed.append(pl.col("specialty").replace_strict(codes, default=None, return_dtype=pl.String).alias("specialty"))  # fmt: skip
    return frame.with_columns(pl.exclude("row").name.prefix("text_")).with_columns(typed)


def _day(name: str) -> pl.Expr:
    """The day of 2024-11-30 (a time behind it is left out) or 30/11/2024."""
    beginning = pl.col(name).str.slice(0, 10)
    return pl.coalesce(beginning.str.to_date(form, strict=False) for form in ("%Y-%m-%d", "%d/%m/%Y"))


def _given(name: str) -> pl.Expr:
    return pl.col(f"text_{name}").is_not_null()


def _dates(names: Mapping[str, str], typed: pl.DataFrame) -> list[Fault]:
    out = []
    for name in (each for each in DATES if each in typed.columns):
        out.append(Fault(names[name], _given(name) & pl.col(name).is_null(), "is not a date", "write it as 2024-11-30 or 30/11/2024"))  # fmt: skip
        out.append(Fault(names[name], pl.col(name) < EARLIEST, f"a date before {EARLIEST.year}", "give the true date; an unknown date of removal, due date or seen date is left empty"))  # fmt: skip
    return out


def _future(column: str, name: str, census: date) -> Fault:
    day = f"{census.day} {census:%B %Y}"
    return Fault(column, pl.col(name) > census, f"after {day}, the day of the list", "correct the date, or give the day the list was taken with --census")  # fmt: skip


def _judged(
    path: Path, typed: pl.DataFrame, faults: Sequence[Fault], contract: Mapping[str, object]
) -> Listed:
    """Rows without a fault, and for the others the first fault of each."""
    number = pl.coalesce(pl.when(each.wrong.fill_null(False)).then(pl.lit(place)) for place, each in enumerate(faults))  # fmt: skip
    judged = typed.with_columns(number.alias("fault"))
    told = [(row, faults[at].column, faults[at].problem, faults[at].next_step) for row, at in judged.filter(pl.col("fault").is_not_null()).select("row", "fault").iter_rows()]  # fmt: skip
    refused = pl.DataFrame(told, schema=REFUSED, orient="row")
    sound = judged.filter(pl.col("fault").is_null()).select(*contract)
    if not sound.height:
        first = f" Row {told[0][0]}, column '{told[0][1]}': {told[0][2]}; {told[0][3]}" if told else ""
        raise FileRefused(f"{path.name} has no row that can be counted ({refused.height:,} refused).{first}")
    return Listed(sound, refused, _last(sound))


def _last(sound: pl.DataFrame) -> date | None:
    """The last day on which anything is known to have happened: what tells a list that is older than its census."""
    happened = [sound[name].max() for name in ("referred", "removed") if name in sound.columns]
    return max((each for each in happened if each is not None), default=None)


def day_after(day: date) -> date:
    """Windows end with the day after their last."""
    return day + timedelta(days=1)

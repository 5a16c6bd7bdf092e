"""Local sign-off: a named pharmacist vouches for a definition as it is now. Kept in the area, append-only.

A sign-off holds the hash of what was signed: what is counted, with its codelists, and what the reader is told. When the definition
changes, the sign-off no longer speaks for it, and the measure says so.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import OpenCommissioningError, WrongField
from opencommissioning.measures.quantities import scaled

FOLDER, FILE = "sign-offs", "sign-offs.jsonl"
LONGEST = 150
LONGEST_VALIDITY = timedelta(days=3 * 366)


@dataclass(frozen=True)
class SignOff:
    """Who signed which definition, as what, when, and until when it holds."""

    measure: str
    definition: str
    by: str
    qualification: str
    at: datetime
    due: date


def definition_hash(measure: Measure, library: Library) -> str:
    """The same for the same meaning and the same words, whichever file they come from; codelists included, reviews not."""
    sides = (measure.numerator, measure.denominator)
    keys = [scaled(side, library.contracts[side.dataset], library.codelists).key for side in sides]
    shape = (measure.narrowed, measure.per, measure.window, str(measure.better), measure.unit)
    words = (
        measure.title,
        measure.why,
        measure.do,
        measure.guidance,
        measure.search_terms,
        measure.approximates,
    )
    return hashlib.sha256(repr((keys, shape, words)).encode()).hexdigest()[:16]


def sign(
    area: Path, measure: Measure, library: Library, by: str, qualification: str, due: date, seen: str = ""
) -> SignOff:
    """Sign the definition of a measure. `seen`: the hash of what was read, refused when the definition is another by now."""
    by, qualification = " ".join(by.split()), " ".join(qualification.split())
    for field, words, what in (
        ("by", by, "the name of who signs"),
        ("qualification", qualification, "a qualification, such as “MRPharmS, GPhC 1234567”"),
    ):
        if not 2 <= len(words) <= LONGEST or not words.isprintable():
            raise WrongField(field, f"a sign-off needs {what}, 2 to {LONGEST} characters")
    _check_due(due)
    now = definition_hash(measure, library)
    if seen and seen != now:
        raise OpenCommissioningError(
            f"the definition of '{measure.id}' has changed since you read it; read it again, then sign"
        )
    signed = SignOff(measure.id, now, by, qualification, datetime.now().astimezone(), due)
    folder = area / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(signed), default=str, ensure_ascii=False) + "\n")
    return signed


def _check_due(due: date) -> None:
    today = date.today()
    if not today < due <= today + LONGEST_VALIDITY:
        raise WrongField(
            "due",
            f"the date of the next review must lie between tomorrow and three years from now, got {due:%d %B %Y}",
        )


def sign_offs(area: Path, measure: str = "") -> list[SignOff]:
    """All sign-offs (of a measure), oldest first."""
    path = area / FOLDER / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [_read(json.loads(line)) for line in lines if line.strip()]
    return [each for each in found if measure in ("", each.measure)]


def _read(data: dict[str, str]) -> SignOff:
    at, due = datetime.fromisoformat(data["at"]), date.fromisoformat(data["due"])
    return SignOff(data["measure"], data["definition"], data["by"], data["qualification"], at, due)


def local_review(area: Path, measure: Measure, library: Library, today: date | None = None) -> str:
    """`signed off locally by …`, `local sign-off overdue since …`, `definition changed since …`, or "" when nobody signed."""
    signed = sign_offs(area, measure.id)
    if not signed:
        return ""
    now = definition_hash(measure, library)
    mine = [each for each in signed if each.definition == now]
    last = (mine or signed)[-1]
    who = f"signed off locally by {last.by} ({last.qualification}) on {last.at:%d %B %Y}"
    if not mine:
        return f"definition changed since it was {who}"
    if last.due < (today or date.today()):
        return f"{who}; local sign-off overdue since {last.due:%d %B %Y}"
    return f"{who}; due again by {last.due:%d %B %Y}"


def review_of(area: Path, measure: Measure, library: Library, today: date | None = None) -> str:
    """The state of review as a measure says it: the local sign-off, and the definition's own review where it has one."""
    own = measure.review.state(today or date.today())
    local = local_review(area, measure, library, today)
    if not local:
        return own
    if measure.review.by or local.startswith("definition changed"):
        return f"{own}; {local}"
    return local

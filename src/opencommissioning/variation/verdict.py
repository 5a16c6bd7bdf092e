"""The verdict: one rule with a precedence, one sentence.

For each organisation and measure, the first line that holds is the verdict:

1. no value (the reason is said)
2. too small to judge: fewer registered patients than `SMALLEST_LIST`, or fewer than `FEWEST_EXPECTED` events expected
   (of an amount: of the items or spells behind it)
3. nothing to compare with: fewer than `FEWEST_ORGANISATIONS` of its level have a value
4. far higher / far lower than expected: beyond the 99.8 % limits, which allow for over-dispersion
5. higher / lower than expected: beyond the 95 % limits; with the number of months it has been so
6. moved: a change of level in the last `RECENT` months, relative to all others, such as luck gives at most `MOVE_FALSE_ALARM` of series
7. nothing unusual

Beyond the 95 % limits luck alone puts 1 in 20: so K measures give about K/20 such flags, which is said beside them.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from opencommissioning.catalogue.measure import Better
from opencommissioning.catalogue.period import spoken

SMALLEST_LIST = 1000
FEWEST_EXPECTED = 5
FEWEST_ORGANISATIONS = 5
RECENT = 12
MOVE_FALSE_ALARM = 0.01
LUCK = 0.05


class Stand(StrEnum):
    """Where an organisation stands; the order is the precedence."""

    NO_VALUE = "no value"
    TOO_SMALL = "too small to judge"
    NOT_COMPARED = "nothing to compare with"
    FAR_HIGHER = "far higher than expected"
    FAR_LOWER = "far lower than expected"
    HIGHER = "higher than expected"
    LOWER = "lower than expected"
    MOVED = "moved"
    USUAL = "nothing unusual"


HIGH = (Stand.FAR_HIGHER, Stand.HIGHER)
LOW = (Stand.FAR_LOWER, Stand.LOWER)
BEYOND_CHANCE = (*HIGH, *LOW)
UNJUDGED = (Stand.NO_VALUE, Stand.TOO_SMALL, Stand.NOT_COMPARED)


@dataclass(frozen=True)
class Verdict:
    """One organisation, one measure, one month. Values are in the measure's unit; None where there is none."""

    measure: str
    organisation: str
    level: str
    month: date
    stand: Stand
    value: float | None
    centre: float | None
    lower95: float | None
    upper95: float | None
    months_beyond: int
    moved_in: date | None
    moved_from: float | None
    moved_to: float | None
    missing: str


def judgement(stand: Stand, better: Better, moved_up: bool | None = None) -> str:
    """`worse`, `better` or `` (no judgement): the stand seen through the measure's direction."""
    up = True if stand in HIGH else False if stand in LOW else moved_up
    if better is Better.NEITHER or up is None or stand not in (*BEYOND_CHANCE, Stand.MOVED):
        return ""
    return "worse" if up == (better is Better.LOWER) else "better"


def words(verdict: Verdict) -> str:
    """The verdict in words, without numbers: `higher than expected, and has been for six months`; `moved up in June 2026`."""
    if verdict.stand is Stand.NO_VALUE:
        return f"no value: {verdict.missing}"
    if verdict.stand in BEYOND_CHANCE:
        return verdict.stand + _since(verdict.months_beyond) + _move(verdict, ", and moved")
    return _move(verdict, "moved") or str(verdict.stand)


def _since(months: int) -> str:
    return f", and has been for {_number(months)} months" if months >= 3 else ""


def _move(verdict: Verdict, opening: str) -> str:
    if verdict.moved_in is None:
        return ""
    known = verdict.moved_from is not None and verdict.moved_to is not None
    way = (" up" if verdict.moved_to > verdict.moved_from else " down") if known else ""
    return f"{opening}{way} in {spoken(verdict.moved_in)}"


def _number(count: int) -> str:
    small = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    return small[count] if count < len(small) else str(count)


def luck(measures: int) -> float:
    """How many verdicts beyond the 95 % limits luck alone gives among so many measures."""
    return measures * LUCK

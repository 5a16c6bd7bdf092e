"""Potentially avoidable hospital activity: kinds of it, told row by row, and how much of each would remain when it is acted on."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.measure import Review


class Effect(StrEnum):
    """What acting on a kind does to a row of it."""

    AVOIDED = "avoided"  # the activity does not happen
    SHORTER = "shorter"  # the stay becomes shorter
    MOVED = "moved"  # the appointment is kept by telephone or video


@dataclass(frozen=True)
class Kept:
    """How much remains when a kind is acted on: a share between `low` and `high` with so much `chance`, and who says so."""

    low: Decimal
    high: Decimal
    chance: Decimal
    source: str


@dataclass(frozen=True)
class Avoidable:
    """One kind. `dataset`: spells, attendances or appointments; `ways`: the alternatives, of which all conditions of one must hold.

    `order`: a row of several kinds counts once, under the first of them. `kept`: None where nobody published an estimate.
    `nights`: how many of a stay's nights can go at most, where it is not all of them.
    `closer_to_home`: whether acting on it means care in the community.
    """

    id: str
    dataset: str
    title: str
    effect: Effect
    group: str
    order: int
    ways: tuple[tuple[Condition, ...], ...]
    kept: Kept | None = None
    closer_to_home: bool = False
    nights: int | None = None
    why: str = ""
    approximates: str = ""
    source: str = ""
    licence: str = ""
    author: str = ""
    review: Review = field(default_factory=Review)

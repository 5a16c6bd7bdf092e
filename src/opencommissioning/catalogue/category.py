"""A category of hospital use: which admissions, attendances or appointments count under one name."""

from dataclasses import dataclass

from opencommissioning.catalogue.condition import Condition


@dataclass(frozen=True)
class Category:
    """A named group of the rows of `dataset` (spells, attendances …): those that pass every condition of one of the alternatives.

    `ways`: the alternatives; a single empty one takes every row.
    """

    id: str
    dataset: str
    title: str
    ways: tuple[tuple[Condition, ...], ...]
    source: str = ""
    licence: str = ""
    note: str = ""

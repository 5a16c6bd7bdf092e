"""Errors are sentences with a next step. This module imports nothing of ours.

OpenCommissioningError            every refusal that a user can mend; the command line prints it without a traceback
├── DefinitionError               a measure, codelist or setting that cannot be run
├── FileRefused                   a file that was not loaded
│   └── UnknownKind               because it is of no kind that we know
├── NotLoaded                     something is asked for that no loaded file provides
├── UnknownName                   an organisation, measure or option that does not exist
└── StoreError                    the store or a build is not usable
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

MOST_BEGINNING, MOST_ALIKE, CANDIDATES = 9, 5, 200


class OpenCommissioningError(Exception):
    """A refusal the user can mend. `exit_code` is what the command line ends with."""

    exit_code = 1


class WrongField(OpenCommissioningError):
    """A refusal of one thing that was filled in; `field` names it, so that a form says it there."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class DefinitionError(OpenCommissioningError):
    """A definition that would not run: file, key, what was expected, nearest valid word."""

    exit_code = 3


class FileRefused(OpenCommissioningError):
    """A file that cannot be loaded: file, row or column, what was expected, what to do next."""

    exit_code = 4


class UnknownKind(FileRefused):
    """A file of no kind that we know: many of these are told together, since a folder may hold thousands."""


class NotLoaded(OpenCommissioningError):
    """No loaded file provides what was asked for; says which file would."""

    exit_code = 5


class UnknownName(OpenCommissioningError):
    """A name that does not exist, with the nearest ones that do."""

    exit_code = 6


class StoreError(OpenCommissioningError):
    """The store or a build cannot be used as it is."""

    exit_code = 7


def nearest(
    word: str, known: Iterable[str], held: Mapping[str, int] | None = None, cutoff: float = 0.6
) -> list[str]:
    """What somebody may have meant by `word`: up to nine known words that begin with it, then, up to five in all, those fewest edits away.

    `held` says how much is known of a word: among equals, those of which more is known come first, then the shorter, then in the order of the alphabet.
    `cutoff` is how alike (`difflib`'s ratio) a word must be to be a suggestion at all. Case is ignored.
    """
    spelt = {each.lower(): each for each in sorted(set(known), reverse=True)}
    wanted, more = word.strip().lower(), held or {}
    begins = [each for low, each in spelt.items() if len(wanted) > 1 and low.startswith(wanted)]
    near = get_close_matches(wanted, spelt, n=CANDIDATES, cutoff=cutoff)
    alike = sorted((edits(wanted, low), -more.get(spelt[low], 0), low) for low in near)
    first = sorted(
        begins, key=lambda each: (each.lower() != wanted, -more.get(each, 0), len(each), each.lower())
    )
    first = first[:MOST_BEGINNING]
    rest = [spelt[low] for _, _, low in alike if spelt[low] not in begins]
    return first + rest[: max(0, MOST_ALIKE - len(first))]


def edits(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with the next to make one word of the other (optimal string
    alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for there, against in enumerate(other, 1):
            cost = min(before[there] + 1, row[there - 1] + 1, before[there - 1] + (letter != against))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == against:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`"; did you mean 'route'?"` for the nearest known word, or the known words when nothing is near and they are few."""
    words = sorted(set(known))
    if near := nearest(word, words):
        return meant(near[:1])
    return f"; choose from {', '.join(words)}" if 0 < len(words) <= 20 else ""


def meant(near: list[str]) -> str:
    """`"; did you mean 'X81010', 'X81011' or 'X81012'?"` of suggestions; empty without any."""
    if not near:
        return ""
    quoted = [f"'{each}'" for each in near]
    listed = f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]
    return f"; did you mean {listed}?"

"""Errors are sentences with a next step. This module imports nothing of ours.

OpenCommissioningError            every refusal that a user can mend; the command line prints it without a traceback
├── DefinitionError               a measure, codelist or setting that cannot be run
├── FileRefused                   a file that was not loaded
├── NotLoaded                     something is asked for that no loaded file provides
├── UnknownName                   an organisation, measure or option that does not exist
└── StoreError                    the store or a build is not usable
"""

from collections.abc import Iterable
from difflib import get_close_matches


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


class NotLoaded(OpenCommissioningError):
    """No loaded file provides what was asked for; says which file would."""

    exit_code = 5


class UnknownName(OpenCommissioningError):
    """A name that does not exist, with the nearest ones that do."""

    exit_code = 6


class StoreError(OpenCommissioningError):
    """The store or a build cannot be used as it is."""

    exit_code = 7


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`"; did you mean 'route'?"` for the nearest known word, or the known words when nothing is near and they are few."""
    words = sorted(set(known))
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; choose from {', '.join(words)}" if 0 < len(words) <= 20 else ""

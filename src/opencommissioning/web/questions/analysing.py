"""Questions of the analyse page: drafts, the code tree, and answers that may take longer than a page should wait."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from functools import lru_cache

from opencommissioning.area.defining.analysing import Analysis, analyse, is_ready, progress_of
from opencommissioning.area.defining.code_tree import Tree, code_tree
from opencommissioning.area.defining.drafting import Draft, draft_from, measure_of
from opencommissioning.area.defining.own_measures import SavedMeasure, saved_measures, write_measure
from opencommissioning.catalogue.measure import Measure
from opencommissioning.errors import StoreError
from opencommissioning.web import questions

WAIT = 1.7  # seconds before a page says that it is still working
MOST_WAITING = 4  # analyses in a queue; more than that is somebody else's load test


@dataclass(frozen=True)
class Working:
    """An answer that is not there yet: months summed so far, of how many (0 before it began)."""

    done: int = 0
    of: int = 0


def draft(address: Mapping[str, Sequence[str]]) -> Draft:
    """The draft of an address; DefinitionError with a sentence when it is malformed."""
    return draft_from(address, questions.area().library)


def measure(asked: Draft, author: str = "") -> Measure:
    """The measure of a draft, titled by its codes when nobody gave it a title."""
    return measure_of(asked, questions.area().library, _title(asked), author)


def _title(asked: Draft) -> str:
    names = (
        [tree().node(code).name or code for code in asked.top.codes[:2]]
        or [*asked.top.named[:2]]
        or ["all products"]
    )
    more = " and others" if len(asked.top.codes) > 2 else ""
    return f"{asked.top.sum.replace('_', ' ').capitalize()}: {', '.join(names)}{more}"


def tree() -> Tree:
    """The BNF over the area's products."""
    return code_tree(questions.area().store)


def answer(asked: Draft) -> Analysis | Working:
    """The analysis of a draft, or how far it is. Whoever asks first starts it, in this process or another."""
    build, wanted = questions.build(), measure(asked)
    if is_ready(build, wanted, asked.level, asked.months):
        return _analysis(build.id, wanted, asked.level, asked.months)
    elsewhere = progress_of(build, wanted, asked.months)
    key = (build.id, wanted, asked.level, asked.months)
    if elsewhere and key not in _running():
        return Working(*elsewhere)
    return _waited(key)


@lru_cache(maxsize=50)
def _analysis(of_build: str, wanted: Measure, level: str, months: int) -> Analysis:
    return analyse(questions.build(), questions.area().store, wanted, level, months)


def _waited(key: tuple) -> Analysis | Working:
    running = _running()
    for other in [each for each, future in running.items() if future.done() and each != key]:
        running.pop(other, None)  # nobody came back for it; what it summed is kept
    if key not in running:
        if len(running) >= MOST_WAITING:
            raise StoreError("Several analyses are being summed already; try again in a minute.")
        running[key] = _pool().submit(_analysis, *key)
    try:
        found = running[key].result(timeout=WAIT)
    except TimeoutError:
        _, wanted, _, months = key
        return Working(*(progress_of(questions.build(), wanted, months) or (0, 0)))
    except Exception:
        running.pop(key, None)
        raise
    running.pop(key, None)
    return found


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """One at a time: the engine uses every processor by itself. Made on first use, so after the server has forked."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")


@lru_cache(maxsize=1)
def _running() -> dict[tuple, Future]:
    return {}


def save(asked: Draft, address: str, author: str) -> SavedMeasure:
    """Keep a draft among the area's own definitions; the next build computes it."""
    return write_measure(questions.area().folder, measure(asked, author), address)


def saved() -> list[SavedMeasure]:
    """The analyses that were saved, newest first."""
    return saved_measures(questions.area().folder)

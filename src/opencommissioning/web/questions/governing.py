"""Questions about what an area itself lays down: sign-offs, its incentive schemes, its formulary."""

from datetime import date
from functools import lru_cache

from opencommissioning.area.defining.changes import changes_of
from opencommissioning.area.defining.signing import (
    SignOff,
    definition_hash,
    local_review,
    review_of,
    sign,
    sign_offs,
)
from opencommissioning.area.money.formulary import Status, formulary
from opencommissioning.area.money.scheme_files import read_schemes
from opencommissioning.area.money.schemes import SchemeReport, achievement
from opencommissioning.catalogue.measure import Change, Measure
from opencommissioning.errors import OpenCommissioningError, UnknownName, did_you_mean
from opencommissioning.web import questions


def hash_of(measure: Measure) -> str:
    """The hash of a definition as it is now."""
    return definition_hash(measure, questions.area().library)


def sign_off(measure: Measure, by: str, qualification: str, due: date, seen: str) -> SignOff:
    """Sign a definition that was read when its hash was `seen`."""
    area = questions.area()
    return sign(area.folder, measure, area.library, by, qualification, due, seen)


def signed(measure: Measure) -> list[SignOff]:
    """Everybody who signed a measure, newest first."""
    return sign_offs(questions.area().folder, measure.id)[::-1]


def local_state(measure: Measure) -> str:
    """What the local sign-offs of a measure come to; empty when there is none."""
    area = questions.area()
    return local_review(area.folder, measure, area.library)


def review(measure: Measure) -> str:
    """The state of review in words, local sign-off included."""
    area = questions.area()
    return review_of(area.folder, measure, area.library)


def schemes() -> dict:
    """Every scheme of the area by id."""
    area = questions.area()
    return read_schemes(area.folder, area.library)


def scheme(name: str):
    """One scheme; UnknownName otherwise, in words for readers: who runs the site knows where its files lie."""
    if not (known := schemes()):
        raise UnknownName("This area has no incentive scheme.")
    if name not in known:
        raise UnknownName(f"There is no scheme '{name}'{did_you_mean(name, known)}")
    return known[name]


def achieved(name: str) -> SchemeReport:
    """What practices have achieved in a scheme."""
    return _achieved(questions.build_id(), scheme(name))


@lru_cache(maxsize=20)
def _achieved(of_build: str, asked) -> SchemeReport:
    return achievement(questions.build(), asked)


def status_of(code: str) -> Status | None:
    """The local formulary's word on a product; None when it is silent or cannot be read (the data status page says why)."""
    return None if formulary_problem() else formulary(questions.area().folder).status(code)


def formulary_problem() -> str:
    """Why the formulary file cannot be read; empty when it can or there is none."""
    try:
        formulary(questions.area().folder)
    except OpenCommissioningError as problem:
        return str(problem)
    return ""


def changes(measure: Measure) -> list[Change]:
    """The changes of a definition that are known, the newest first."""
    return changes_of(questions.area().folder, measure)

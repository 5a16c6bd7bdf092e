"""The open API, `/api/v1`: the same answers as the pages, as JSON. Reading needs no account; values carry both their parts.

Every list comes in pages: `?page=2&per_page=500`. An ETag names the build; `If-None-Match` costs nothing when it is still the same.
"""

from datetime import date

import polars as pl
from django.http import HttpRequest
from ninja import Field, NinjaAPI, Query, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError

from opencommissioning.errors import UnknownName, did_you_mean
from opencommissioning.web import questions
from opencommissioning.web.api_money import router as money_router
from opencommissioning.web.api_words import wrong
from opencommissioning.web.caching import by_build
from opencommissioning.web.parameters import Malformed, of_parameter
from opencommissioning.web.questions import governing

LARGEST_PAGE = 5000

api = NinjaAPI(
    title="OpenCommissioning",
    version="1",
    description=__doc__,
    urls_namespace="api",
    docs_url=None,  # the page of the package asks other sites for its scripts
    openapi_url=None,  # Ninja's own view takes any parameter; ours is below
)
api.add_router("", money_router)


class Pages(Schema):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(500, ge=1, le=LARGEST_PAGE)


class Finding(Pages):
    """Organisations that answer to words, of one level."""

    q: str = Field("", max_length=100)
    level: str = Field("", max_length=40)


class At(Pages):
    """A level to compare at."""

    level: str = Field("practice", max_length=40)


class Between(At):
    """One organisation when `organisation` is given; the months from `first` to `last`."""

    organisation: str = Field("", max_length=40)
    first: date = date.min
    last: date = date.max


class Problem(Schema):
    """Why there is no answer, and what would have one."""

    detail: str


def answers(said: type[Schema]) -> dict[int, type[Schema]]:
    """What every route may answer: `said`, or why not (unknown, malformed, nothing built yet)."""
    return {200: said, 400: Problem, 404: Problem, 503: Problem}


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, problem: ValidationError):
    """400 with a sentence for each parameter that cannot be used."""
    said = [wrong(each, request.GET) for each in problem.errors]
    return api.create_response(request, {"detail": " ".join(said)}, status=400)


class OrganisationOut(Schema):
    """An organisation; `closed` is the date it closed, if it did."""

    code: str
    name: str
    level: str
    postcode: str
    closed: date | None


class MeasureOut(Schema):
    """A measure in words. `per` multiplies numerator / denominator; `window` is in months."""

    id: str
    title: str
    topic: str
    unit: str
    better: str
    per: int
    window: int
    review: str


class ChangeOut(Schema):
    """That a definition became another; values of earlier months are recomputed with today's."""

    on: date
    what: str
    by: str


class MeasureInFull(MeasureOut):
    """A measure with the changes of its definition that are known, the newest first."""

    changes: list[ChangeOut]


class ValueOut(Schema):
    """One organisation and month. `value` is null when missing, and `missing` says why; `note` is what was said about the point."""

    organisation: str
    month: date
    numerator: float | None
    denominator: float | None
    value: float | None
    practices: int
    practices_expected: int
    patients_share: float | None
    missing: str
    note: str


class VerdictOut(Schema):
    """One organisation on a measure at the last month, with the limits it is judged by."""

    organisation: str
    name: str | None
    month: date
    numerator: float | None
    denominator: float | None
    value: float | None
    centre: float | None
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None
    shrunken: float | None
    percentile: float | None
    stand: str
    months_beyond: int
    moved_in: date | None
    missing: str
    special: str


class Paged(Schema):
    """What every list says of itself."""

    build: str
    count: int
    page: int
    pages: int


class Organisations(Paged):
    """A page of organisations."""

    items: list[OrganisationOut]


class Measures(Paged):
    """A page of measures."""

    items: list[MeasureOut]


class Values(Paged):
    """A page of values."""

    items: list[ValueOut]


class Verdicts(Paged):
    """A page of verdicts."""

    items: list[VerdictOut]


class BuildOut(Schema):
    """The build that answers."""

    build: str
    built: str
    newest: date | None


@api.get("/build", response=answers(BuildOut), url_name="build")
@decorate_view(by_build)
def build(request: HttpRequest):
    """Which build answers, and to which month its data go."""
    now = questions.age()
    return {"build": now.build, "built": now.built, "newest": now.newest}


@api.get("/organisations", response=answers(Organisations), url_name="organisations")
@decorate_view(by_build(*Finding.model_fields))
def organisations(request: HttpRequest, wanted: Query[Finding]):
    """Organisations, all or those whose name, code or postcode answers to `q`, of one level when `level` is given."""
    known = questions.build()
    everybody = list(known.organisations.values())
    found = known.find(wanted.q, len(everybody)) if wanted.q else everybody
    if wanted.level:
        _known_level(wanted.level, {each.level for each in everybody})
        found = [each for each in found if each.level == wanted.level]
    return _paged(found, wanted)


@api.get("/organisations/{organisation}", response=answers(OrganisationOut), url_name="organisation")
@decorate_view(by_build)
def organisation(request: HttpRequest, organisation: str):
    """One organisation by its code."""
    return questions.build().organisation(organisation)


@api.get("/measures", response=answers(Measures), url_name="measures")
@decorate_view(by_build(*Pages.model_fields))
def measures(request: HttpRequest, wanted: Query[Pages]):
    """Every measure of the build."""
    return _paged([_measure(each) for group in questions.topics().values() for each in group], wanted)


@api.get("/measures/{name}", response=answers(MeasureInFull), url_name="measure")
@decorate_view(by_build)
def measure(request: HttpRequest, name: str):
    """One measure."""
    found = questions.build().measure(name)
    return {**_measure(found), "changes": [vars(each) for each in governing.changes(found)]}


@api.get("/measures/{name}/values", response=answers(Values), url_name="values")
@decorate_view(by_build(*Between.model_fields))
def values(request: HttpRequest, name: str, wanted: Query[Between]):
    """A measure month by month at a level: value and both its parts, or why there is none."""
    level = _level(wanted)
    with of_parameter("organisation"):
        code = _code(wanted.organisation, level)
    frame = questions.over_time(name, level, code)
    return _paged_frame(frame.filter(pl.col("month").is_between(wanted.first, wanted.last)), wanted)


@api.get("/measures/{name}/verdicts", response=answers(Verdicts), url_name="verdicts")
@decorate_view(by_build(*At.model_fields))
def verdicts(request: HttpRequest, name: str, wanted: Query[At]):
    """Every organisation of a level on a measure at the last month: value, limits, verdict."""
    return _paged_frame(questions.all_rows(name, _level(wanted)), wanted)


@api.get("/openapi.json", include_in_schema=False, url_name="openapi-json")
@decorate_view(by_build)
def openapi(request: HttpRequest):
    """What this API takes and answers, as OpenAPI."""
    return api.get_openapi_schema()


def _level(wanted: At) -> str:
    with of_parameter("level"):
        return questions.check_level(wanted.level)


def _code(code: str, level: str) -> str | None:
    if not code:
        return None
    found = questions.build().organisation(code)
    if found.level != level:
        raise UnknownName(f"{found.name} ({found.code}) is of the level '{found.level}', not '{level}'.")
    return found.code


def _known_level(level: str, known: set[str]) -> None:
    if level not in known:
        raise Malformed(f"There is no level '{level}'{did_you_mean(level, known) or '.'}")


def _measure(measure) -> dict:
    said = {name: getattr(measure, name) for name in ("id", "title", "topic", "unit", "per", "window")}
    return {**said, "better": str(measure.better), "review": governing.review(measure)}


def _paged(items: list, wanted: Pages) -> dict:
    first = (wanted.page - 1) * wanted.per_page
    return {"items": items[first : first + wanted.per_page], **_about(len(items), wanted)}


def _paged_frame(frame: pl.DataFrame, wanted: Pages) -> dict:
    shown = frame.slice((wanted.page - 1) * wanted.per_page, wanted.per_page)
    return {"items": shown.to_dicts(), **_about(frame.height, wanted)}


def _about(count: int, wanted: Pages) -> dict:
    pages = max(1, -(-count // wanted.per_page))
    return {"build": questions.build_id(), "count": count, "page": wanted.page, "pages": pages}

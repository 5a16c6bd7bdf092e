"""One measure: who is beyond chance, all organisations of a level, how we know, what to do, how it is defined."""

from urllib.parse import urlencode

import numpy as np
import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.errors import UnknownName
from opencommissioning.reports.measure import MeasureReport, row_of
from opencommissioning.reports.organisation import words_of
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import EVERY, Malformed, of_parameter, reading
from opencommissioning.web.permissions import may_sign
from opencommissioning.web.questions import charts, definitions, need, predicting
from opencommissioning.web.roles import Asked
from opencommissioning.web.views import refusals
from opencommissioning.web.views.asking import PROCESS, membership_of
from opencommissioning.web.views.one_organisation import elsewhere
from opencommissioning.web.views.process import of_process

ROWS = 100  # of the long table on one page
MOST_CHOICES = 400
PREDICTION = "prediction"
WITHOUT_TABLE = ("ranked", "funnel")  # the long table of the page has their numbers


@require_safe
@by_build
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure by topic."""
    return render(request, "measures.jinja", {"topics": questions.topics()})


@require_safe
@reading(EVERY)
def anywhere(request: HttpRequest, name: str) -> HttpResponse:
    """A measure without a level is looked at by practice, or by those for whom it is published."""
    known = name in questions.build().measures
    level = questions.levels_of(name)[0] if known else "practice"
    return elsewhere(request, "measure", name=name, level=level)


@require_safe
@by_build("organisation", "membership", "page", "find", "limits", *PROCESS)
def measure(request: HttpRequest, name: str, level: str) -> HttpResponse:
    """One measure at one level; `?organisation=CODE` picks one out, `?find=WORDS` looks for one; `process_of` tells of its control chart, `?limits=`
    of its funnel."""
    if name not in questions.build().measures:
        return unknown(request, name)
    questions.check_level(level)
    chosen = chosen_of(request, level)
    looked_for = request.GET.get("find", "").strip()[:100]
    suggested = _suggested(looked_for, level)
    if len(suggested) == 1 or (suggested and suggested[0].code == looked_for.upper()):
        return redirect(f"{request.path}?{urlencode({'organisation': suggested[0].code})}")
    code = chosen.code if chosen else charts.NOBODY
    membership = membership_of(request)
    told = questions.measure_report(name, level, membership)
    page, pages, shown = _page(request, told, code)
    at = told.verdicts["organisation"].index_of(code)
    mine = None if at is None else _said(told.measure, told.verdicts.row(at, named=True))
    facts = {
        "told": told,
        "rows": [
            row_of(row, told.measure, told.special.get(row["organisation"], ""))
            for row in shown.iter_rows(named=True)
        ],
        "page": page,
        "pages": pages,
        "chosen": chosen,
        "mine": mine,
        "special": questions.special_on(name, code) if chosen else (),
        "levels": questions.levels_of(name),
        "membership": membership,
        "choices": _choices(level),
        "looked_for": looked_for,
        "suggested": suggested,
        "problems": [] if suggested or not looked_for else [(_nobody(looked_for, level), "find")],
        "may_sign": may_sign.test(request.standing, Asked()),
        "codes": definitions.codes(questions.build().measure(name)),
        "against_need": need.choices(name),
        **(_charts(name, level, code, membership) if told.verdicts.height else {}),
        **(_limits(request, name, level, code, membership) if told.verdicts.height else {}),
        "process_problems": [],
        **(of_process(request, name, chosen, membership, mine["moved_in"]) if mine else {}),
    }
    return render(request, "measure.jinja", facts)


def _said(measure: Measure, row: dict) -> dict:
    """The row with its verdict in words, a move with its direction and levels."""
    return row | {"words": row["missing"] or words_of(row, measure)}


def _charts(name: str, level: str, code: str, membership: str) -> dict[str, charts.Told | None]:
    """The words of the page's charts; None where there is nothing to draw."""
    kinds = {"trend": "deciles", "ranked": "organisations", "funnel": "funnel", "places": "map"}
    return {
        place: charts.told(charts.Asked(kind, name, level, code, membership), place not in WITHOUT_TABLE)
        for place, kind in kinds.items()
    }


def _limits(request: HttpRequest, name: str, level: str, code: str, membership: str) -> dict[str, object]:
    """The funnel with prediction limits where they are asked for: its chart, and what it says; Malformed for limits of no known kind."""
    limits = request.GET.get("limits", "")
    if limits and limits not in predicting.LIMITS:
        raise Malformed(f"The parameter 'limits' cannot be used: it is {' or '.join(predicting.LIMITS)}.")
    facts = {"limits": limits, "fits_prediction": predicting.fits(name)}
    if limits != PREDICTION:
        return facts
    asked = charts.Asked(PREDICTION, name, level, code, membership)
    return facts | {"predicted": predicting.limits(name, level, membership), "funnel": charts.told(asked)}


def _page(request: HttpRequest, told: MeasureReport, code: str) -> tuple[int, int, pl.DataFrame]:
    """Which page of the long table, of how many, and its rows; without `?page=` the one that holds the chosen organisation."""
    rows, order = told.verdicts, told.order
    pages = max(1, -(-rows.height // ROWS))
    asked = request.GET.get("page", "")
    if asked:
        page = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
        if not 1 <= page <= pages:
            raise Malformed(f"There is no page '{asked}' of this table; it has {pages}.")
    else:
        at = rows["organisation"].index_of(code)
        page = 1 if at is None else int(np.flatnonzero(order == at)[0]) // ROWS + 1
    return page, pages, rows[order[(page - 1) * ROWS : page * ROWS]]


def _choices(level: str) -> list:
    """Organisations to choose from, by name; none when there are too many for a list."""
    found = questions.build().organisations_of(level)
    return sorted(found, key=lambda each: each.name) if len(found) <= MOST_CHOICES else []


def _suggested(words: str, level: str) -> list:
    """Organisations of the level that answer to what was written, or are spelt like it."""
    if not words:
        return []
    found = [each for each in questions.find(words) if each.level == level]
    return found or [each for each in questions.near_organisations(words) if each.level == level]


def _nobody(words: str, level: str) -> str:
    return f"there is no {level_name(level, questions.build().latest)} with “{words}” in its code, name or postcode"


def chosen_of(request: HttpRequest, level: str):
    """The organisation that the address picks out, None when it picks none; Malformed when there is none such, or it is of another level."""
    code = request.GET.get("organisation", "")
    if not code:
        return None
    with of_parameter("organisation"):
        found = questions.build().organisation(code)
        if found.level != level:
            raise UnknownName(
                f"{found.name} ({found.code}) is not compared with organisations of the level '{level}'."
            )
    return found


@require_safe
@by_build("membership")
def table(request: HttpRequest, name: str, level: str, kind: str) -> HttpResponse:
    """All organisations on the last month, as a file."""
    questions.check_level(level)
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    rows = questions.all_rows(name, level, membership_of(request))
    return as_file(rows, f"{name}-{level}", kind)


@require_safe
@by_build("organisation")
def months(request: HttpRequest, name: str, level: str, kind: str) -> HttpResponse:
    """Every month of all organisations, or of `?organisation=CODE`, as a file."""
    questions.check_level(level)
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    chosen = chosen_of(request, level)
    frame = questions.over_time(name, level, chosen.code if chosen else None)
    return as_file(frame, f"{name}-{chosen.code if chosen else level}-months", kind)


def unknown(request: HttpRequest, name: str) -> HttpResponse:
    """A refusal with the nearest measures that there are."""
    near = [
        (each.title, reverse("measure", args=[each.id, "practice"])) for each in questions.near_measures(name)
    ]
    sentence = f"There is no measure '{name}' in this build. It may need files that are not loaded: see the data status page."
    return refusals.refuse(request, 404, "No such measure", sentence, near)

"""Analyse: build a measure in the page. The address holds all of it; nothing is kept until somebody saves it."""

from collections.abc import Sequence
from urllib.parse import urlencode

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opencommissioning.area.defining.drafting import (
    COLUMNS,
    LABELS,
    SHOWN_LEVELS,
    SPANS,
    WINDOWS,
    Draft,
    Malformed,
    address_of,
    as_typed,
    denominators,
)
from opencommissioning.area.defining.own_measures import id_of, toml_of
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.code_links import codes_page
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import EVERY, reading
from opencommissioning.web.permissions import may_define
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import analysing
from opencommissioning.web.questions.analysing import Working
from opencommissioning.web.roles import Asked

CHARTS = ("deciles", "organisations", "funnel")
MOST_PRODUCTS = 200
HALF = 125  # rows of the highest and of the lowest, where a page would be too long


@require_safe
@by_build(EVERY)
def analyse(request: HttpRequest) -> HttpResponse:
    """The form; below it, once something is asked, what it says. An address with empty or usual parts leads to the short one."""
    questions.build()
    given = dict(request.GET.lists())
    try:
        asked = analysing.draft(given)
    except Malformed as problem:
        return _again(request, as_typed(given), problem)
    if not given:
        return render(request, "analyse.jinja", _form(request, asked))
    if given != {key: [value] for key, value in address_of(asked)}:
        return redirect(_path(asked))
    return _answered(request, asked)


def _again(request: HttpRequest, typed: Draft, problem: Malformed) -> HttpResponse:
    """The form as it was filled in, with all that is wrong, each at its field."""
    facts = _form(request, typed) | {"problems": [(sentence, key) for key, sentence in problem.problems]}
    return render(request, "analyse.jinja", facts, status=400)


def _form(request: HttpRequest, asked: Draft) -> dict:
    """What the form shows."""
    newest = questions.build().latest
    populations = denominators(questions.area().library)
    return {
        "asked": asked,
        "labels": LABELS,
        "problems": (),
        "address": _query(asked),
        "address_pairs": address_of(asked),
        "sum_options": list(COLUMNS.items()),
        "by_options": [*populations.items(), *COLUMNS.items()],
        "level_options": [(level, level_name(level, newest)) for level in SHOWN_LEVELS],
        "window_options": [
            (each, f"{each} months" if each > 1 else "each month by itself") for each in WINDOWS
        ],
        "span_options": [(each, f"{each} months") for each in SPANS],
        "may_save": may_define.test(request.standing, Asked()),
    }


def _answered(request: HttpRequest, asked: Draft, problems: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    facts = _form(request, asked) | {"problems": problems}
    try:
        found = analysing.answer(asked)
    except NotLoaded as problem:
        return render(request, "analyse.jinja", facts | {"reason": for_readers(problem)})
    except Malformed as problem:
        return _again(request, asked, problem)
    if isinstance(found, Working):
        return render(request, "analyse.jinja", facts | {"working": found}, status=202)
    counted = analysing.tree().counted(found.measure.numerator, questions.area().library)
    facts |= {
        "told": found.report,
        **_shown(_rows(found.report)),
        "charts": CHARTS,
        "counted": counted[:MOST_PRODUCTS],
        "uncounted": len(counted) - len(counted[:MOST_PRODUCTS]),
        "toml": toml_of(found.measure, _path(asked)),
    }
    return render(request, "analyse.jinja", facts, status=400 if problems else 200)


def _rows(told) -> pl.DataFrame:
    """Every organisation, both parts and the name, highest first."""
    named = {"organisation": list(told.names), "name": list(told.names.values())}
    names = pl.DataFrame(named, schema={"organisation": pl.String, "name": pl.String})
    joined = told.verdicts.join(names, on="organisation", how="left")
    first = joined.select("organisation", "name", pl.exclude("organisation", "name"))
    return first.sort("value", "organisation", descending=[True, False], nulls_last=True)


def _shown(rows: pl.DataFrame) -> dict:
    """All rows, or the highest and the lowest with how many lie between."""
    if rows.height <= 2 * HALF:
        return {"rows": rows.to_dicts(), "left_out": 0, "half": HALF}
    ends = pl.concat([rows.head(HALF), rows.tail(HALF)])
    return {"rows": ends.to_dicts(), "left_out": rows.height - ends.height, "half": HALF}


def _query(asked: Draft, **changed: object) -> str:
    return urlencode(address_of(asked, **changed), safe=",")


def _path(asked: Draft) -> str:
    return f"{reverse('analyse')}?{_query(asked)}"


def _found(request: HttpRequest):
    """The analysis of the address, or None while it is being summed."""
    asked = analysing.draft(dict(request.GET.lists()))
    found = analysing.answer(asked)
    return None if isinstance(found, Working) else found


@require_safe
@by_build(EVERY)
def chart(request: HttpRequest, kind: str) -> HttpResponse:
    """One chart of an analysis."""
    if kind not in CHARTS:
        raise UnknownName(f"'{kind}' is not a chart of this page; choose from {', '.join(CHARTS)}.")
    found = _found(request)
    return HttpResponse(found.chart(kind), content_type="image/svg+xml") if found else _later()


@require_safe
@by_build(EVERY)
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """All organisations on the last month, as a file."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    found = _found(request)
    return as_file(_rows(found.report), "analysis", kind) if found else _later()


def _later() -> HttpResponse:
    return HttpResponse(
        "Still being summed; ask again in a moment.", status=202, content_type="text/plain; charset=utf-8"
    )


@require_safe
@by_build(EVERY)
def definition(request: HttpRequest) -> HttpResponse:
    """The definition file, which an area loads unchanged."""
    asked = analysing.draft(dict(request.GET.lists()))
    measure = analysing.measure(asked)
    name = f"{id_of(measure.title)}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        toml_of(measure, _path(asked)), content_type="application/toml; charset=utf-8", headers=headers
    )


@require_POST
@reading()
def save(request: HttpRequest) -> HttpResponse:
    """Keep the definition in the area, under the name of who is signed in."""
    given = {key: values for key, values in request.POST.lists() if key != "csrfmiddlewaretoken"}
    try:
        asked = analysing.draft(given)
    except Malformed as problem:
        return _again(request, as_typed(given), problem)
    if not asked.title:
        return _answered(request, asked, [("an analysis that is saved needs a title", "save-title")])
    kept = analysing.save(asked, _path(asked), str(request.user))
    messages.success(
        request, f"Saved as {kept.id}. The next build computes it; until it is reviewed it says so."
    )
    return redirect(_path(asked))


@require_safe
@reading()
def saved(request: HttpRequest) -> HttpResponse:
    """The analyses that somebody saved."""
    return render(
        request, "analyses_saved.jinja", {"saved": analysing.saved(), "known": questions.build().measures}
    )


@require_safe
@by_build(EVERY)
def codes(request: HttpRequest) -> HttpResponse:
    """Choose BNF codes for one side of an analysis, by search or from the tree; every step is a link."""
    given = dict(request.GET.lists())
    step = {key: " ".join(given.pop(key, [""]))[:100].strip() for key in ("side", "at", "q")}
    try:
        asked = analysing.draft(given)
    except Malformed as problem:
        return _again(request, as_typed(given), problem)
    facts = codes_page(asked, step["side"] or "top", step["at"].upper(), step["q"])
    return render(request, "analyse_codes.jinja", facts)

"""What is loaded: months, files, rows refused, codes nobody knows, and from which build the pages come; reconciliation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from opencommissioning.errors import FileRefused, NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.downloads import KINDS, as_file
from opencommissioning.web.parameters import reading
from opencommissioning.web.questions import governing, standing

MOST_SHOWN = 50
DIFFERENT = 100  # rows of a comparison on the page; the workbook has all


@require_safe
@by_build
def status(request: HttpRequest) -> HttpResponse:
    """The data status page."""
    unknown, new = standing.unknown_codes(), standing.new_products()
    held, opt_outs = standing.records()
    facts = {
        "loaded": questions.loaded(),
        "notes": questions.notes(),
        "build": questions.age(),
        "titles": standing.titles(),
        "months": standing.months(),
        "refused": standing.refused().to_dicts(),
        "missing": standing.missing(),
        "held": held,
        "opt_outs": opt_outs,
        "unknown": unknown,
        "products": [] if unknown.products is None else unknown.products.head(MOST_SHOWN).to_dicts(),
        "prescribers": [] if unknown.prescribers is None else unknown.prescribers.head(MOST_SHOWN).to_dicts(),
        "new": new.head(MOST_SHOWN).to_dicts(),
        "more_new": max(0, new.height - MOST_SHOWN),
        "formulary_problem": governing.formulary_problem(),
    }
    return render(request, "status.jinja", facts)


@require_safe
@by_build
def new_products(request: HttpRequest, kind: str) -> HttpResponse:
    """Products to classify, all of them, as a file."""
    if kind not in KINDS:
        raise UnknownName(f"'{kind}' is not a kind of file; choose from {', '.join(KINDS)}.")
    return as_file(standing.new_products(), "new-products", kind)


@require_safe
@by_build
def sheet(request: HttpRequest) -> HttpResponse:
    """Files, totals by month, totals by practice and month: what somebody else's totals are laid beside."""
    return _xlsx(standing.sheet(), "reconciliation-sheet")


def _xlsx(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=KINDS["xlsx"], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@reading()
def reconcile(request: HttpRequest) -> HttpResponse:
    """Lay an own sheet beside our totals. The sheet is read once and not kept."""
    if request.method != "POST":
        return render(request, "reconcile.jinja")
    sent = request.FILES.get("sheet")
    try:
        if sent is None:
            raise FileRefused("choose a file first")
        compared = standing.reconcile(sent.name, sent.read())
    except (FileRefused, NotLoaded) as problem:
        return render(request, "reconcile.jinja", {"problem": str(problem)}, status=400)
    if request.POST.get("as") == "xlsx":
        return _xlsx(standing.as_workbook(compared), "compared")
    facts = {"compared": compared, "rows": compared.rows(DIFFERENT)}
    return render(request, "reconcile.jinja", facts)

"""The local prescribing incentive scheme: what practices have achieved. Each scheme's file says whether that is public."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencommissioning.area.money.schemes import write_scheme
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.web import questions
from opencommissioning.web.downloads import KINDS
from opencommissioning.web.parameters import reading
from opencommissioning.web.permissions import sees_own_scheme, sees_schemes
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import governing
from opencommissioning.web.roles import Asked
from opencommissioning.web.views import refusals


@require_safe
@reading()
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes that the reader may look at, and those that are public."""
    known = governing.schemes()
    mine = [code for _, code in sorted(request.standing.held) if _is_practice(code)]
    facts = {
        "schemes": [each for each in known.values() if _may_see_all(request, each)],
        "own": [(each, code) for each in known.values() for code in mine if not _may_see_all(request, each)],
    }
    return render(request, "schemes.jinja", facts)


def _may_see_all(request: HttpRequest, scheme) -> bool:
    return scheme.public or sees_schemes.test(request.standing, _asked(scheme))


def _asked(scheme) -> Asked:
    """The organisation whose practices take part, and all above it."""
    return Asked(questions.lineage(scheme.organisation or questions.build().settings.home))


def _is_practice(code: str) -> bool:
    known = questions.build().organisations.get(code)
    return known is not None and known.level == "practice"


@require_safe
@reading()
def scheme(request: HttpRequest, name: str) -> HttpResponse:
    """Every practice's points and pounds."""
    asked = governing.scheme(name)
    if not _may_see_all(request, asked):
        return refusals.lacking(request, sees_schemes, _asked(asked))
    return _shown(request, asked, "scheme.jinja", lambda: governing.achieved(name))


@require_safe
@reading()
def practice(request: HttpRequest, name: str, organisation: str) -> HttpResponse:
    """One practice, indicator by indicator; its own people see it even when the scheme is not public."""
    asked = governing.scheme(name)
    here = Asked(questions.lineage(organisation))
    if not (asked.public or sees_own_scheme.test(request.standing, here)):
        return refusals.lacking(request, sees_own_scheme, here)
    code = questions.build().organisation(organisation).code

    def mine():
        found = governing.achieved(name).of(code)
        if not found.totals.height:
            raise UnknownName(f"{code} takes no part in the scheme '{name}'.")
        return found

    return _shown(request, asked, "scheme_practice.jinja", mine)


def _shown(request: HttpRequest, asked, template: str, achieved) -> HttpResponse:
    facts = {"scheme": asked, "may_see_all": _may_see_all(request, asked)}
    try:
        told = achieved()
    except NotLoaded as problem:
        return render(request, "scheme.jinja", facts | {"reason": for_readers(problem)})
    return render(
        request,
        template,
        facts | {"told": told, "totals": told.totals.to_dicts(), "lines": told.lines.to_dicts()},
    )


@require_safe
@reading()
def workbook(request: HttpRequest, name: str) -> HttpResponse:
    """Every practice's achievement as xlsx, for whoever pays."""
    asked = governing.scheme(name)
    if not _may_see_all(request, asked):
        return refusals.lacking(request, sees_schemes, _asked(asked))
    with TemporaryDirectory() as folder:
        content = write_scheme(governing.achieved(name), Path(folder) / "scheme.xlsx").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=KINDS["xlsx"], headers=headers)

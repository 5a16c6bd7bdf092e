"""Charts at addresses of their own: SVG for pages, PNG for papers, Vega-Lite for hovering. What cannot be drawn is a picture of a sentence."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from opencommissioning.errors import OpenCommissioningError, UnknownName
from opencommissioning.web.caching import by_build_unkept, software
from opencommissioning.web.parameters import Malformed, flag_of
from opencommissioning.web.plainly import for_readers
from opencommissioning.web.questions import charts
from opencommissioning.web.views.asking import PROCESS, membership_of, process_of

FORMS = {"svg": "image/svg+xml", "png": "image/png", "json": "application/json"}


@require_safe
@by_build_unkept("membership", "narrow", *PROCESS)
def chart(
    request: HttpRequest, kind: str, measure: str, level: str, organisation: str, form: str
) -> HttpResponse:
    """One chart; `?narrow=1` for telephones, `?membership=current` or `as_was`; of a control chart what `process_of` reads."""
    try:
        asked = _asked(request, kind, measure, level, organisation)
        if form not in FORMS:
            raise UnknownName(f"'{form}' is not a kind of picture; choose from {', '.join(FORMS)}")
        body = charts.picture(asked, form, software())
    except Malformed as problem:
        return _refusal(for_readers(problem), form, 400)
    except OpenCommissioningError as problem:
        return _refusal(for_readers(problem), form)
    return HttpResponse(body, content_type=FORMS[form], headers=_name(asked, form))


def _asked(request: HttpRequest, kind: str, measure: str, level: str, organisation: str) -> charts.Asked:
    choice = process_of(request) if kind == "control" else None
    narrow = flag_of(request, "narrow")
    return charts.Asked(
        kind,
        measure,
        level,
        organisation,
        membership_of(request),
        narrow,
        choice if choice and choice.made else None,
    )


def _name(asked: charts.Asked, form: str) -> dict[str, str]:
    """What the file is called when somebody saves it."""
    safe = "".join(letter for letter in asked.organisation if letter.isascii() and letter.isalnum())
    return {
        "Content-Disposition": f'inline; filename="{asked.measure}-{asked.kind}-{asked.level}-{safe}.{form}"'
    }


def _refusal(sentence: str, form: str, status: int = 404) -> HttpResponse:
    shown = form if form in ("svg", "png") else "svg"
    return HttpResponse(
        charts.sentence_picture(sentence, shown), content_type=FORMS[shown], status=status, headers={}
    )

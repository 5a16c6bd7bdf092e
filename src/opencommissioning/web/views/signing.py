"""Local sign-off of a definition by a named pharmacist."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opencommissioning.errors import OpenCommissioningError, WrongField
from opencommissioning.web import questions
from opencommissioning.web.parameters import reading
from opencommissioning.web.questions import governing

A_YEAR = timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
@reading()
def sign_off(request: HttpRequest, name: str) -> HttpResponse:
    """Read a definition, then put one's name to it. What is not accepted comes back with the reason, nothing lost."""
    measure = questions.build().measure(name)
    given = {key: request.POST.get(key, "") for key in ("by", "qualification", "due", "seen", "read")}
    if request.method == "POST":
        try:
            _sign(measure, given)
        except OpenCommissioningError as problem:
            wrong = [(str(problem), getattr(problem, "field", ""))]
            return _page(request, measure, given, wrong, 400)
        messages.success(request, f"Signed off: {measure.title}.")
        return redirect("measure", name=name, level="practice")
    fresh = {"by": str(request.user), "due": (date.today() + A_YEAR).isoformat()}
    return _page(request, measure, given | fresh)


def _sign(measure, given: dict[str, str]) -> None:
    if given["read"] != "yes" or not given["seen"]:
        raise WrongField("read", "tick that you have read the definition; a sign-off is of what was read")
    try:
        due = date.fromisoformat(given["due"])
    except ValueError:
        raise WrongField("due", "the date of the next review needs a day such as 2027-11-30") from None
    governing.sign_off(measure, given["by"], given["qualification"], due, given["seen"])


def _page(
    request: HttpRequest,
    measure,
    given: dict[str, str],
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    facts = {
        "measure": measure,
        "told": questions.measure_report(measure.id, "practice"),
        "given": given,
        "problems": problems,
        "hash": governing.hash_of(measure),
        "local": governing.local_state(measure),
        "signed": governing.signed(measure),
    }
    return render(request, "sign_off.jinja", facts, status=status)

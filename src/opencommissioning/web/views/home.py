"""The first page, and finding an organisation or a measure."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from opencommissioning.area.finding import postcode_key
from opencommissioning.errors import NotLoaded
from opencommissioning.web import questions
from opencommissioning.web.caching import by_build
from opencommissioning.web.plainly import LOG
from opencommissioning.web.questions import organisation as of_organisation


@require_safe
@by_build
def home(request: HttpRequest) -> HttpResponse:
    """Find an organisation; the area at a glance."""
    if not questions.build_id():
        LOG.warning("There is no build to show: 'opencommissioning load', then 'opencommissioning build'.")
        return render(request, "empty.jinja")
    code = questions.home_code()
    level, below = questions.children(code)
    facts = {
        "organisation": questions.build().organisation(code),
        "level": level,
        "below": below,
        "told": _told(code),
        "money": of_organisation.money(code),
        "new": of_organisation.new_this_month(code),
        "since": of_organisation.new_since_build(code),
    }
    return render(request, "home.jinja", facts)


def _told(code: str):
    """What stands out at the area's own organisation; None when there are too few like it to compare."""
    try:
        return questions.report(code)
    except NotLoaded:
        return None


@require_safe
@by_build("q")
def find(request: HttpRequest) -> HttpResponse:
    """Organisations and measures that answer to a name, a code or a postcode. One organisation's code or whole postcode leads there."""
    words = request.GET.get("q", "").strip()[:100]
    organisations = questions.find(words)
    exact = [each for each in organisations if each.code == words.upper()]
    whole = "".join(words.lower().split())
    there = [each for each in organisations if whole and postcode_key(each) == whole and each.closed is None]
    exact = exact or (there if len(there) == 1 else [])
    if exact:
        return redirect("organisation", organisation=exact[0].code)
    near = [] if organisations or not words else questions.near_organisations(words)
    facts = {
        "words": words,
        "organisations": organisations,
        "measures": questions.find_measures(words),
        "near": near,
    }
    return render(request, "find.jinja", facts)

"""The pages of a one-time link: it is taken out of the address at once, so that no log, history or other site sees it; then a new
password, twice."""

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web import one_time
from opencommissioning.web.forms import PASSWORD_HINT
from opencommissioning.web.limiting import allowed, caller
from opencommissioning.web.parameters import reading
from opencommissioning.web.views import refusals

FROM_ONE_PLACE, HOUR = 60, 3600
FIELDS = ("new_password1", "new_password2")
HELD = "one-time link"  # in the session


@require_safe
@never_cache
@reading()
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the link in the session and go on to the form."""
    request.session[HELD] = token
    return redirect("account_new_password")


@sensitive_post_parameters(*FIELDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reading()
def new_password(request: HttpRequest) -> HttpResponse:
    """The form. Mail scanners follow links, so only its button spends the link."""
    if not allowed("new password from", caller(request), FROM_ONE_PLACE, HOUR):
        return refusals.refuse(request, 429, "Too many requests", "Try again in an hour.")
    token = request.session.get(HELD, "")
    try:
        person = one_time.person_of(token)
        form = SetPasswordForm(person, request.POST if request.method == "POST" else None)
        problems = _problems(form)
        if request.method == "POST" and not problems:
            one_time.use(token, form.cleaned_data[FIELDS[0]])
            del request.session[HELD]
            messages.success(request, "Your new password is set. Sign in with it.")
            return redirect("account_login")
    except OpenCommissioningError as problem:
        return refusals.refuse(request, 404, "The link is no longer good", str(problem))
    facts = {"problems": problems, "hint": PASSWORD_HINT}
    return render(request, "new_password.jinja", facts, status=422 if problems else 200)


def _problems(form: SetPasswordForm) -> list[tuple[str, str]]:
    """(sentence, field) of all that is wrong."""
    form.fields[FIELDS[0]].error_messages["required"] = "Enter a new password."
    form.fields[FIELDS[1]].error_messages["required"] = "Enter the new password a second time."
    form.error_messages["password_mismatch"] = "The two passwords differ. Enter the same one twice."
    return [(str(sentence), name) for name in FIELDS for sentence in form.errors.get(name, ())]

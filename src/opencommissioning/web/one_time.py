"""One-time links: whoever lost a password sets a new one. An administrator makes the link, and hands it over or has it sent.

Nobody can ask for one on a page, so an address alone opens nothing; a second factor stays and is asked for when signing in. A link is
good once and for a day: it is a keyed hash over the password's own hash and the last sign-in, so it ends when either changes, and nothing
of it is stored.
"""

import logging

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.accounts import BY_COMMAND, end_sessions, open_account, set_password
from opencommissioning.web.models import ONE_TIME_LINK, Person
from opencommissioning.web.signing_in import LINK_FOR

log = logging.getLogger("opencommissioning.accounts")
USED = "This link was used already, is older than a day, or is not complete. Ask for a new one."


class _Tokens(PasswordResetTokenGenerator):
    key_salt = "opencommissioning.one_time"


tokens = _Tokens()


def make_link(email: str, by: str = BY_COMMAND) -> str:
    """The whole address by which the person of this account sets a new password, once, within `LINK_FOR`.

    UnknownName without such an account; OpenCommissioningError when it is closed.
    """
    person = open_account(email)
    log.warning("a one-time link for a new password was made by %s", by)
    token = f"{int_to_base36(person.pk)}-{tokens.make_token(person)}"
    return _site_address() + reverse("account_one_time_link", args=[token])


def send_link(email: str, by: str = BY_COMMAND) -> None:
    """Send a link to the account's own address; OpenCommissioningError when the site sends no letters, or this one cannot be sent."""
    if settings.SITE.mail is None:
        raise OpenCommissioningError(
            "The site does not send letters, so nothing was sent: name [mail] in site.toml, or leave out --send and hand the link over."
        )
    person, link = open_account(email), make_link(email, by)
    title = f"{settings.SITE.name}: set a new password"
    message = EmailMessage(title, _letter(link), settings.SITE.mail.sender, [person.email])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except OSError as problem:
        raise OpenCommissioningError(
            f"The message could not be sent ({problem}); try again, or leave out --send and hand the link over."
        ) from problem


def _letter(link: str) -> str:
    hours = LINK_FOR.total_seconds() / 3600
    return (
        f"An administrator of {settings.SITE.name} made this link for you, because your password is lost. "
        f"Set a new one here, once, within {hours:.0f} hours:\n\n{link}\n\n"
        "Your second factor, if you have one, is asked for as before. If you did not ask for this, do nothing, and tell "
        f"{settings.SITE.contact or 'whoever runs the site'}.\n\n{settings.SITE.run_by}\n"
    )


def _site_address() -> str:
    site = settings.SITE
    if site.mail:
        return site.mail.address
    host = site.addresses[0] if site.addresses else "127.0.0.1:8000"
    return f"{'https' if site.https else 'http'}://{host}"


def person_of(token: str) -> Person:
    """Whose link this is; OpenCommissioningError when it was used, is too old or forged, or the account is closed."""
    number, _, rest = token.partition("-")
    try:
        person = Person.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        person = None
    if person is None or not tokens.check_token(person, rest):
        raise OpenCommissioningError(USED)
    return person


def use(token: str, password: str) -> None:
    """Set the new password: the link is spent, open sessions end, the address is unlocked. Kept on record without the link.

    OpenCommissioningError when the link is no longer good or the password too weak; nothing is changed then.
    """
    from axes.utils import reset

    with transaction.atomic():
        # a second request with the same link waits here, and then finds it spent
        Person.objects.select_for_update().filter(pk=person_of(token).pk).first()
        person = person_of(token)
        set_password(person, password)
        person.save(update_fields=["password"])
        person.resets.create(by=ONE_TIME_LINK)
    end_sessions(person)
    reset(username=person.email)
    log.warning("a one-time link for a new password was used")

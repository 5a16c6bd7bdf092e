"""Making and changing accounts, for the command line and the sign-in provider. Call `web.configure(area)` first.

create_user("a.lead@example.nhs.uk", "A Lead", roles=["prescribing lead@Y00001"])
give_role("a.lead@example.nhs.uk", "analyst@*")
reset_account("a.lead@example.nhs.uk")          # a forgotten password, a lost phone
close_account("a.lead@example.nhs.uk")
"""

import logging
import secrets
from collections.abc import Iterable

from opencommissioning.errors import OpenCommissioningError, UnknownName, did_you_mean
from opencommissioning.web.roles import EVERYWHERE, Role

BY_COMMAND = "command line"
log = logging.getLogger("opencommissioning.accounts")


def create_user(email: str, name: str = "", password: str | None = None, roles: Iterable[str] = ()) -> str:
    """Make an account and return its password (a random one when none is given). `roles` are written "role@organisation".

    OpenCommissioningError when the address is taken or malformed, or the password is too weak; nothing is made then.
    """
    from django.core.exceptions import ValidationError
    from django.db import transaction

    held = [parse_role(text) for text in roles]
    try:
        with transaction.atomic():
            password = password or secrets.token_urlsafe(16)
            person = _new_person(email, name, password)
            _give(person, held, BY_COMMAND)
    except ValidationError as problem:
        raise OpenCommissioningError(
            f"No account made for {email}: {' '.join(problem.messages)}"
        ) from problem
    return password


def give_role(email: str, role: str, by: str = BY_COMMAND) -> None:
    """Add "role@organisation" to an account; nothing changes when it is held already. UnknownName without such an account."""
    _give(_person(email), [parse_role(role)], by)


def take_role(email: str, role: str) -> None:
    """End "role@organisation" today; UnknownName when it is not held."""
    from django.utils import timezone

    kind, organisation = parse_role(role)
    held = _person(email).holdings.filter(role=kind, organisation=organisation, ended=None)
    if not held.update(ended=timezone.now()):
        raise UnknownName(f"{email} does not hold {kind} at {organisation}; nothing was changed.")


def hold_only(person, roles: Iterable[str], by: str) -> None:
    """Make `roles` all that `by` gives a person: those it gave before and gives no longer end; what others gave stays."""
    from django.utils import timezone

    wanted = [parse_role(text) for text in roles]
    for held in person.holdings.filter(given_by=by, ended=None):
        if (Role(held.role), held.organisation) not in wanted:
            held.ended = timezone.now()
            held.save(update_fields=["ended"])
    _give(person, wanted, by)


def reset_account(email: str, password: str | None = None, by: str = BY_COMMAND) -> str:
    """Set a new password (a random one when none is given) and return it; take away every second factor, end open sessions
    and unlock the address. That it was done, and by whom, is kept and logged; roles stay.

    UnknownName without such an account; OpenCommissioningError, and nothing changed, when it is closed or the password is too weak.
    """
    from allauth.mfa.models import Authenticator
    from axes.utils import reset
    from django.db import transaction

    person = open_account(email)
    password = password or secrets.token_urlsafe(16)
    with transaction.atomic():
        set_password(person, password)
        person.save(update_fields=["password"])
        Authenticator.objects.filter(user=person).delete()
        person.resets.create(by=by)
    end_sessions(person)
    reset(username=person.email)
    log.warning("password and second factor of account %s reset by %s", person.pk, by)
    return password


def close_account(email: str) -> None:
    """Stop an account from signing in, end its roles and its open sessions; what it wrote stays."""
    from django.utils import timezone

    person = _person(email)
    person.is_active = False
    person.save(update_fields=["is_active"])
    person.holdings.filter(ended=None).update(ended=timezone.now())
    end_sessions(person)


def list_users() -> list[tuple[str, str, bool, list[str]]]:
    """(e-mail, name, may sign in, roles as "role@organisation") of every account, by e-mail."""
    from opencommissioning.web.models import Person

    people = Person.objects.order_by("email").prefetch_related("holdings")
    return [(person.email, person.name, person.is_active, _roles_of(person)) for person in people]


def parse_role(text: str) -> tuple[Role, str]:
    """("prescribing lead", "Y00001") from "prescribing lead@Y00001"; "@*" or no "@" is the whole area. UnknownName otherwise."""
    name, _, organisation = text.partition("@")
    name = name.strip().lower()
    if name not in list(Role):
        raise UnknownName(f"'{name}' is not a role{did_you_mean(name, list(Role))}.")
    return Role(name), organisation.strip().upper() or EVERYWHERE


def _new_person(email: str, name: str, password: str):
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from opencommissioning.web.models import Person

    person = Person(email=email.strip().lower(), name=name)
    if Person.objects.filter(email__iexact=person.email).exists():
        raise ValidationError("There is an account with this address already.")
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person.save()
    return person


def open_account(email: str):
    """The person with this address; UnknownName without one, OpenCommissioningError when the account is closed."""
    person = _person(email)
    if not person.is_active:
        raise OpenCommissioningError(
            f"The account of {person.email} is closed, so nothing was changed. Closing is for good: make another account."
        )
    return person


def set_password(person, password: str) -> None:
    """Give a person another password, not yet saved; OpenCommissioningError when it is too weak."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise OpenCommissioningError(
            f"The password of {person.email} was not changed: {' '.join(problem.messages)}"
        ) from problem
    person.set_password(password)


def end_sessions(person) -> None:
    """Sign a person out wherever they are signed in."""
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user=person):
        session.end()


def _give(person, held: list[tuple[Role, str]], by: str) -> None:
    for role, organisation in held:
        person.holdings.get_or_create(
            role=role, organisation=organisation, ended=None, defaults={"given_by": by}
        )


def _person(email: str):
    from opencommissioning.web.models import Person

    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        addresses = Person.objects.values_list("email", flat=True)
        raise UnknownName(f"There is no account for {email}{did_you_mean(email, addresses)}.")
    return person


def _roles_of(person) -> list[str]:
    return sorted(f"{held.role}@{held.organisation}" for held in person.holdings.all() if held.ended is None)

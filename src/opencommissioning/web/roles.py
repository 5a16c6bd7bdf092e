"""Roles, and who may do what: pure predicates on what a person holds, with no database and no request in them."""

from dataclasses import dataclass
from enum import StrEnum

import rules

EVERYWHERE = "*"  # a role held for the whole area


class Role(StrEnum):
    """What somebody is, at one organisation and everything below it."""

    VIEWER = "viewer"
    PRACTICE_MEMBER = "practice member"
    PRESCRIBING_LEAD = "prescribing lead"
    PHARMACIST = "pharmacist"
    ANALYST = "analyst"
    PROGRAMME_MANAGER = "programme manager"
    CORPORATE_GOVERNANCE_LEAD = "corporate governance lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Standing:
    """Who is asking: nobody signed in (`person` None), or a person with (role, organisation code) pairs."""

    person: int | None = None
    held: frozenset[tuple[Role, str]] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether somebody has signed in."""
        return self.person is not None

    def holds(self, roles: frozenset[Role], organisations: tuple[str, ...]) -> bool:
        """Whether any of `roles` is held at any of `organisations` (an organisation and those above it) or everywhere."""
        places = {*organisations, EVERYWHERE}
        return any(role in roles and place in places for role, place in self.held)


@dataclass(frozen=True)
class Asked:
    """What is asked for: the organisation a page is about with all above it (empty when it is about none), on a public site or not."""

    organisations: tuple[str, ...] = ()
    public_site: bool = True


@rules.predicate
def public(standing: Standing, asked: Asked) -> bool:
    """Everybody, unless the area keeps its site to people who sign in."""
    return asked.public_site or standing.signed_in


@rules.predicate
def signed_in(standing: Standing, asked: Asked) -> bool:
    """Anybody who has signed in."""
    return standing.signed_in


def holding(*roles: Role, administrators: bool = True) -> rules.predicates.Predicate:
    """A predicate: holds one of `roles` (kept as its `roles`) at the organisation asked about, or above it.

    Administrators always do, unless `administrators` is False: what only a qualified person can vouch for.
    """
    wanted = frozenset({*roles, Role.ADMINISTRATOR} if administrators else roles)
    name = "holds:" + ",".join(sorted(wanted))
    found = rules.predicate(lambda standing, asked: standing.holds(wanted, asked.organisations), name=name)
    found.roles = roles or (Role.ADMINISTRATOR,)
    return found


def wanted_by(predicate: rules.predicates.Predicate) -> tuple[Role, ...]:
    """The roles a predicate of `holding` asks for, administrators aside; none for any other predicate."""
    return getattr(predicate, "roles", ())


everybody = rules.predicates.always_true
nobody = rules.predicates.always_false
administers = holding()

"""Who may do what, with no database: the table of cases is the rule."""

import pytest

from opencommissioning.errors import UnknownName
from opencommissioning.web.accounts import parse_role
from opencommissioning.web.roles import (
    Asked,
    Role,
    Standing,
    administers,
    everybody,
    holding,
    nobody,
    public,
    signed_in,
)

STRANGER = Standing()
NURSE = Standing(1, frozenset({(Role.PRACTICE_MEMBER, "Y00001")}))
PHARMACIST = Standing(2, frozenset({(Role.PHARMACIST, "15N")}))
ADMINISTRATOR = Standing(3, frozenset({(Role.ADMINISTRATOR, "*")}))
FIRST = Asked(("Y00001", "15N", "QJK"))
OTHER = Asked(("Y99999", "99A", "QJK"))
annotates = holding(Role.PRACTICE_MEMBER, Role.PHARMACIST)


@pytest.mark.parametrize(
    ("predicate", "who", "asked", "allowed"),
    [
        (public, STRANGER, Asked(), True),
        (public, STRANGER, Asked(public_site=False), False),
        (public, NURSE, Asked(public_site=False), True),
        (signed_in, STRANGER, Asked(), False),
        (signed_in, NURSE, Asked(), True),
        (annotates, STRANGER, FIRST, False),
        (annotates, NURSE, FIRST, True),
        (annotates, NURSE, OTHER, False),
        (annotates, PHARMACIST, FIRST, True),  # held at the location above the practice
        (annotates, PHARMACIST, OTHER, False),
        (annotates, ADMINISTRATOR, OTHER, True),
        (annotates, NURSE, Asked(), False),  # a page about no organisation is not hers by accident
        (administers, PHARMACIST, FIRST, False),
        (administers, ADMINISTRATOR, Asked(), True),
        (everybody, STRANGER, Asked(), True),
        (nobody, ADMINISTRATOR, Asked(), False),
    ],
)
def test_the_rules(predicate, who, asked, allowed):
    assert predicate.test(who, asked) is allowed


def test_roles_are_written_with_their_organisation():
    assert parse_role("prescribing lead@y00001") == (Role.PRESCRIBING_LEAD, "Y00001")
    assert parse_role("Analyst") == (Role.ANALYST, "*")


def test_a_misspelt_role_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'pharmacist'"):
        parse_role("farmacist@Y00001")

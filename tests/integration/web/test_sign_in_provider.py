"""What a sign-in provider's claims earn."""

from dataclasses import replace

import pytest

from opencommissioning.web.site import SignIn


@pytest.fixture
def provider(site):
    """A site whose people come from the ICB's own provider."""
    before = site.SITE
    roles = (("GP-leads", "prescribing lead@Y00001"), ("analysts", "analyst@*"))
    site.SITE = replace(before, sign_in=SignIn("ICB", "https://id.example", "a", "b", "groups", roles))
    yield
    site.SITE = before


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"groups": ["analysts", "cooks"]}, ["analyst@*"]),
        ({"groups": "GP-leads"}, ["prescribing lead@Y00001"]),
        ({"userinfo": {"groups": ["analysts"]}}, ["analyst@*"]),
        ({"groups": []}, []),
        ({}, []),
    ],
)
def test_only_mapped_claims_give_roles(provider, claims, roles):
    from opencommissioning.web.adapters import roles_claimed

    assert roles_claimed(claims) == roles


def test_without_a_provider_nobody_comes_in(site):
    from opencommissioning.web.adapters import ProviderAccounts, roles_claimed

    assert roles_claimed({"groups": ["analysts"]}) == []
    assert ProviderAccounts().is_open_for_signup(None, None) is False

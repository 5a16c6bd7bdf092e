"""Every address of the site has its row in the permission table, and every row an address."""

import pytest

OF_PACKAGES = ("account_", "mfa_", "socialaccount_", "usersessions_", "openid_connect_", "api:")
OURS = {"account_new_password", "account_one_time_link"}


def routes(patterns, prefix=""):
    """(name, address pattern) of every route below `patterns`, namespaces included in the name."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern.url_patterns, prefix + space)
        else:
            yield f"{prefix}{pattern.name}", pattern


@pytest.fixture
def known(site):
    from django.urls import get_resolver

    return dict(routes(get_resolver().url_patterns))


def test_every_route_is_in_the_table_and_nothing_else_is(known):
    from opencommissioning.web.permissions import TABLE

    assert set(known) - set(TABLE) == set(), "routes without a permission"
    assert set(TABLE) - set(known) == set(), "permissions without a route"


def test_every_view_of_the_site_tells_what_it_reads_of_an_address(known):
    ours = {name: each for name, each in known.items() if name in OURS or not name.startswith(OF_PACKAGES)}
    assert len(ours) > 50
    silent = [name for name, each in ours.items() if not hasattr(each.callback, "reads")]
    assert silent == [], "views without @by_build(…) or @reading(…)"


def test_no_route_is_without_a_name(known):
    assert not [name for name in known if name.endswith("None")]


def test_a_route_that_is_not_in_the_table_is_refused(client, monkeypatch):
    from opencommissioning.web import permissions

    monkeypatch.delitem(permissions.TABLE, "glossary")
    assert client.get("/glossary/").status_code == 302  # to the sign-in page
    assert client.head("/glossary/").status_code == 302


def test_pages_of_ones_own_account_ask_to_sign_in(client):
    from opencommissioning.web.permissions import OWN_ACCOUNT

    assert "account" in OWN_ACCOUNT
    answer = client.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/account/")


def test_what_is_closed_is_not_found_even_for_an_administrator(client, sign_in):
    sign_in("administrator@*")
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/signup/", {"email": "x@example.org"}).status_code == 404


def test_a_site_that_is_not_public_asks_everybody_to_sign_in(client, sign_in, settings_site):
    settings_site(public=False)
    assert client.get("/glossary/").status_code == 302
    assert client.get("/accessibility/").status_code == 200
    sign_in()
    assert client.get("/glossary/").status_code == 200

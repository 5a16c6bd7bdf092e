"""Signing in with the organisation's own OpenID Connect provider: a real round trip against a small one on this machine."""

import json
import threading
from copy import deepcopy
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from opencommissioning.web.site import SignIn

ROLES = (("GP-leads", "prescribing lead@Y00001"), ("analysts", "analyst@*"))
START = "/account/oidc/oidc/login/"


class Provider(BaseHTTPRequestHandler):
    """As much of a provider as a sign-in asks for; `person` is whoever it vouches for."""

    person: dict = {}
    asked: list = []

    def do_GET(self):
        home = f"http://{self.headers['Host']}"
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": home,
                "authorization_endpoint": f"{home}/authorise",
                "token_endpoint": f"{home}/token",
                "userinfo_endpoint": f"{home}/person",
                "jwks_uri": f"{home}/keys",
            },
            "/person": self.person,
        }
        self.answer(pages[self.path])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).asked.append(parse_qs(body))
        self.answer({"access_token": "a", "token_type": "Bearer", "expires_in": 60})

    def answer(self, said: dict) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        """Quiet."""


@pytest.fixture
def provider(site):
    """A running provider that the site is set up for."""
    from opencommissioning.web.signing_in import sign_in_settings

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Provider.person = {
        "sub": "42",
        "email": "a.lead@example.nhs.uk",
        "name": "A Lead",
        "groups": ["GP-leads", "cooks"],
    }
    Provider.asked = []
    before = site.SITE, deepcopy(site.SOCIALACCOUNT_PROVIDERS)
    sign_in = SignIn(
        "Example ICB", f"http://127.0.0.1:{server.server_port}", "compare", "secret", "groups", ROLES
    )
    site.SITE = replace(site.SITE, sign_in=sign_in)
    site.SOCIALACCOUNT_PROVIDERS = sign_in_settings(site.SITE)["SOCIALACCOUNT_PROVIDERS"]
    yield Provider
    site.SITE, site.SOCIALACCOUNT_PROVIDERS = before
    server.shutdown()
    server.server_close()


def sign_in_there(client):
    """Start at the site, be vouched for, come back."""
    away = client.post(START)
    assert away.status_code == 302
    sent = parse_qs(urlsplit(away["Location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    return client.get(f"{START}callback/", {"code": "c", "state": sent["state"][0]})


def roles_now():
    from opencommissioning.web.accounts import list_users

    return {email: roles for email, _, _, roles in list_users()}


def test_whoever_the_provider_vouches_for_comes_in_with_the_mapped_roles(client, provider):
    back = sign_in_there(client)
    assert back["Location"] == "/account/"
    assert "A Lead" in client.get("/account/").content.decode()
    assert roles_now() == {"a.lead@example.nhs.uk": ["prescribing lead@Y00001"]}
    assert provider.asked[0]["code_verifier"], "the proof that the same browser came back"


def test_the_sign_in_page_leads_straight_to_the_provider_in_our_words(client, provider):
    page = client.get("/account/login/").content.decode()
    assert "Sign in with Example ICB" in page
    assert f'<form method="post" action="{START}' in page
    assert "third-party" not in page


def test_a_provider_that_does_not_answer_is_told_in_words(client, provider, site):
    lost = replace(site.SITE.sign_in, server="http://127.0.0.1:9")
    site.SITE = replace(site.SITE, sign_in=lost)
    from opencommissioning.web.signing_in import sign_in_settings

    site.SOCIALACCOUNT_PROVIDERS = sign_in_settings(site.SITE)["SOCIALACCOUNT_PROVIDERS"]
    answer = client.post(START)
    assert answer.status_code == 503
    assert "The sign-in of Example ICB does not answer" in answer.content.decode()


def test_claims_that_are_gone_end_their_roles_and_leave_others_alone(client, provider):
    from opencommissioning.web.accounts import give_role

    sign_in_there(client)
    give_role("a.lead@example.nhs.uk", "pharmacist@Y00002")
    client.logout()
    provider.person = {**provider.person, "groups": ["analysts"]}
    sign_in_there(client)
    assert roles_now() == {"a.lead@example.nhs.uk": ["analyst@*", "pharmacist@Y00002"]}


def test_an_account_made_before_is_found_by_its_address(client, provider):
    from opencommissioning.web.accounts import create_user

    create_user("a.lead@example.nhs.uk", roles=["pharmacist@Y00002"])
    assert sign_in_there(client)["Location"] == "/account/"
    assert roles_now() == {"a.lead@example.nhs.uk": ["pharmacist@Y00002", "prescribing lead@Y00001"]}


def test_a_closed_account_stays_closed(client, provider):
    from opencommissioning.web.accounts import close_account

    sign_in_there(client)
    close_account("a.lead@example.nhs.uk")
    client.logout()
    sign_in_there(client)
    assert client.get("/account/").status_code == 302
    assert roles_now() == {"a.lead@example.nhs.uk": []}


def test_an_answer_nobody_asked_for_is_refused(client, provider):
    answer = client.get(f"{START}callback/", {"code": "c", "state": "forged"})
    assert answer.status_code in (200, 401, 403)
    assert client.get("/account/").status_code == 302
    assert roles_now() == {}


def test_without_a_provider_there_is_none_to_ask(client):
    assert client.post(START).status_code == 404


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

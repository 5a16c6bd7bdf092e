"""Accounts: made from the command line, signed in with a second factor, locked after failures, ended for good."""

import pytest

from opencommissioning.errors import OpenCommissioningError, UnknownName

EMAIL, PASSWORD = "a.lead@example.nhs.uk", "correct horse battery"


@pytest.fixture
def lead(db):
    from opencommissioning.web.accounts import create_user

    create_user(EMAIL, "A Lead", PASSWORD, ["prescribing lead@Y00001"])


def try_to_sign_in(client, password, email=EMAIL):
    return client.post("/account/login/", {"login": email, "password": password})


def test_an_account_has_the_roles_it_was_given(lead):
    from opencommissioning.web.accounts import list_users

    assert list_users() == [(EMAIL, "A Lead", True, ["prescribing lead@Y00001"])]


def test_passwords_are_kept_as_argon2(lead):
    from opencommissioning.web.models import Person

    assert Person.objects.get().password.startswith("argon2$")


def test_a_random_password_is_returned_once(db, client):
    from opencommissioning.web.accounts import create_user

    password = create_user(EMAIL)
    assert try_to_sign_in(client, password)["Location"] == "/account/"


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        (EMAIL.upper(), PASSWORD, "account with this address already"),
        ("b@example.nhs.uk", "short", "too short"),
        ("not an address", PASSWORD, "valid email"),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_nothing_made(lead, email, password, sentence):
    from opencommissioning.web.accounts import create_user, list_users

    with pytest.raises(OpenCommissioningError, match=sentence):
        create_user(email, password=password, roles=["viewer"])
    assert len(list_users()) == 1


def test_a_misspelt_role_makes_no_account(db):
    from opencommissioning.web.accounts import create_user, list_users

    with pytest.raises(UnknownName):
        create_user(EMAIL, password=PASSWORD, roles=["viewr"])
    assert list_users() == []


def test_roles_are_given_and_ended(lead):
    from opencommissioning.web.accounts import give_role, list_users, take_role
    from opencommissioning.web.models import Holding

    give_role(EMAIL, "analyst@*")
    give_role(EMAIL, "analyst@*")
    take_role(EMAIL, "prescribing lead@Y00001")
    assert list_users()[0][3] == ["analyst@*"]
    assert Holding.objects.count() == 2  # what was held stays known
    with pytest.raises(UnknownName, match="does not hold"):
        take_role(EMAIL, "pharmacist@Y00001")


def test_an_unknown_address_names_the_nearest(lead):
    from opencommissioning.web.accounts import give_role

    with pytest.raises(UnknownName, match=r"did you mean 'a\.lead@example\.nhs\.uk'"):
        give_role("a.led@example.nhs.uk", "viewer")


def test_signing_in_and_out(lead, client):
    assert try_to_sign_in(client, PASSWORD)["Location"] == "/account/"
    page = client.get("/account/")
    assert "A Lead" in page.content.decode()
    assert "Prescribing lead, Y00001" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_five_failures_lock_the_address(lead, client):
    for _ in range(5):
        answer = try_to_sign_in(client, "wrong password")
    assert answer.status_code == 429
    answer = try_to_sign_in(client, PASSWORD)
    assert answer.status_code == 429
    assert "Signing in is locked" in answer.content.decode()


def test_a_closed_account_cannot_come_back(lead, client):
    from opencommissioning.web.accounts import close_account, list_users

    try_to_sign_in(client, PASSWORD)
    close_account(EMAIL)
    assert client.get("/account/").status_code == 302
    assert try_to_sign_in(client, PASSWORD).headers.get("Location") != "/account/"
    assert list_users()[0][2:] == (False, [])


def test_a_second_factor_is_asked_for_once_it_is_set_up(lead, client):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    from opencommissioning.web.models import Person

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(Person.objects.get(), secret)
    answer = try_to_sign_in(client, PASSWORD)
    assert answer["Location"].startswith("/account/second-factor/authenticate/")
    assert client.get("/account/").status_code == 302, "the password alone is not enough"
    wrong = client.post("/account/second-factor/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post("/account/second-factor/authenticate/", {"code": code})["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_the_second_factor_cannot_be_guessed(lead, client):
    from allauth.mfa.totp.internal.auth import TOTP

    from opencommissioning.web.models import Person

    TOTP.activate(Person.objects.get(), "JBSWY3DPEHPK3PXP")
    try_to_sign_in(client, PASSWORD)
    for code in range(12):
        answer = client.post("/account/second-factor/authenticate/", {"code": f"{code:06d}"})
    assert "too many wrong attempts" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/account/second-factor/",
        "/account/second-factor/totp/activate/",
        "/account/second-factor/webauthn/",
        "/account/second-factor/webauthn/add/",
        "/account/devices/",
        "/account/password/change/",
    ],
)
def test_pages_of_the_account_render_in_the_sites_own_layout(lead, client, address):
    try_to_sign_in(client, PASSWORD)
    page = client.get(address, follow=True)
    assert page.status_code == 200
    assert "not an official NHS site" in page.content.decode()
    assert "style=" not in page.content.decode()


def test_a_reset_gives_a_new_password_without_second_factor_and_ends_sessions(lead, client, caplog):
    from allauth.mfa.totp.internal.auth import TOTP

    from opencommissioning.web.accounts import list_users, reset_account
    from opencommissioning.web.models import Person, Reset

    try_to_sign_in(client, PASSWORD)
    TOTP.activate(Person.objects.get(), "JBSWY3DPEHPK3PXP")
    password = reset_account(EMAIL)
    assert client.get("/account/").status_code == 302, "the old session is over"
    assert try_to_sign_in(client, PASSWORD).headers.get("Location") is None
    assert try_to_sign_in(client, password)["Location"] == "/account/", "nothing more is asked for"
    assert list_users()[0][3] == ["prescribing lead@Y00001"], "roles stay"
    assert Reset.objects.get().by == "command line"
    assert "reset by command line" in caplog.text
    assert EMAIL not in caplog.text
    assert "set anew" in client.get("/account/").content.decode()


def test_a_reset_unlocks(lead, client):
    from opencommissioning.web.accounts import reset_account

    for _ in range(5):
        try_to_sign_in(client, "wrong password")
    assert try_to_sign_in(client, reset_account(EMAIL)).headers.get("Location") == "/account/"


def test_a_reset_that_cannot_be_changes_nothing(lead, client):
    from opencommissioning.web.accounts import close_account, reset_account
    from opencommissioning.web.models import Reset

    with pytest.raises(OpenCommissioningError, match="too short"):
        reset_account(EMAIL, "short")
    assert try_to_sign_in(client, PASSWORD)["Location"] == "/account/"
    close_account(EMAIL)
    with pytest.raises(OpenCommissioningError, match="closed, so nothing was changed"):
        reset_account(EMAIL)
    assert not Reset.objects.exists()


def test_whoever_forgot_is_told_whom_to_ask(client, settings_site):
    settings_site(contact="data@example.nhs.uk")
    assert "/account/password/reset/" in client.get("/account/login/").content.decode()
    page = client.get("/account/password/reset/").content.decode()
    assert "data@example.nhs.uk" in page
    assert "people reset" in page


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"login": "", "password": ""}, "id_login", "Enter your e-mail address."),
        ({"login": "nobody", "password": "x"}, "id_login", "Enter an e-mail address like"),
        ({"login": EMAIL, "password": ""}, "id_password", "Enter your password."),
        ({"login": EMAIL, "password": "wrong"}, "id_login", "The e-mail address and the password do not"),
    ],
)
def test_what_is_wrong_is_said_in_the_title_at_the_top_and_at_its_field(client, sent, field, sentence):
    page = client.post("/account/login/", sent).content.decode()
    assert "<title>Error: Sign in" in page
    summary, form = page.split("<h1>")
    assert f'<a href="#{field}">{sentence}' in summary
    assert f'id="{field}-error"' in form
    assert sentence in form


def test_no_page_of_the_account_speaks_the_packages_english(lead, client):
    try_to_sign_in(client, PASSWORD)
    addresses = ["", "second-factor/", "second-factor/totp/activate/", "second-factor/webauthn/add/"]
    addresses += ["devices/", "password/change/", "second-factor/recovery-codes/generate/"]
    for address in addresses:
        page = client.get(f"/account/{address}", follow=True).content.decode()
        for word in (
            "Two-Factor",
            "Authentication",
            "Please reauthenticate",
            "Deactivate",
            "Sign Out",
            "IP Address",
        ):
            assert word not in page.split("<main")[1].split("</main")[0], (address, word)


def test_a_role_that_needs_a_second_factor_counts_only_with_one(client, sign_in, settings_site):
    from allauth.mfa.totp.internal.auth import TOTP

    settings_site(second_factor=("pharmacist",))
    person = sign_in("pharmacist@*", "analyst@*")
    address = "/measure/trimethoprim_share/definition/sign-off/"
    answer = client.get(address)
    assert answer.status_code == 403
    assert "Set up a second factor" in answer.content.decode()
    assert "waits for a second factor" in client.get("/account/").content.decode()
    assert client.get("/analyse/").status_code == 200, "reading stays open"
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert client.get(address).status_code == 200
    assert "waits for" not in client.get("/account/").content.decode()

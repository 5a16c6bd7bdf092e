"""A one-time link sets a new password once, within a day, and says nothing of who it is for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from opencommissioning.errors import OpenCommissioningError, UnknownName
from opencommissioning.web.mail import Mail

EMAIL, PASSWORD, NEW = "a.lead@example.nhs.uk", "correct horse battery", "staple lantern river"


@pytest.fixture
def lead(db):
    from opencommissioning.web.accounts import create_user

    create_user(EMAIL, "A Lead", PASSWORD, ["prescribing lead@Y00001"])


@pytest.fixture
def link(lead):
    """The path of a fresh link."""
    from opencommissioning.web.one_time import make_link

    return "/" + make_link(EMAIL).split("/", 3)[3]


@pytest.fixture
def mailing(site, lead):
    from django.core import mail

    before = site.SITE
    site.SITE = replace(
        before, mail=Mail("Example <a@example.nhs.uk>", "https://compare.example.nhs.uk", folder="mail")
    )
    mail.outbox = []
    yield mail
    site.SITE = before


def sign_in(client, password):
    return client.post("/account/login/", {"login": EMAIL, "password": password})


FORM = "/account/password/new/"


def choose(client, link, first=NEW, second=NEW):
    client.get(link)
    return client.post(FORM, {"new_password1": first, "new_password2": second})


def test_a_link_sets_a_new_password_once(client, link, caplog):
    from opencommissioning.web.models import Reset

    sign_in(client, "not the password")
    assert client.get(link)["Location"] == FORM, "the address does not keep the link"
    assert client.get(link, follow=True).status_code == 200, "looking does not spend it: mail scanners look"
    assert choose(client, link, "short", "short").status_code == 422
    done = client.post(FORM, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your new password is set" in done.content.decode()
    assert sign_in(client, PASSWORD).headers.get("Location") is None
    assert sign_in(client, NEW)["Location"] == "/account/"
    assert "set anew by a one-time link" in client.get("/account/").content.decode()
    assert Reset.objects.get().by == "one-time link"
    assert choose(client, link, PASSWORD, PASSWORD).status_code == 404, "good once"
    assert "was used" in caplog.text
    assert not any(each in caplog.text for each in (EMAIL, link.split("/")[-2], "Y00001", NEW))


def test_sessions_end_and_a_second_factor_stays(client, link):
    from allauth.mfa.totp.internal.auth import TOTP

    from opencommissioning.web.models import Person

    TOTP.activate(Person.objects.get(), "JBSWY3DPEHPK3PXP")
    choose(client, link)
    assert "authenticate" in sign_in(client, NEW)["Location"]


def test_open_sessions_end(client, lead):
    from opencommissioning.web.one_time import make_link

    sign_in(client, PASSWORD)
    choose(client, "/" + make_link(EMAIL).split("/", 3)[3])
    assert client.get("/account/").status_code == 302


def test_a_link_is_good_for_a_day(client, lead, monkeypatch):
    from opencommissioning.web import one_time

    then = datetime.now() - timedelta(hours=25)
    monkeypatch.setattr(one_time.tokens, "_now", lambda: then, raising=False)
    old = "/" + one_time.make_link(EMAIL).split("/", 3)[3]
    assert client.get(old, follow=True).status_code == 200
    monkeypatch.undo()
    refused = client.get(old, follow=True)
    assert refused.status_code == 404
    assert "older than a day" in refused.content.decode()


@pytest.mark.parametrize(
    "token", ["x", "1-", "1-abc-def", "zzzzzzzzzzzzzzzzzz-a-b", "-", "%00-a-b", "1" * 300]
)
def test_a_forged_link_is_no_link(client, lead, token):
    assert client.get(f"/account/password/new/{token}/", follow=True).status_code == 404


def test_a_link_of_a_closed_account_is_no_link(client, link):
    from opencommissioning.web.accounts import close_account
    from opencommissioning.web.one_time import make_link

    close_account(EMAIL)
    assert client.get(link, follow=True).status_code == 404
    with pytest.raises(OpenCommissioningError, match="closed"):
        make_link(EMAIL)
    with pytest.raises(UnknownName):
        make_link("nobody@example.nhs.uk")


def test_all_that_is_wrong_is_told_at_its_field(client, link):
    page = choose(client, link, "short", "other")
    assert page.status_code == 422
    assert 'href="#new_password2"' in page.content.decode()
    assert "The two passwords differ" in page.content.decode()
    weak = choose(client, link, "short", "short").content.decode()
    assert "too short" in weak
    empty = choose(client, link, "", "").content.decode()
    assert "Enter a new password" in empty
    assert "Enter the new password a second time" in empty
    assert 'href="#new_password1"' in empty
    assert choose(client, link).status_code == 302, "and the link is still good"


def test_a_link_is_sent_to_the_accounts_own_address(client, mailing):
    from opencommissioning.web.one_time import send_link

    send_link(EMAIL.upper())
    (message,) = mailing.outbox
    assert message.to == [EMAIL]
    found = next(line for line in message.body.splitlines() if line.startswith("https://"))
    assert found.startswith("https://compare.example.nhs.uk/account/password/new/")
    assert client.get("/" + found.split("/", 3)[3], follow=True).status_code == 200


def test_without_mail_nothing_is_sent(lead):
    from opencommissioning.web.one_time import send_link

    with pytest.raises(OpenCommissioningError, match=r"\[mail\] in site.toml"):
        send_link(EMAIL)

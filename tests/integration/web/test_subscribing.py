"""Letters by e-mail: asked for, confirmed, sent once for each build, stopped by one click; no address anywhere but in the mail."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.mail import Mail

READER = "reader@example.org"
HOME = "https://compare.example.nhs.uk"


@pytest.fixture
def mailing(site, db):
    """The site with mail set up and nobody subscribed; messages are kept in memory by Django's test environment."""
    from django.core import mail

    from opencommissioning.web.models import Subscription

    Subscription.objects.all().delete()
    before = site.SITE
    site.SITE = replace(before, mail=Mail("Example <compare@example.nhs.uk>", HOME, folder="mail"))
    mail.outbox = []
    yield mail
    site.SITE = before


@pytest.fixture
def practice(site):
    from opencommissioning.web import questions

    return questions.build().children(questions.home_code())[1][2]


def ask(client, practice, email=READER, **more):
    return client.post("/subscribe/", {"organisation": practice, "email": email, **more})


def link(message, word):
    found = re.search(rf"{HOME}(/subscribe/{word}/\S+)", message.body)
    return found[1]


def send():
    from opencommissioning.web.notifying import notify

    return notify(lambda *_: None)


@pytest.fixture
def confirmed(client, mailing, practice):
    """A reader who has confirmed letters about the practice; the outbox is empty."""
    ask(client, practice)
    client.post(link(mailing.outbox.pop(), "confirm"))


def test_asking_sends_one_link_and_nothing_else_until_it_is_used(client, mailing, practice):
    from opencommissioning.web.models import Subscription

    assert client.get(f"/subscribe/?organisation={practice}").status_code == 200
    assert ask(client, practice).status_code == 200
    (message,) = mailing.outbox
    assert message.to == [READER]
    assert send().sent == 0
    opened = client.get(link(message, "confirm"))  # as a mail scanner does
    assert "Do you want these letters?" in opened.content.decode()
    assert Subscription.objects.get().confirmed is None
    assert "Letters will come" in client.post(link(message, "confirm")).content.decode()
    assert send().sent == 1


def test_a_letter_says_what_the_digest_says_and_how_to_stop_it(client, mailing, confirmed, practice):
    from opencommissioning.area.letters.writing import Letters
    from opencommissioning.web import questions
    from pdf_text import squeezed

    send()
    (message,) = mailing.outbox
    told = Letters(questions.build(), "practice", questions.area().annotations()).of(practice)
    assert squeezed(told.opening) in squeezed(message.body)
    assert squeezed(told.rate) in squeezed(message.body)
    assert f"{HOME}/organisation/{practice}/" in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{HOME}{link(message, 'end')}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_is_sent_twice_for_one_build(client, mailing, confirmed, monkeypatch):
    from opencommissioning.web import questions

    assert (send().sent, send().sent, send().before) == (1, 0, 1)
    monkeypatch.setattr(questions, "build_id", lambda: "anotherbuild")
    assert send().sent == 1
    assert len(mailing.outbox) == 2


def test_a_letter_that_was_begun_and_cut_off_is_not_sent_again(mailing, confirmed):
    from opencommissioning.web import questions
    from opencommissioning.web.models import Sending, Subscription

    Sending.objects.create(subscription=Subscription.objects.get(), build=questions.build_id())
    assert (send().sent, send().before) == (0, 1)
    assert mailing.outbox == []


def test_a_server_that_refuses_is_tried_again(mailing, confirmed, monkeypatch):
    import smtplib

    from django.core.mail import EmailMessage

    def refuse(self, *args, **kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        told = send()
    assert told.failed == 1
    assert "tries them again" in told.sentence
    assert READER not in told.sentence
    assert send().sent == 1


def test_the_link_and_the_one_click_both_stop_the_letters(client, mailing, confirmed):
    from django.test import Client

    from opencommissioning.web.models import Subscription

    send()
    address = link(mailing.outbox[0], "end")
    assert "Stop these letters?" in client.get(address).content.decode()
    assert Subscription.objects.count() == 1
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    answer = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Subscription.objects.count() == 0
    assert "No more letters" in client.post(address).content.decode()


def test_links_of_one_kind_are_not_good_for_another_and_forged_ones_for_nothing(client, mailing, practice):
    ask(client, practice)
    token = link(mailing.outbox[0], "confirm").split("/")[-2]
    for address in (
        f"/subscribe/end/{token}/",
        "/subscribe/end/forged:1:2/",
        f"/subscribe/confirm/{token[:-2]}xx/",
    ):
        assert client.post(address).status_code == 400


def test_a_link_gets_too_old_and_what_nobody_confirms_is_forgotten(client, mailing, practice, monkeypatch):
    from django.utils import timezone

    from opencommissioning.web import subscribing
    from opencommissioning.web.models import Subscription

    ask(client, practice)
    address = link(mailing.outbox[0], "confirm")
    monkeypatch.setattr(subscribing, "CONFIRM_WITHIN", timedelta(seconds=-1))
    answer = client.get(address)
    assert answer.status_code == 400
    assert "too old" in answer.content.decode()
    monkeypatch.undo()
    Subscription.objects.update(asked=timezone.now() - timedelta(days=8))
    assert subscribing.forget_unconfirmed() == 1


def test_the_same_answer_whether_the_address_is_known_or_not(client, mailing, confirmed, practice):
    again, new = ask(client, practice), ask(client, practice, "other@example.org")
    assert again.content == new.content
    assert "already" in mailing.outbox[0].subject


def test_letters_about_a_measure(client, mailing):
    client.post("/subscribe/", {"measure": "broad_spectrum_antibiotics", "email": READER})
    client.post(link(mailing.outbox.pop(), "confirm"))
    assert send().sent == 1
    body = mailing.outbox[0].body
    assert "HOW SURE WE ARE" in body
    assert f"{HOME}/measure/broad_spectrum_antibiotics/practice/" in body


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "x@example.org\nBcc: y@example.org", "a" * 300 + "@example.org"]
)
def test_an_address_that_is_none_is_asked_for_again(client, mailing, practice, email):
    answer = ask(client, practice, email)
    assert answer.status_code == 422
    assert "name@example.org" in answer.content.decode()
    assert mailing.outbox == []


def test_too_many_wishes_are_refused(client, mailing, practice):
    answers = [ask(client, practice).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert len(mailing.outbox) == 3


def test_from_one_place_only_so_many(client, mailing, practice):
    answers = [ask(client, practice, f"reader{number}@example.org").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]


def test_what_there_are_no_letters_about(client, mailing):
    assert client.get("/subscribe/").status_code == 400
    assert client.get("/subscribe/?organisation=ENGLAND").status_code == 400
    assert client.get("/subscribe/?measure=no_such").status_code == 400


def test_a_site_without_mail_says_so(client, practice, mailing, site):
    from opencommissioning.web.models import Subscription

    site.SITE = replace(site.SITE, mail=None)
    assert "does not send letters" in client.get(f"/subscribe/?organisation={practice}").content.decode()
    assert "does not send letters" in ask(client, practice).content.decode()
    assert Subscription.objects.count() == 0
    with pytest.raises(OpenCommissioningError, match=r"\[mail\]"):
        send()


def test_no_address_reaches_a_log_or_a_page_address(client, mailing, confirmed, caplog):
    send()
    for message in mailing.outbox:
        assert "@" not in link(message, "end")
        assert "reader" not in link(message, "end")
    assert READER not in caplog.text


def test_letters_as_files(site, tmp_path):
    from django.core.mail import EmailMessage

    from opencommissioning.web.mail_folder import Folder

    site.EMAIL_FILE_PATH = str(tmp_path / "mail")
    EmailMessage("Title", "Words £", "a@example.org", ["b@example.org"], connection=Folder()).send()
    (path,) = (tmp_path / "mail").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert "Subject: Title" in path.read_text(encoding="utf-8")

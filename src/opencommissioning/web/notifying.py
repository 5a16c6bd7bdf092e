"""After a build: one letter to every confirmed subscription, never two for the same build.

Before a letter is sent the sending is written down; so two processes, or one that was killed and starts again, cannot send it
twice. A server that refuses a letter has its entry taken back, and `opencommissioning notify` tries again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone

from opencommissioning.area.letters.of_measure import MeasureLetter, measure_letter
from opencommissioning.area.letters.writing import Letters
from opencommissioning.errors import OpenCommissioningError
from opencommissioning.reports import digest
from opencommissioning.web import questions
from opencommissioning.web.models import Sending, Subscription
from opencommissioning.web.subscribing import END, OF_MEASURE, address_of, forget_unconfirmed, headers_of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Notified:
    """What was done for a build: letters sent, sent before, without anything to tell, refused by the mail server."""

    build: str
    sent: int = 0
    before: int = 0
    nothing: int = 0
    failed: int = 0

    @property
    def sentence(self) -> str:
        """`12 letters sent for build 25ac04268407; 3 had been sent before.`"""
        parts = [f"{self.sent} {'letter' if self.sent == 1 else 'letters'} sent for build {self.build}"]
        parts += [f"{self.before} had been sent before"] if self.before else []
        parts += [f"{self.nothing} had nothing to tell about"] if self.nothing else []
        text = "; ".join(parts) + "."
        if self.failed:
            text += f" {self.failed} could not be sent; 'opencommissioning notify' tries them again."
        return text


def notify(progress: Progress) -> Notified:
    """Send what has not been sent for the build that serves now; OpenCommissioningError when no mail is set up."""
    if settings.SITE.mail is None:
        raise OpenCommissioningError(
            "no mail is set up: write a table [mail] into site.toml (sender, address, and folder or host)"
        )
    forget_unconfirmed()
    build = questions.build_id()
    wanted = Subscription.objects.exclude(confirmed=None).order_by("kind", "subject", "pk")
    counts = dict.fromkeys(("sent", "before", "nothing", "failed"), 0)
    writer = _Writer()
    with get_connection() as connection:
        for number, each in enumerate(wanted.iterator()):
            progress("letters", number, wanted.count())
            counts[_one(each, build, writer, connection)] += 1
    return Notified(build, **counts)


def _one(each: Subscription, build: str, writer: "_Writer", connection) -> str:
    """What became of one letter: a key of `Notified`."""
    sending, new = Sending.objects.get_or_create(subscription=each, build=build)
    if not new:
        return "before"
    try:
        title, body = writer.write(each)
    except OpenCommissioningError:  # closed, or without any value in this build
        return "nothing"
    message = EmailMessage(
        title, body, settings.SITE.mail.sender, [each.email], headers=headers_of(each), connection=connection
    )
    try:
        message.send()
    except OSError:  # every error of smtplib is one; the address stays out of logs
        sending.delete()
        return "failed"
    sending.sent = timezone.now()
    sending.save(update_fields=["sent"])
    return "sent"


class _Writer:
    """Writes letters of one build; what those of a level share is read once."""

    def __init__(self) -> None:
        notes = questions.area().annotations()
        self.letters = lru_cache(maxsize=None)(lambda level: Letters(questions.build(), level, notes))
        self.measure = lru_cache(maxsize=None)(self._measure)

    def write(self, each: Subscription) -> tuple[str, str]:
        """Title and text of the letter, with the link that ends it."""
        title, body = (self.measure if each.kind == OF_MEASURE else self._organisation)(each.subject)
        return " ".join(title.split()), f"{body}\nStop these letters: {address_of(each, END)}\n"

    def _organisation(self, code: str) -> tuple[str, str]:
        organisation = questions.build().organisation(code)
        letter = self.letters(organisation.level).of(organisation.code, charts=False)
        page = settings.SITE.mail.address + reverse("organisation", args=[organisation.code])
        return digest.subject(letter), digest.text(letter, page)

    def _measure(self, name: str) -> tuple[str, str]:
        letter: MeasureLetter = measure_letter(questions.build(), name)
        page = settings.SITE.mail.address + reverse("measure", args=[name, "practice"])
        return letter.subject, letter.text(page)

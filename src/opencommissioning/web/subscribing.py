"""Subscriptions: asking for letters, confirming, ending. No account is needed; addresses of pages hold a signed token, never an e-mail address.

Asking sends one message with a link; only who reads that mailbox can confirm. What nobody confirms within a week is forgotten,
and what is ended is deleted with its address at once.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.models import Subscription

SALT = "opencommissioning.subscription"
CONFIRM, END = "confirm", "end"
CONFIRM_WITHIN = timedelta(days=7)
OF_ORGANISATION, OF_MEASURE = "organisation", "measure"


def ask(email: str, kind: str, subject: str, words: str) -> None:
    """Note the wish and send the link that confirms it; nothing is told about whether the address was known. `words` name the subject."""
    email = email.strip().lower()
    validate_email(email)
    found, _ = Subscription.objects.get_or_create(email=email, kind=kind, subject=subject)
    _send(found, words, _already if found.confirmed else _please_confirm)


def _send(found: Subscription, words: str, letter) -> None:
    title, body = letter(found, words)
    message = EmailMessage(title, body, settings.SITE.mail.sender, [found.email], headers=headers_of(found))
    message.send()


def _please_confirm(found: Subscription, words: str) -> tuple[str, str]:
    link = address_of(found, CONFIRM)
    body = (
        f"Somebody, probably you, asked {settings.SITE.name} for a letter about {words} whenever new data arrive: "
        "what changed beyond chance, what is far from what is expected, what others did, or that nothing stands out.\n\n"
        f"Confirm it here within {CONFIRM_WITHIN.days} days:\n{link}\n\n"
        "If it was not you, do nothing: no letter will come, and your address is forgotten after a week.\n\n"
        f"{settings.SITE.run_by}\n"
    )
    return f"{settings.SITE.name}: please confirm", body


def _already(found: Subscription, words: str) -> tuple[str, str]:
    body = (
        f"Somebody, probably you, asked again for letters about {words}. They come to you already; nothing was changed.\n\n"
        f"Stop them: {address_of(found, END)}\n\n{settings.SITE.run_by}\n"
    )
    return f"{settings.SITE.name}: you have this letter already", body


def address_of(found: Subscription, purpose: str) -> str:
    """The whole address of the page that confirms or ends a subscription."""
    name = {CONFIRM: "subscribe_confirm", END: "subscribe_end"}[purpose]
    return settings.SITE.mail.address + reverse(name, args=[_token(found, purpose)])


def headers_of(found: Subscription) -> dict[str, str]:
    """Headers that let mail programs end the subscription by one click (RFC 8058), and keep out-of-office replies away."""
    return {
        "List-Unsubscribe": f"<{address_of(found, END)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def _token(found: Subscription, purpose: str) -> str:
    return signing.dumps([found.pk, purpose, found.asked.isoformat()], salt=SALT)


def of_token(token: str, purpose: str) -> Subscription | None:
    """The subscription that a token is for; None when it was ended. OpenCommissioningError when the token is forged or too old."""
    try:
        age = CONFIRM_WITHIN if purpose == CONFIRM else None
        key, meant, asked = signing.loads(token, salt=SALT, max_age=age)
    except signing.SignatureExpired:
        raise OpenCommissioningError("This link is too old. Ask for the letter again.") from None
    except (signing.BadSignature, ValueError):
        raise OpenCommissioningError("This link is not complete. Copy all of it from the message.") from None
    if meant != purpose:
        raise OpenCommissioningError("This link is for something else. Copy the right one from the message.")
    found = Subscription.objects.filter(pk=key).first()
    return found if found and found.asked.isoformat() == asked else None


def confirm(found: Subscription) -> None:
    """Letters come from the next build on; a second click changes nothing."""
    if not found.confirmed:
        found.confirmed = timezone.now()
        found.save(update_fields=["confirmed"])


def end(found: Subscription) -> None:
    """Forget the subscription and its address."""
    found.delete()


def forget_unconfirmed() -> int:
    """Delete what nobody confirmed in time; how many."""
    old = Q(confirmed=None, asked__lt=timezone.now() - CONFIRM_WITHIN)
    return Subscription.objects.filter(old).delete()[0]

"""Where the sign-in package asks this site: no open sign-up, and roles from the provider's claims."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings

from opencommissioning.web.accounts import hold_only


class LocalAccounts(DefaultAccountAdapter):
    """Local accounts are made by an administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask whoever runs this site.",
        "email_password_mismatch": "The e-mail address and the password do not belong together. Check both and try again.",
        "enter_current_password": "That is not the password you use now.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not right. Use the one the app shows now; each works once.",
        "too_many_login_attempts": "There were too many wrong attempts. Wait five minutes and try again.",
        "rate_limited": "There were too many attempts. Wait five minutes and try again.",
    }

    def get_reauthentication_methods(self, user) -> list[dict]:
        """The package's ways, in our words."""
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code of your authenticator app",
            "mfa_reauthenticate:webauthn": "Use a security key",
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def is_open_for_signup(self, request) -> bool:
        """Never: see `accounts.create_user`."""
        return False


class SecondFactors(DefaultMFAAdapter):
    """What the pages about a second factor say."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "This cannot be taken away: your roles need a second factor.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a security key first.",
        "incorrect_code": LocalAccounts.error_messages["incorrect_code"],
    }

    def generate_authenticator_name(self, user, type) -> str:
        """The name proposed for a new key."""
        from allauth.mfa.models import Authenticator

        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"


class ProviderAccounts(DefaultSocialAccountAdapter):
    """An account of the provider may come in; what it may do follows from the claims mapped in site.toml."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        """Whoever the organisation's own provider vouches for gets an account without roles."""
        return settings.SITE.sign_in is not None

    def populate_user(self, request, sociallogin, data):
        """Take name and address from the provider."""
        person = super().populate_user(request, sociallogin, data)
        person.name = data.get("name") or " ".join(
            filter(None, [data.get("first_name"), data.get("last_name")])
        )
        return person

    def save_user(self, request, sociallogin, form=None):
        """Make the account and give it the roles its claims earn."""
        person = super().save_user(request, sociallogin, form)
        _follow_claims(person, sociallogin)
        return person

    def pre_social_login(self, request, sociallogin) -> None:
        """At every later sign-in, end the roles that the claims no longer earn and give those they do."""
        if sociallogin.is_existing and sociallogin.user.is_active:
            _follow_claims(sociallogin.user, sociallogin)


def _follow_claims(person, sociallogin) -> None:
    by = f"sign-in provider {settings.SITE.sign_in.name}"
    hold_only(person, roles_claimed(sociallogin.account.extra_data), by)


def roles_claimed(claims: dict) -> list[str]:
    """The "role@organisation" texts that `[sign_in] roles` gives for the values of the role claim."""
    sign_in = settings.SITE.sign_in
    known = claims.get("userinfo", claims) if sign_in else {}
    found = known.get(sign_in.role_claim, []) if sign_in and sign_in.role_claim else []
    values = {found} if isinstance(found, str) else set(map(str, found))
    return [role for value, role in (sign_in.roles if sign_in else ()) if value in values]


def address_tried(request, credentials: dict | None) -> str:
    """The e-mail address somebody tried to sign in with, for counting failures."""
    credentials = credentials or {}
    tried = (
        credentials.get("email")
        or credentials.get("username")
        or (request.POST.get("login", "") if request else "")
    )
    return tried.strip().lower()

"""Where the sign-in package asks this site: no open sign-up, and roles from the provider's claims."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings

from opencommissioning.web.accounts import hold_only


class LocalAccounts(DefaultAccountAdapter):
    """Local accounts are made by an administrator."""

    def is_open_for_signup(self, request) -> bool:
        """Never: see `accounts.create_user`."""
        return False


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

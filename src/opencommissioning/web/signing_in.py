"""Settings for signing in: local accounts with a second factor, one OpenID Connect provider, lock-out after failures."""

from datetime import timedelta

from opencommissioning.web.site import SignIn, Site

FORMS = "opencommissioning.web.forms"

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
LINK_FOR = timedelta(hours=24)  # how long a one-time link for a new password is good


def sign_in_settings(site: Site) -> dict:
    """Django, allauth and axes settings. Nobody signs up by themselves: an administrator makes accounts, or the provider does."""
    return {
        "AUTH_USER_MODEL": "web.Person",
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "account",
        "PASSWORD_RESET_TIMEOUT": int(LINK_FOR.total_seconds()),
        **_local(site),
        **_provider(site.sign_in),
        **_lock_out(),
    }


def _local(site: Site) -> dict:
    return {
        "ACCOUNT_ADAPTER": "opencommissioning.web.adapters.LocalAccounts",
        "ACCOUNT_FORMS": {
            "login": f"{FORMS}.SignIn",
            "change_password": f"{FORMS}.ChangePassword",
            "reauthenticate": f"{FORMS}.PasswordAgain",
        },
        "MFA_ADAPTER": "opencommissioning.web.adapters.SecondFactors",
        "MFA_FORMS": {
            "authenticate": f"{FORMS}.Code",
            "reauthenticate": f"{FORMS}.CodeAgain",
            "activate_totp": f"{FORMS}.SetUpApp",
            "add_webauthn": f"{FORMS}.AddKey",
            "edit_webauthn": f"{FORMS}.RenameKey",
        },
        "ACCOUNT_SESSION_REMEMBER": False,  # shared desks are common: a session ends with the browser
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": "email",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_UNIQUE_EMAIL": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_PREVENT_ENUMERATION": True,
        # passwords are counted by axes; the second factor by this
        "ACCOUNT_RATE_LIMITS": {"login_failed": "20/m/ip,10/300s/key"},
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": f"{site.name}: ",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_TOTP_ISSUER": site.name,
        "MFA_TOTP_TOLERANCE": 1,  # phones whose clocks are up to half a minute out
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # accounts are made by an administrator, who knows the address
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not site.https,
        "USERSESSIONS_TRACK_ACTIVITY": True,
    }


def _provider(sign_in: SignIn | None) -> dict:
    app = []
    if sign_in:
        app = [
            {
                "provider_id": "oidc",
                "name": sign_in.name,
                "client_id": sign_in.client_id,
                "secret": sign_in.client_secret,
                # one provider, the organisation's own: its word for an address is good, and finds an account made before
                "settings": {
                    "server_url": sign_in.server,
                    "verified_email": True,
                    "email_authentication": True,
                },
            }
        ]
    return {
        "SOCIALACCOUNT_ADAPTER": "opencommissioning.web.adapters.ProviderAccounts",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": app, "OAUTH_PKCE_ENABLED": True}},
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }


def _lock_out() -> dict:
    return {
        "AXES_FAILURE_LIMIT": FAILURES_BEFORE_LOCK,
        "AXES_COOLOFF_TIME": LOCKED_FOR,
        # the pair: a stranger cannot lock a colleague out from elsewhere
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_USERNAME_CALLABLE": "opencommissioning.web.adapters.address_tried",
        "AXES_LOCKOUT_CALLABLE": "opencommissioning.web.views.refusals.locked_out",
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_ENABLE_ADMIN": False,
    }

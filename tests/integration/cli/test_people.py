"""Accounts by command: the first in a process of its own, as it is used; a whole life of one in one process, for a start takes seconds."""

import json
import subprocess
import sys

import pytest

# The site is configured once per process; what else a command does is done for each.
SEVERAL = """
import json, sys
from click.testing import CliRunner
from opencommissioning import web
from opencommissioning.cli.main import commands
configure, done = web.configure, []
web.configure = lambda folder: done or done.append(configure(folder) or folder)
said = [CliRunner().invoke(commands, ["--area", sys.argv[1], "people", *words]) for words in json.loads(sys.argv[2])]
print(json.dumps([(each.exit_code, each.output) for each in said]))
"""


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    """The folder of an empty area."""
    from opencommissioning.area import Area

    folder = tmp_path_factory.mktemp("area") / "mine"
    Area.create(folder, "Mine")
    return folder


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=120)


def test_an_account_from_its_making_to_its_end(area):
    who = "a.lead@example.nhs.uk"
    words = [
        ["list"],
        ["add", who, "--role", "prescribing lead@Y00001"],
        ["give", who, "analyst@*"],
        ["list"],
        ["reset", who],
        ["close", who],
        ["list"],
    ]
    done = run("-c", SEVERAL, str(area), json.dumps(words))
    assert done.returncode == 0, done.stderr
    none, added, given, listed, reset, closed, after = json.loads(done.stdout.splitlines()[-1])
    assert "no account yet" in none[1]
    assert "Password" in added[1]
    assert given[0] == 0
    assert "prescribing lead@Y00001" in listed[1]
    assert "analyst@*" in listed[1]
    assert "shown this once" in reset[1]
    assert closed[0] == 0
    assert "analyst" not in after[1]


def test_a_role_that_does_not_exist_is_one_sentence_and_makes_nobody(area):
    command = ("-m", "opencommissioning.cli", "--area", str(area), "people")
    done = run(*command, "add", "b@example.nhs.uk", "--role", "pharmacyst@*")
    assert done.returncode != 0
    assert "did you mean 'pharmacist'" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    told = run(*command, "list")
    assert told.returncode == 0
    assert "b@example" not in told.stdout

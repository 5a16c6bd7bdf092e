"""Every command of the tutorial about hospital use and waits is run, on the invented area of the tests."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from opencommissioning.cli.main import commands

PAGE = Path(__file__).parents[3] / "docs" / "tutorial" / "hospital-and-waits.md"
COMMANDS = re.findall(
    r"^    opencommissioning --area tutorial (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)
MADE = ("load", "build")  # done by the fixture


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.split()[0] not in MADE])
def test_it_runs(command, invented, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands, ["--area", str(invented.folder), *shlex.split(command)])
    assert done.exit_code == 0, done.output
    assert len(done.output) > 50


def test_the_names_that_it_speaks_of_are_measures(invented):
    named = {name for row in re.findall(r"^\| .*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}  # fmt: skip
    assert len(named) > 15
    assert named <= set(invented.library.measures)

"""Every command of the tutorial about hospital use and waits is run, on the area of the tests of pages."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from opencommissioning.area.library import Library
from opencommissioning.cli.main import commands

PAGE = Path(__file__).parents[3] / "docs" / "tutorial" / "hospital-and-waits.md"
COMMANDS = re.findall(
    r"^    opencommissioning --area tutorial (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs(command, area_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands, ["--area", str(area_folder), *shlex.split(command)])
    assert done.exit_code == 0, done.output
    assert done.output.strip()


def test_the_names_that_it_speaks_of_are_measures():
    named = {name for row in re.findall(r"^\| .*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}  # fmt: skip
    assert len(named) > 15
    assert named <= set(Library().measures)

"""What somebody types who has nothing yet: which files are there, and a code without the kind of organisation."""

import pytest
from click.testing import CliRunner

from opencommissioning.area.data.standing import WITHOUT, sources_of_nobody
from opencommissioning.cli.main import commands


def asked(*words):
    done = CliRunner().invoke(commands, list(words))
    return done.exit_code, " ".join(done.output.split())


def test_sources_are_told_before_an_area_is_made(tmp_path):
    code, said = asked("--area", str(tmp_path), "sources")
    assert code == 0
    assert "There is no area in" in said
    assert "'opencommissioning init FOLDER'" in said
    assert "epraccur" in said
    assert "✓" not in said
    code, said = asked("--area", str(tmp_path), "sources", "dispensing_practices")
    assert (code, "Loaded: nothing yet" in said) == (0, True)
    assert "NHS Payments to General Practice" in said


def test_what_status_misses_without_a_source_is_what_the_source_unlocks(tmp_path):
    """Both are told of one declaration: what `status` says there is not, `sources` says there would be."""
    code, said = asked("--area", str(tmp_path), "sources", "tariff")
    gains = "ghost-branded generics; cost of price concessions; discounts by category"
    assert (code, f"Unlocks: {gains}." in said) == (0, True)
    assert all(f"no {each}" in WITHOUT["tariff"] for each in gains.split("; "))
    unlocks = {each.id: each.unlocks for each in sources_of_nobody()}
    assert all(unlocks[source] for source in WITHOUT)


def test_a_code_without_its_kind_is_told_what_to_type(tmp_path):
    code, said = asked("--area", str(tmp_path), "show", "11M")
    assert code == 2
    assert "show organisation 11M" in said


@pytest.mark.parametrize(("typed", "right"), [("sub_icb", "sub-icb"), ("practise", "practice")])
def test_a_misspelt_kind_is_told_the_right_one(tmp_path, typed, right):
    code, said = asked("--area", str(tmp_path), "show", typed, "11M")
    assert code == 2
    assert f"did you mean '{right}'?" in said

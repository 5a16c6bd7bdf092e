"""A command that a sentence names can be copied and run where the reader stands."""

import pytest

from opencommissioning.cli import screen
from opencommissioning.cli.main import main


@pytest.fixture(autouse=True)
def silence():
    yield
    screen.hints_for("", ())


def test_a_hint_carries_the_area_that_was_named():
    screen.hints_for("my-area", {"savings", "load"})
    assert screen.copyable("All of it: opencommissioning savings 9A1") == (
        "All of it: opencommissioning --area my-area savings 9A1"
    )
    for text in ("opencommissioning --area other load x", "opencommissioning demo", "opencommissioning 0.1"):
        assert screen.copyable(text) == text


def test_without_an_area_on_the_command_line_hints_stay_short():
    screen.hints_for("", ())
    assert screen.copyable("'opencommissioning load FILE'") == "'opencommissioning load FILE'"


def test_a_refusal_names_the_area_too(tmp_path, capsys):
    main_quietly("init", str(tmp_path / "one"))
    assert main_quietly("--area", str(tmp_path / "one"), "show", "practice", "X1") != 0
    assert f"opencommissioning --area {tmp_path / 'one'} build" in capsys.readouterr().err.replace("\n", " ")


def main_quietly(*words):
    try:
        main(list(words))
    except SystemExit as end:
        return end.code
    return 0


def test_columns_with_nothing_in_them_give_way():
    assert screen.filled(("a", "b", "c"), [("1", "", "x"), ("2", "", "")]) == (
        ["a", "c"],
        [["1", "x"], ["2", ""]],
    )
    assert screen.filled(("a", "b"), []) == (["a", "b"], [])

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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("11M", "'show organisation 11M' or 'show measure 11M'"),
        ("11M --all", "name what it is first, as in 'show organisation 11M --all'\n"),
        ("11M --peer 9A1 --peers", "as in 'show organisation 11M --peer 9A1 --peers'\n"),
        ("statin_items --level pcn --top=3", "as in 'show measure statin_items --level pcn --top=3'\n"),
        ("11M --unheard-of", "'show organisation 11M' or 'show measure 11M'\n"),
        ("practise B85010", "there is no kind 'practise'; did you mean 'practice'?"),
        ("surgery B85010 --all", "there is no kind 'surgery'; choose from england, group, icb"),
    ],
)
def test_a_code_where_the_kind_belongs_gets_what_to_type(capsys, words, told):
    assert main_quietly("show", *words.split()) == 2
    assert told in capsys.readouterr().err


def test_the_area_after_the_command_is_told_where_it_belongs(capsys):
    assert main_quietly("status", "--area", "my-area") == 2
    assert "--area goes before the command, as in 'opencommissioning --area my-area status'" in (
        capsys.readouterr().err
    )

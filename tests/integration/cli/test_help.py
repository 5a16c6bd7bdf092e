"""Every command says what it does and gives an example that the command itself would take."""

import shlex

import click
import pytest

from opencommissioning.cli.main import SECTIONS, commands, main


def all_commands(group: click.Group, path: tuple[str, ...] = ()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, (*path, name))
        else:
            yield (*path, name), command


EVERY = list(all_commands(commands))


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_a_command_says_what_it_does_with_an_example(path, command):
    assert command.help
    assert command.epilog, f"{' '.join(path)} has no example"
    words = shlex.split(command.epilog.partition("Example: ")[2])
    assert words[0] == "opencommissioning"
    place = next(number for number in range(len(words)) if tuple(words[number : number + len(path)]) == path)
    command.make_parser(click.Context(command)).parse_args(words[place + len(path) :])


def all_groups(group: click.Group, path: tuple[str, ...] = ()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield " ".join((*path, name)), command
            yield from all_groups(command, (*path, name))


@pytest.mark.parametrize(("name", "group"), list(all_groups(commands)))
def test_a_group_of_commands_has_an_example_too(name, group):
    assert group.epilog
    assert f" {name} " in group.epilog


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_option_is_explained(path, command):
    unexplained = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]
    assert unexplained == []


def test_the_list_of_commands_has_each_once_and_none_cut_short():
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(commands.commands)
    context = click.Context(commands, info_name="opencommissioning", terminal_width=80)
    told = " ".join(commands.get_help(context).split())
    for name, command in commands.commands.items():
        first = " ".join(command.help.split("\n\n")[0].split()).partition(". ")[0].rstrip(".")
        assert f"{name} {first}" in told


@pytest.mark.parametrize(("name", "group"), list(all_groups(commands)))
def test_groups_of_commands_cut_nothing_short_either(name, group):
    context = click.Context(group, info_name=name, terminal_width=80)
    assert "..." not in group.get_help(context).partition("[ARGS]...")[2]


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_values_are_named_in_words(path, command):
    told = command.get_help(click.Context(command, info_name=path[-1], terminal_width=200))
    assert not {"INTEGER", "FLOAT", "RANGE", "%Y"} & set(told.replace("-", " ").replace("[", " ").split())
    assert "%Y-" not in told


def test_help_names_the_command_however_it_was_started(capsys):
    with pytest.raises(SystemExit):
        main(["show", "--unheard-of"])
    assert "Try 'opencommissioning show --help'" in capsys.readouterr().err

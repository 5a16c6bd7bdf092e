"""Every command says what it does and gives an example that the command itself would take."""

import shlex

import click
import pytest

from opencommissioning.cli.main import commands


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
    unexplained = [
        each.name
        for each in command.params
        if isinstance(each, click.Option) and each.show_default is not True and not each.help
    ]
    assert unexplained == []

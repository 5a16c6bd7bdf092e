"""How `--help` reads: commands under headings, none cut short; values in words."""

from collections.abc import Iterator, Mapping, Sequence

import click
from click.types import FloatParamType, IntParamType

LONGEST = 200  # characters of what a list says of a command: more than any first sentence has
SPOKEN = ((IntParamType | FloatParamType, "NUMBER"), (click.DateTime, "DAY"))


class Told(click.Group):
    """A group that lists its commands with the whole first sentence of each, under headings when it has `sections` (heading → names)."""

    def __init__(self, *args, sections: Mapping[str, Sequence[str]] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the lists of commands."""
        for heading, names in (self.sections or {"Commands": self.list_commands(ctx)}).items():
            rows = [(name, self.commands[name].get_short_help_str(LONGEST)) for name in names]
            with formatter.section(heading):
                formatter.write_dl(rows)


def name_values(command: click.Command) -> None:
    """Say what kind of value options take in everyday words: NUMBER for INTEGER RANGE, DAY for [%Y-%m-%d]."""
    for option in _options(command):
        word = next((word for kind, word in SPOKEN if isinstance(option.type, kind)), None)
        if word and not option.is_flag and not option.count:
            option.metavar = option.metavar or word


def _options(command: click.Command) -> Iterator[click.Option]:
    yield from (each for each in command.params if isinstance(each, click.Option))
    for inside in getattr(command, "commands", {}).values():
        yield from _options(inside)

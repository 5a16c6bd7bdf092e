"""`opencommissioning`: one group of commands, one way of failing."""

import shlex
import sys

import click

from opencommissioning.cli import (
    analysing,
    building,
    flow,
    governing,
    keeping,
    lists,
    loading,
    notifying,
    people,
    records,
    saving,
    services,
    showing,
    telling,
    varying,
    waiting,
)
from opencommissioning.cli.helping import Told, name_values
from opencommissioning.cli.screen import hints_for, problem
from opencommissioning.errors import OpenCommissioningError

SECTIONS = {
    "Files": ("init", "sources", "load", "map", "status", "reconcile", "history", "undo", "redo", "remove"),
    "Compare": (
        "build", "show", "describe", "variation", "drift", "inequality", "analyse", "classify", "annotate", "sign-off",
    ),
    "Money": ("why", "savings", "concessions", "ghosts", "scheme"),
    "Hospital, waits, services": ("waits", "lists", "flow", "services"),
    "Hand on": ("serve", "export", "packs", "digest", "notify"),
    "People's records, accounts": ("count", "looks", "people"),
    "Invented data": ("demo", "synthesise"),
}  # fmt: skip


@click.group(
    cls=Told,
    sections=SECTIONS,
    epilog="A command's options: opencommissioning COMMAND --help",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--area",
    "folder",
    envvar="OPENCOMMISSIONING_AREA",
    default=".",
    help="The area's folder; goes before the command. Without it: what OPENCOMMISSIONING_AREA names, else this folder.",
)
@click.version_option(package_name="opencommissioning")
@click.pass_context
def commands(context: click.Context, folder: str) -> None:
    """Compare GP practices' prescribing honestly: load publishers' files, build, look.

    \b
    First steps with your own files:
      opencommissioning init my-area
      opencommissioning --area my-area sources
      opencommissioning --area my-area load EPD_202609.csv epraccur.csv gp-reg-pat-prac-quin-age.csv
      opencommissioning --area my-area build
      opencommissioning --area my-area show practice A81001
    Without files: opencommissioning demo
    """
    context.obj = folder
    is_typed = context.get_parameter_source("folder") is click.core.ParameterSource.COMMANDLINE
    hints_for(shlex.quote(folder) if is_typed else "", set(commands.commands) - {"demo", "init"})


# One room a line, by name.
ROOMS = (
    analysing,
    building,
    flow,
    governing,
    keeping,
    lists,
    loading,
    notifying,
    people,
    records,
    saving,
    services,
    showing,
    telling,
    varying,
    waiting,
)
for room in ROOMS:
    for command in room.COMMANDS:
        commands.add_command(command)
name_values(commands)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a user's error is one sentence on standard error and the error's own exit code."""
    try:
        commands.main(args=arguments, prog_name="opencommissioning", standalone_mode=False)
    except OpenCommissioningError as refusal:
        problem(str(refusal))
        sys.exit(refusal.exit_code)
    except click.NoSuchOption as wrong:
        if wrong.option_name == "--area":
            wrong.message = "--area goes before the command, as in 'opencommissioning --area my-area status'"
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        problem("stopped; nothing half-done was kept")
        sys.exit(130)

"""notify, and what a build does when it is done: letters to those who asked for them on the site."""

from collections.abc import Callable
from pathlib import Path

import click

from opencommissioning.area import Build
from opencommissioning.cli.screen import progress, say, warn
from opencommissioning.errors import OpenCommissioningError


@click.command(epilog="Example: opencommissioning --area my-area notify")
@click.pass_obj
def notify(folder: str) -> None:
    """Send the letters of the newest build to confirmed subscriptions; what was sent before is not sent again.

    A build does this by itself when site.toml has a table [mail]; this command is for what could not be sent then.
    """
    from opencommissioning.web import notify as send

    with progress("Letters") as step:
        told = send(folder, step)
    say(told)


def letters_of(folder: str) -> Callable[[Build], None]:
    """The hook for `Area.build`: sends the build's letters where site.toml says how. The build stands whatever becomes of them."""

    def send(build: Build) -> None:
        if not (Path(folder) / "site.toml").exists():
            return
        from opencommissioning.web.letters import notify as letters
        from opencommissioning.web.letters import sends_letters

        if not sends_letters(folder):
            return
        try:
            say(letters(folder, lambda what, done, of: None))
        except (OpenCommissioningError, OSError) as problem:
            warn(
                f"build {build.id} stands, but letters were not sent ({problem}); 'opencommissioning notify' tries again"
            )

    return send


COMMANDS = (notify,)

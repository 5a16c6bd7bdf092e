"""build, demo, synthesise."""

import os
import sys
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.demo import make_demo, synthesise_files
from opencommissioning.cli.notifying import letters_of
from opencommissioning.cli.screen import progress, say, warn


@click.command(epilog="Example: opencommissioning --area my-area build")
@click.pass_obj
def build(folder: str) -> None:
    """Compute every measure for every organisation; only what changed is summed again."""
    area = Area.open(folder)
    with progress("Building") as step:
        report = area.build(step, letters_of(folder))
    if not report.changed:
        say(f"Nothing changed since build {report.id}.")
        return
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.steps.items())
    say(
        f"Build {report.id}: {report.measures} measures, {report.practices:,} practices, {report.months} month{'s' if report.months != 1 else ''} ({times})."
    )


@click.command(epilog="Example: opencommissioning demo --folder demo-area --no-serve")
@click.option(
    "--folder",
    default="demo-area",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the area is made.",
)
@click.option("--practices", default=400, show_default=True, help="How many practices are invented.")
@click.option("--months", default=60, show_default=True, help="How many months of data.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same economy.")
@click.option(
    "--serve/--no-serve", default=True, help="Serve the pages when done (if this installation has them)."
)
@click.option("--port", default=8000, show_default=True, help="Where pages are served.")
def demo(folder: Path, practices: int, months: int, seed: int, serve: bool, port: int) -> None:
    """An invented health economy, written as publishers' files, loaded, built and served."""
    area = make_demo(folder, practices=practices, months=months, seed=seed, step=progress)
    home = area.settings.home
    say(
        f"The demo area is in {folder}. Look at it: opencommissioning --area {folder} show organisation {home}"
    )
    if serve:
        _serve(folder, port)


def _serve(folder: Path, port: int) -> None:
    try:
        from opencommissioning.web import check_front_end, serve
    except ImportError as absent:  # the pages' parts are not installed
        warn(f"the pages are not installed here ({absent.name}); everything else works")
        return
    if lacking := check_front_end():
        warn(lacking)
    if not hasattr(os, "fork"):
        serve(folder, "127.0.0.1", port)
        return
    # a program of its own: workers forked from this one would wait for ever for threads that made the area and are not forked with it
    sys.stdout.flush()
    command = [
        sys.executable,
        "-m",
        "opencommissioning.cli",
        "--area",
        str(folder),
        "serve",
        "--port",
        str(port),
    ]
    os.execv(sys.executable, command)


@click.command(epilog="Example: opencommissioning serve --port 8000")
@click.option("--port", default=8000, show_default=True, help="Where pages are served.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address that is listened on.")
@click.pass_obj
def serve(folder: str, host: str, port: int) -> None:
    """Serve the pages of this area."""
    from opencommissioning.web import check_front_end
    from opencommissioning.web import serve as start

    if lacking := check_front_end():
        warn(lacking)
    start(Path(folder), host, port)


@click.command(epilog="Example: opencommissioning synthesise files --practices 400 --months 24")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--practices", default=400, show_default=True, help="How many practices are invented.")
@click.option("--products", default=300, show_default=True, help="How many products they prescribe.")
@click.option("--months", default=60, show_default=True, help="How many months of data.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same economy.")
def synthesise(target: Path, practices: int, products: int, months: int, seed: int) -> None:
    """Write an invented health economy as publishers' files, with every planted truth in truth.toml."""
    with progress("Writing") as step:
        files = synthesise_files(
            target, practices=practices, products=products, months=months, seed=seed, progress=step
        )
    say(f"{len(files)} files in {target}; what was planted stands in {target / 'truth.toml'}.")


COMMANDS = (build, demo, serve, synthesise)

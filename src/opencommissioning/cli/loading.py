"""init, sources, load, status, undo."""

from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.cli.screen import heading, progress, say, table, warn
from opencommissioning.errors import FileRefused


@click.command(epilog='Example: opencommissioning init my-area --name "NHS Example" --home 9A1')
@click.argument("folder")
@click.option("--name", default="", help="Who we are, as pages will say it.")
@click.option("--home", default="", help="The code of our own organisation.")
def init(folder: str, name: str, home: str) -> None:
    """Make a new area: a folder with a commented area.toml."""
    area = Area.create(folder, name, home)
    say(f"Made {area.folder / 'area.toml'}. Next: opencommissioning --area {folder} sources")


@click.command(epilog="Example: opencommissioning --area my-area sources")
@click.pass_obj
def sources(folder: str) -> None:
    """Which files there are, what each unlocks; ticks what is loaded."""
    area = Area.open(folder)
    rows = (
        (("✓" if each.months else "·"), each.title, each.publisher, each.months, each.unlocks)
        for each in area.sources()
    )
    table(("", "Source", "Publisher", "Loaded", "Unlocks"), rows)
    say("\nWhere each file is found: opencommissioning sources --help, and docs/reference/sources.md")


@click.command(
    epilog="Example: opencommissioning --area my-area load EPD_202609.csv epraccur.csv --on-error keep"
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Replace a period that is loaded with other content (reversible by 'undo').",
)
@click.option(
    "--on-error",
    type=click.Choice(["keep", "stop"]),
    default="keep",
    show_default=True,
    help="keep: refuse bad rows, keep the rest, go on with the next file. stop: refuse the file and stop.",
)
@click.pass_obj
def load(folder: str, files: tuple[Path, ...], replace: bool, on_error: str) -> None:
    """Load publishers' files; kind and era are recognised from content, not names."""
    area = Area.open(folder)
    refusals: list[FileRefused] = []

    def refused(path: Path, refusal: FileRefused) -> None:
        if on_error == "stop":
            raise refusal
        refusals.append(refusal)
        warn(str(refusal))

    with progress("Loading") as step:
        reports = []
        for number, file in enumerate(files):
            step(file.name, number, len(files))
            reports += area.load([file], replace=replace, on_error=on_error, on_refusal=refused)
    _tell(reports)
    if refusals and not reports:
        raise FileRefused(f"none of the {len(refusals)} files was loaded; see the notes above")


def _tell(reports: list) -> None:
    rows = []
    for report in reports:
        for line in report.lines():
            rows.append(line)
        for sentence in report.warnings:
            warn(sentence)
    table(
        ("File", "What", "Period", "Rows kept", "Left out", "Refused", ""),
        rows,
        right=("Rows kept", "Left out", "Refused"),
    )


@click.command("map", epilog="Example: opencommissioning --area my-area map epact2.csv --dataset prescribing")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--dataset", required=True, help="What the file holds: prescribing, registrations, indicators …"
)
@click.pass_obj
def map_columns(folder: str, file: Path, dataset: str) -> None:
    """Draft a column mapping for a table that is in no publisher's layout; edit it, then load the file."""
    target = Area.open(folder).draft_mapping(file, dataset)
    say(f"Wrote {target}. Put it right, then: opencommissioning --area {folder} load {file}")


@click.command(epilog="Example: opencommissioning --area my-area status")
@click.pass_obj
def status(folder: str) -> None:
    """What is here, what was refused and why, what is missing, coverage by organisation."""
    area = Area.open(folder)
    heading("Loaded")
    table(
        ("Dataset", "Periods", "Parts", "Rows", "Refused"),
        area.status_lines(),
        right=("Parts", "Rows", "Refused"),
    )
    for title, sentences in area.status_notes().items():
        heading(title)
        for sentence in sentences:
            say(f"  {sentence}")


@click.command(epilog="Example: opencommissioning --area my-area undo")
@click.pass_obj
def undo(folder: str) -> None:
    """Take back the last load, replacement or removal (undo again to bring it back)."""
    area = Area.open(folder)
    say(area.undo())


COMMANDS = (init, sources, load, map_columns, status, undo)

"""digest and annotate: feedback to practices, and their word on a point."""

from datetime import date
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.cli.screen import progress, say
from opencommissioning.cli.telling import Month


@click.command(epilog="Example: opencommissioning --area my-area digest letters --eml")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--eml", is_flag=True, help="Write .eml files for a mail program instead of plain text.")
@click.option(
    "--organisation", default="", help="Only practices of this organisation (default: the area's home)."
)
@click.pass_obj
def digest(folder: str, target: Path, eml: bool, organisation: str) -> None:
    """One letter per practice: what changed beyond chance, what is far from peers, what others did."""
    area = Area.open(folder)
    with progress("Digests") as step:
        files = area.digests(target, organisation or area.settings.home, eml, step)
    say(f"{len(files)} digests in {target}.")


@click.command(
    epilog='Example: opencommissioning --area my-area annotate X81001 2026-06 "new care home opened" --by "A. Pharmacist"'
)
@click.argument("organisation")
@click.argument("month", type=Month())
@click.argument("text")
@click.option("--by", required=True, help="Who says so.")
@click.option("--measure", default="", help="Only on this measure (default: on all).")
@click.pass_obj
def annotate(folder: str, organisation: str, month: date, text: str, by: str, measure: str) -> None:
    """Explain a point; the note travels with the series to charts, packs and exports."""
    area = Area.open(folder)
    note = area.annotate(organisation, month, text, by, measure)
    say(f"Noted: {note.sentence}")


COMMANDS = (digest, annotate)

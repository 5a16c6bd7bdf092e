"""packs, digest and annotate: feedback to practices, and their word on a point."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import progress, say, warn


@click.command(epilog="Example: opencommissioning --area my-area packs X81001 X81002 --out packs")
@click.argument("organisations", nargs=-1)
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="Folder for the PDFs.")
@click.option(
    "--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="How many work at once."
)
@click.option(
    "--level",
    default="practice",
    show_default=True,
    type=click.Choice([*LEVELS[:-1]]),
    help="Whose packs: of the practices, PCNs, … of what is named.",
)
@click.pass_obj
def packs(folder: str, organisations: tuple[str, ...], target: Path, processes: int, level: str) -> None:
    """Two-page PDFs for meetings: what to celebrate, what to look at, or that nothing stands out.

    Of the practices named, or of all practices of the PCNs, locations or ICBs named (default: the area's home; ENGLAND is all). With
    --level pcn, sub_icb, icb or group the packs are of the networks, locations, boards or groups instead.
    """
    from opencommissioning.area.letters.packs import write_packs  # its charts' libraries take a second

    area = Area.open(folder)
    began = time.perf_counter()
    with progress("Packs") as step:
        files, refused = write_packs(
            area, organisations or _usual(area, level), target, step, processes, level
        )
    _tell(refused)
    say(
        f"{len(files)} pack{'' if len(files) == 1 else 's'} in {target} ({time.perf_counter() - began:.1f} s)."
    )


def _usual(area: Area, level: str) -> tuple[str, ...]:
    """Whose packs are written when nobody is named: the area's own; of groups all, because they may lie anywhere."""
    return tuple(area.settings.groups) if level == "group" else (area.settings.home or "ENGLAND",)


@click.command(epilog="Example: opencommissioning --area my-area digest letters --eml")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--eml", is_flag=True, help="Write .eml files for a mail program instead of plain text.")
@click.option(
    "--organisation", default="", help="Only practices of this organisation (default: the area's home)."
)
@click.pass_obj
def digest(folder: str, target: Path, eml: bool, organisation: str) -> None:
    """One letter per practice into the folder TARGET: what changed beyond chance, what is far from peers, what others did."""
    area = Area.open(folder)
    _refuse_organisation(area, target)
    with progress("Digests") as step:
        from opencommissioning.area.letters.digests import write_digests  # as above

        files, refused = write_digests(area, target, organisation or area.settings.home, eml, step)
    _tell(refused)
    say(f"{len(files)} digest{'' if len(files) == 1 else 's'} in {target}.")


def _refuse_organisation(area: Area, target: Path) -> None:
    """Other commands take an organisation where this one takes a folder."""
    found = area.current.organisations.get(str(target).upper())
    if found:
        raise click.UsageError(
            f"'{target}' is {found.name}, and what stands here is the folder for the letters; for theirs: "
            f"'opencommissioning digest letters --organisation {found.code}'.; a folder needs another name"
        )


def _tell(refused: Sequence[str]) -> None:
    if refused:
        more = f" (and {len(refused) - 1} more like this)" if len(refused) > 1 else ""
        warn(f"{refused[0]}{more}")


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


COMMANDS = (packs, digest, annotate)

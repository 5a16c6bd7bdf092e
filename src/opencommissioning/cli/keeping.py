"""packs, digest and annotate: feedback to practices, and their word on a point."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from opencommissioning.area import Area, annotations
from opencommissioning.catalogue.organisation import LEVELS
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import progress, say, table, warn


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
@click.argument("month", type=Month(), required=False)
@click.argument("text", default="")
@click.option("--by", default="", help="Who says so, or takes it back; always needed but for --list.")
@click.option("--measure", default="", help="Only on this measure (default: on all).")
@click.option("--list", "is_listed", is_flag=True, help="List what was said, with what each note is called.")
@click.option("--withdraw", "note", default="", help="Take back the note that --list calls so; with --why.")
@click.option("--why", default="", help="Why a note is taken back.")
@click.pass_obj
def annotate(
    folder: str,
    organisation: str,
    month: date | None,
    text: str,
    by: str,
    measure: str,
    is_listed: bool,
    note: str,
    why: str,
) -> None:
    """Explain a point; the note travels with the series to charts, packs and exports.

    --list shows the notes of an organisation, --withdraw takes one back: it stays in the history, with who took it back and why.
    """
    area = Area.open(folder)
    if is_listed:
        _list_notes(area, organisation)
        return
    if not by.strip():
        raise click.UsageError('say who says so: --by "A. Pharmacist"')
    if note:
        taken = area.withdraw(organisation, note, by, why)
        say(f"{taken.withdrawn.sentence}. It was: {taken.sentence}")
        return
    if month is None or not text.strip():
        raise click.UsageError("a note needs a month and what happened, or give --list or --withdraw")
    say(f"Noted: {area.annotate(organisation, month, text, by, measure).sentence}")


def _list_notes(area: Area, organisation: str) -> None:
    """Every note of an organisation, those taken back with who, when and why."""
    found = area.current.organisation(organisation)
    notes = annotations.history(area.folder / "annotations", found.code)
    if not notes:
        say(f"Nothing was said about {found.name} ({found.code}) yet.")
        return
    rows = (
        (
            each.id,
            each.sentence,
            each.measure or "all",
            each.withdrawn.sentence if each.withdrawn else "stands",
        )
        for each in notes
    )
    table(("Note", "What was said", "Measure", "Now"), rows, label=1)


COMMANDS = (packs, digest, annotate)

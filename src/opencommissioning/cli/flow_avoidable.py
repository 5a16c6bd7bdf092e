"""flow avoidable: admissions, attendances and appointments that need not happen, by kind."""

import csv
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.waiting.avoiding import MONTHS, avoidable, check_range
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.reports.avoidable import (
    COLUMN_WORDS,
    COLUMNS,
    AvoidableReport,
    AvoidableSection,
    counted,
    headings,
    ranged,
    shares_kept,
)


@click.command(
    "avoidable",
    epilog="Example: opencommissioning flow avoidable --organisation X81001 --kind falls --remains falls=0.8-0.95",
)
@click.option("--organisation", default="ENGLAND", show_default=True, help="Practice, PCN, sub-ICB location … by code; ENGLAND is all practices.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, help="Only this kind, by id; again for more. Others do not count then, not even in overlaps.")  # fmt: skip
@click.option("--remains", multiple=True, help="KIND=LOW-HIGH: your own range of what remains (80 in 100), instead of the published one.")  # fmt: skip
@click.option("--overlaps", type=click.Choice(["in turn", "evenly"]), default="in turn", show_default=True, help="How what overlaps is put to account.")  # fmt: skip
@click.option("--months", type=click.IntRange(1, 120), default=MONTHS, show_default=True, help="How many of the latest months.")  # fmt: skip
@click.option("--csv", "target", type=click.Path(path_type=Path), default=None, help="Write every kind to this CSV.")  # fmt: skip
@click.pass_obj
def avoidable_(
    folder: str,
    organisation: str,
    kinds: tuple[str, ...],
    remains: tuple[str, ...],
    overlaps: str,
    months: int,
    target: Path | None,
) -> None:
    """Hospital activity that need not happen, by kind, each admission, attendance or appointment counted once."""
    build = Area.open(folder).current
    found = avoidable(build, organisation, kinds, _ranges(remains), overlaps, months)
    heading(f"Potentially avoidable: {found.name}")
    for section in found.sections:
        _tell(section)
    _overlaps(found)
    say(COLUMN_WORDS, "dim")
    for note in found.notes:
        say(note, "dim")
    if target is not None:
        _write(found, target)


def _ranges(texts: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    out = {}
    for text in texts:
        name, _, values = text.partition("=")
        low, _, high = values.partition("-")
        try:
            out[name] = check_range(float(low), float(high or low), name)
        except ValueError:
            raise click.UsageError(f"'{text}' is not KIND=LOW-HIGH, such as falls=0.8-0.95") from None
    return out


def _tell(section: AvoidableSection) -> None:
    heading(section.title)
    say(section.sentence)
    shown = [each for each in section.lines if each.activity is not None]
    rows = [
        (each.kind.title, counted(each.activity), counted(each.once), shares_kept(each), ranged(each.alone), "–" if each.account is None else f"{each.account:,.0f}")
        for each in shown
    ]  # fmt: skip
    if rows:
        table(headings(), rows, right=headings()[1:])
    if len(shown) < len(section.lines):
        say(f"Fewer than 15, or none, of {len(section.lines) - len(shown)} other kinds.", "dim")


def _overlaps(found: AvoidableReport) -> None:
    if found.overlaps:
        heading("Largest overlaps, all practices")
        rows = [(one.title, other.title, f"{count:,}") for one, other, count in found.overlaps[:8]]
        table(("Kind", "and kind", "Both"), rows, right=("Both",))


def _write(found: AvoidableReport, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerows(found.rows())
    say(f"{len(found.rows())} kinds written to {target}.")


COMMANDS = (avoidable_,)

"""init, sources, load, map, status, remove, undo, redo, history."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.data.coverage import COLUMNS as COVERED
from opencommissioning.area.data.coverage import coverage_lines
from opencommissioning.area.data.data_status import missing_practices
from opencommissioning.area.data.records_held import opt_outs_told, records_held
from opencommissioning.area.data.removing import plan_removal
from opencommissioning.area.data.standing import SourceStatus, one_of, sources_of_nobody
from opencommissioning.area.data.whose_list import taken
from opencommissioning.catalogue.period import spoken
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import filled, heading, progress, say, table, warn
from opencommissioning.errors import FileRefused, UnknownKind

ONE_BY_ONE, ENDINGS = 3, 6  # files of unknown kind that get a note each; endings that are counted apart


@click.command(epilog='Example: opencommissioning init my-area --name "NHS Example" --home 9A1')
@click.argument("folder")
@click.option("--name", default="", help="Who we are, as pages will say it.")
@click.option("--home", default="", help="The code of our own organisation.")
def init(folder: str, name: str, home: str) -> None:
    """Make a new area: a folder with a commented area.toml."""
    area = Area.create(folder, name, home)
    say(f"Made {area.folder / 'area.toml'}. Next: opencommissioning --area {folder} sources")


@click.command(epilog="Example: opencommissioning --area my-area sources prescribing")
@click.argument("name", required=False)
@click.pass_obj
def sources(folder: str, name: str | None) -> None:
    """Which files there are, what each unlocks; ticks what is loaded. With a NAME: where it is found, and its traps."""
    made = (Path(folder) / "area.toml").exists()
    found = Area.open(folder).sources() if made else sources_of_nobody()
    if not made:
        say(
            f"There is no area in {folder} yet, so nothing is ticked as loaded: 'opencommissioning init FOLDER' makes one.\n"
        )
    if name:
        _tell_source(one_of(found, name))
        return
    rows = ((("✓" if each.months else "·"), each.id, each.title, each.months, each.unlocks) for each in found)
    table(("", "Name", "Source", "Loaded", "Unlocks"), rows)
    say("\nWhere one is found: opencommissioning sources NAME")


def _tell_source(source: SourceStatus) -> None:
    heading(source.title)
    say(f"Published by {source.publisher}; found at {source.found_at}. Licence: {source.licence}.")
    say(f"Loaded: {source.months or 'nothing yet'}. Unlocks: {source.unlocks or 'nothing by itself'}.")
    say(f"Layouts known: {'; '.join(source.eras)}.")
    for trap in source.traps:
        say(f"• {trap}")


@click.command(
    epilog="Example: opencommissioning --area my-area load EPD_202609.csv epraccur.csv --on-error keep"
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Replace a period that is loaded with other content (reversible by 'undo').",
)
@click.option("--month", type=Month(), default=None, help="For files that do not say theirs.")
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    default=None,
    help="The day of a list of people that does not say it, as 2026-10-31.",
)
@click.option(
    "--organisation",
    default="",
    help="Whose people are on a list that does not say it: a practice, provider or commissioner.",
)
@click.option(
    "--on-error",
    type=click.Choice(["keep", "stop"]),
    default="keep",
    show_default=True,
    help="keep: refuse bad rows, keep the rest, go on with the next file. stop: refuse the file and stop.",
)
@click.pass_obj
def load(
    folder: str,
    files: tuple[Path, ...],
    replace: bool,
    month: date | None,
    on: datetime | None,
    organisation: str,
    on_error: str,
) -> None:
    """Load publishers' files; kind and era are recognised from content, not names.

    Of a folder all files below it, without hidden ones and areas (folders with an area.toml). All that one command loads is one
    change: 'undo' takes it back.
    """
    area = Area.open(folder)
    refusals: list[FileRefused] = []
    unknown: dict[Path, UnknownKind] = {}

    def refused(path: Path, refusal: FileRefused) -> None:
        if on_error == "stop":
            raise refusal
        refusals.append(refusal)
        if isinstance(refusal, UnknownKind):
            unknown[path] = refusal
        else:
            warn(str(refusal))

    with progress("Loading") as step:
        whose = taken(organisation, on.date() if on else None)
        reports = area.load(files, replace, on_error, step, refused, month, whose)
    for sentence in told_by_ending(unknown):
        warn(sentence)
    _tell(reports)
    if refusals and not reports:
        what = (
            "the file was not loaded; see the note"
            if len(refusals) == 1
            else f"none of the {len(refusals)} files was loaded; see the notes"
        )
        raise FileRefused(f"{what} above")
    if refusals:
        raise FileRefused(
            f"{len(refusals)} of {len(refusals) + len(reports)} files {'was' if len(refusals) == 1 else 'were'} not loaded; see the notes above"
        )


def _tell(reports: list) -> None:
    rows = []
    for report in reports:
        for line in report.lines():
            rows.append(line)
    for sentence in told_once(sentence for report in reports for sentence in report.warnings):
        warn(sentence)
    if not rows:
        return
    table(
        ("File", "What", "Period", "Rows kept", "Left out", "Refused", ""),
        rows,
        right=("Rows kept", "Left out", "Refused"),
        label=1,
    )
    for sentence in told_once(report.account for report in reports if report.account):
        say(sentence, "dim")


def told_by_ending(unknown: Mapping[Path, UnknownKind]) -> list[str]:
    """Files of no kind that we know: a few in a sentence each, many by their endings, the most frequent first."""
    if len(unknown) <= ONE_BY_ONE:
        return list(map(str, unknown.values()))
    endings = Counter(path.suffix.lower() or "without an ending" for path in unknown)
    told = [f"{count:,} {ending}" for ending, count in endings.most_common(ENDINGS)]
    rest = len(unknown) - sum(count for _, count in endings.most_common(ENDINGS))
    others = f", {rest:,} of other endings" if rest else ""
    return [
        f"{len(unknown):,} files are of no kind that we know: {', '.join(told)}{others} (the first: {next(iter(unknown)).name}). "
        "'opencommissioning sources' lists the kinds that are; named alone, a file gets a reason of its own"
    ]


def told_once(sentences: Iterable[str]) -> list[str]:
    """The same remark on many files is said once, with how many more: `file: remark (and 14 more files)`."""
    first: dict[str, str] = {}
    files: dict[str, set[str]] = {}  # what comes out of one file as several datasets is one file
    for sentence in sentences:
        file, _, remark = sentence.partition(": ")
        alike = re.sub(r"[\d,]+", "0", remark)
        first.setdefault(alike, sentence)
        files.setdefault(alike, set()).add(file)
    more = {
        alike: f" (and {len(files[alike]) - 1} more file{'s' if len(files[alike]) > 2 else ''})"
        if len(files[alike]) > 1
        else ""
        for alike in first
    }
    return [sentence + more[alike] for alike, sentence in first.items()]


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


@click.command(epilog="Example: opencommissioning --area my-area status --coverage")
@click.option(
    "--coverage",
    is_flag=True,
    help="Of every organisation: which share of its practices is in the last month.",
)
@click.option(
    "--missing",
    is_flag=True,
    help="Every open practice without prescribing in the last month, and since when.",
)
@click.pass_obj
def status(folder: str, coverage: bool, missing: bool) -> None:
    """What is here, what was refused and why, what is missing, coverage by organisation."""
    area = Area.open(folder)
    if coverage:
        heading(f"Coverage, {spoken(area.current.latest)}")
        table(*filled(COVERED, coverage_lines(area.current)), right=("Practices", "Patients"), label=2)
        return
    if missing:
        heading(f"Open practices without prescribing, {spoken(area.current.latest)}")
        rows = missing_practices(area.current)
        table(("Code", "Name", "What is missing"), rows, label=1) if rows else say("None.")
        return
    heading("Loaded")
    table(
        ("Dataset", "Periods", "Parts", "Rows", "Refused"),
        area.status_lines(),
        right=("Parts", "Rows", "Refused"),
        label=1,
    )
    if held := records_held(area.folder, area.settings, area.library):
        heading("People's records")
        table(held[0].columns, [each.cells for each in held], right=held[0].columns[2:6])
        say(f"  Opt-outs: {opt_outs_told(area.folder, area.settings)}.")
    for title, sentences in area.status_notes().items():
        heading(title)
        for sentence in sentences:
            say(f"  {sentence}")


@click.command(epilog="Example: opencommissioning --area my-area remove prescribing 2017-09 --preview")
@click.argument("dataset")
@click.argument("period", required=False, default="")
@click.option("--preview", is_flag=True, help="Say what would go and what there is not then; remove nothing.")
@click.pass_obj
def remove(folder: str, dataset: str, period: str, preview: bool) -> None:
    """Take a DATASET (named as 'status' does), or one PERIOD of it such as 2017-09, out of the store.

    Nothing is erased: 'undo' brings it back. People's records do not take part, nor do counts out of them.
    """
    area = Area.open(folder)
    gone = (
        plan_removal(area.store, area.library, dataset, period) if preview else area.remove(dataset, period)
    )
    table(gone.columns, gone.rows, right=("Rows",), label=2)
    for sentence in gone.then:
        say(sentence)
    many = f"{len(gone.parts)} part{'s' if len(gone.parts) > 1 else ''}"
    if preview:
        say(f"Nothing was removed yet: the same without --preview takes {many} out.")
    else:
        say(
            f"Removed: {many}. 'opencommissioning undo' brings back what was removed; 'opencommissioning build' makes it count."
        )


@click.command(epilog="Example: opencommissioning --area my-area undo")
@click.pass_obj
def undo(folder: str) -> None:
    """Take back all that the last load, replacement or removal changed; again, the one before it. See 'redo', 'history'.

    People's records do not take part: load the right file with --replace. Counts out of them stay with them. Notes do not either:
    'annotate CODE --withdraw' takes one back.
    """
    say(Area.open(folder).undo())


@click.command(epilog="Example: opencommissioning --area my-area redo")
@click.pass_obj
def redo(folder: str) -> None:
    """Bring forward again what 'undo' took back, the last first; until something else is loaded."""
    say(Area.open(folder).redo())


@click.command(epilog="Example: opencommissioning --area my-area history")
@click.pass_obj
def history(folder: str) -> None:
    """What each command changed in the store, oldest first, and whether it counts or was taken back."""
    changes = Area.open(folder).changes()
    if not changes:
        say("Nothing was loaded yet. Which files there are: opencommissioning sources")
        return
    rows = ((f"{each.at:%Y-%m-%d %H:%M}", each.did, each.standing) for each in changes)
    table(("When", "What", "Now"), rows, label=1)


COMMANDS = (init, sources, load, map_columns, status, remove, undo, redo, history)

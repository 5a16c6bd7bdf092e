"""sign-off and scheme: what an area itself lays down."""

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.defining.signing import local_review, sign
from opencommissioning.area.money.scheme_files import FOLDER, one_scheme, read_schemes
from opencommissioning.area.money.schemes import achievement, write_scheme
from opencommissioning.catalogue.period import spoken
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.reports.numbers import plain

A_YEAR = timedelta(days=365)


@click.command(
    "sign-off",
    epilog='Example: opencommissioning sign-off trimethoprim_share --by "A. Pharmacist" --qualification "MRPharmS, GPhC 1234567"',
)
@click.argument("measure")
@click.option("--by", required=True, help="Your name.")
@click.option("--qualification", required=True, help="Your qualification and registration.")
@click.option(
    "--due",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="To be reviewed again by (default: in a year).",
)
@click.pass_obj
def sign_off(folder: str, measure: str, by: str, qualification: str, due: datetime | None) -> None:
    """Sign a definition off for this area, as a named, qualified person who has read it."""
    area = Area.open(folder)
    found = area.library.measure(measure)
    sign(area.folder, found, area.library, by, qualification, due.date() if due else date.today() + A_YEAR)
    say(f"{found.title}: {local_review(area.folder, found, area.library)}.")


@click.command(epilog="Example: opencommissioning --area my-area scheme quality_2026 --xlsx achievement.xlsx")
@click.argument("name", required=False)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every practice and indicator to this workbook.",
)
@click.pass_obj
def scheme(folder: str, name: str | None, xlsx: Path | None) -> None:
    """What practices have achieved in a local incentive scheme; without a NAME, which schemes there are."""
    area = Area.open(folder)
    if not name:
        found = read_schemes(area.folder, area.library)
        rows = (
            (each.id, each.title, f"{spoken(each.first)} to {spoken(each.last)}") for each in found.values()
        )
        table(("Name", "Scheme", "Months"), rows) if found else say(
            f"No scheme yet: put one into {area.folder / FOLDER}."
        )
        return
    report = achievement(area.current, one_scheme(area.folder, area.library, name))
    heading(report.scheme.title)
    say(report.sentence, "bold")
    say(report.near, "dim")
    columns = ("Code", "Practice", "Points", "Of", "£", "Within chance", "Without data")
    table(columns, map(_row, report.totals.iter_rows(named=True)), right=columns[2:])
    if xlsx:
        say(f"Written to {write_scheme(report, xlsx)}.")


def _row(row: dict) -> tuple[str, ...]:
    pounds = "list size unknown" if row["pounds"] is None else f"{row['pounds']:,.2f}"
    points = [plain(float(row[key])) for key in ("points", "of")]
    return (row["practice"], row["name"], *points, pounds, str(row["near"]), str(row["without_value"]))


COMMANDS = (sign_off, scheme)

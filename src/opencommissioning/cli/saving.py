"""savings, concessions, ghosts: what an organisation could save, and what prices that nobody chose cost it."""

from datetime import date
from pathlib import Path

import click
import polars as pl

from opencommissioning.area import Area
from opencommissioning.area.money.conceding import concessions as cost_of_concessions
from opencommissioning.area.money.conceding import ghost_generics, ghost_rows, told_until
from opencommissioning.area.money.saving import DEFAULT, compatible_prices
from opencommissioning.area.money.switching import FEWEST
from opencommissioning.catalogue.period import shift
from opencommissioning.cli.months import Month
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.errors import NotLoaded, UnknownName
from opencommissioning.reports.money import (
    AGAINST,
    AVERAGED,
    HOW,
    PRICE,
    SIGNS,
    SPEND,
    SWITCH,
    WHY_USUAL,
    MoneyLine,
    MoneyReport,
)
from opencommissioning.reports.numbers import pounds

TITLES = {SWITCH: "Switching", SPEND: "Spending per patient", PRICE: "Price per unit"}


@click.command(epilog="Example: opencommissioning --area my-area savings 9A1 --centile 20 --csv savings.csv")
@click.argument("organisation")
@click.option(
    "--centile",
    "against",
    type=click.Choice(list(AGAINST)),
    default=DEFAULT,
    show_default=True,
    help="The target: usual (measures as the middle practice, prices as the best tenth), a centile, or peers.",
)
@click.option("--measure", default="", help="Only this measure.")
@click.option("--top", default=10, show_default=True, help="Lines of each list.")
@click.option(
    "--compatible", is_flag=True, help="Instead: OpenPrescribing's price-per-unit list of the last month."
)
@click.option("--csv", "out", type=click.Path(path_type=Path), help="Write every line to this file.")
@click.pass_obj
def savings(
    folder: str, organisation: str, against: str, measure: str, top: int, compatible: bool, out: Path | None
) -> None:
    """Possible savings: switching, spending per patient, price per unit; each product counted once in one headline."""
    area = Area.open(folder)
    if compatible:
        _compatible(area, organisation, top, out)
        return
    told = area.money(organisation, against)
    if told is None:
        raise NotLoaded(
            f"nothing is known of what '{organisation}' could save: it takes prescribing and list sizes of {FEWEST} practices at least; "
            "load them, then 'opencommissioning build'"
        )
    if measure:
        _one(told, area.library.measure(measure).id)
    else:
        _all(area, told, top)
    _written(told.frame(), out)


def _all(area: Area, told: MoneyReport, top: int) -> None:
    heading(f"Possible savings: {told.name} ({told.code})")
    say(told.sentence)
    for each in (told.range_sentence, told.coverage, *told.remarks):
        if each:
            say(each, "dim")
    for kind, title in TITLES.items():
        _lines(f"{title}, {told.of(kind)[0].basis}" if told.of(kind) else title, told.of(kind)[:top])
    _there(told, top)
    _ghosts(area, told)
    say()
    for each in (*((WHY_USUAL,) if told.against == "usual" else ()), HOW, SIGNS, AVERAGED):
        say(each, "dim")


def _lines(title: str, lines: tuple[MoneyLine, ...]) -> None:
    if lines:
        heading(title)
        columns = ("", *lines[0].headings, "Possible", "Counted", "Above and below")
        rows = (
            (
                line.title,
                line.mine,
                line.aim,
                pounds(line.possible),
                pounds(line.counted),
                pounds(line.signed),
            )
            for line in lines
        )
        table(columns, rows, right=columns[1:])


def _there(told: MoneyReport, top: int) -> None:
    if told.already_there:
        heading("Already below the target")
        for line in told.already_there[: min(top, 5)]:
            say(
                f"▼ {line.title}: {line.mine} against {line.aim}; {pounds(-line.signed)} less than at the target.",
                "green",
            )


def _ghosts(area: Area, told: MoneyReport) -> None:
    found = ghost_generics(area.current, area.store, told.code)
    if found.height:
        heading("Ghost-branded generics, last 3 months")
        say(
            f"{pounds(found['excess'].sum())} over what everybody pays (those who paid less set against it) for {found.height} generics (net ingredient cost): "
            f"the largest is {found['name'][0]}, {pounds(found['excess'][0])}."
        )


def _one(told: MoneyReport, measure: str) -> None:
    line = next((each for each in told.lines if each.id == measure), None)
    if line is None:
        raise UnknownName(
            f"'{measure}' has no saving for {told.name}: only switches and costs per patient where lower is better have one"
        )
    heading(f"{line.title}: {told.name}")
    say(
        f"Now {line.mine}, target {line.aim} ({AGAINST[told.against]}); spend {pounds(line.spend)} in the {told.period} ({line.basis})."
    )
    say(
        f"Possible saving {pounds(line.possible)}, of which the headline counts {pounds(line.counted)}; above and below the target together {pounds(line.signed)}."
    )
    if line.peers_moved:
        say(f"Others: {line.peers_moved}.")
    say("Before rebates and dispensing fees; possible is not achieved.", "dim")


def _compatible(area: Area, organisation: str, top: int, out: Path | None) -> None:
    found = compatible_prices(area.current, organisation)
    heading(f"Price per unit, OpenPrescribing's way, {area.current.latest:%B %Y}")
    say(
        "Saving against the 10th percentile, at net ingredient cost less tariff discount, one month, nothing set off."
    )
    rows = (
        (row["name"], pounds(row["cost"]), pounds(row["saving"]))
        for row in found.head(top).iter_rows(named=True)
    )
    table(("Set", "Cost", "Saving"), rows, right=("Cost", "Saving"))
    _written(found, out)


@click.command(
    epilog="Example: opencommissioning --area my-area concessions 9A1 --from 2025-08 --csv concessions.csv"
)
@click.argument("organisation")
@click.option(
    "--from", "first", type=Month(), default=None, help="First month (default: a year before the last)."
)
@click.option(
    "--to", "last", type=Month(), default=None, help="Last month (default: the last with concessions)."
)
@click.option(
    "--csv", "out", type=click.Path(path_type=Path), help="Write every month and product to this file."
)
@click.pass_obj
def concessions(
    folder: str, organisation: str, first: date | None, last: date | None, out: Path | None
) -> None:
    """What price concessions cost: the price over the tariff's, net of its discount; months beyond prescribing are estimates."""
    area = Area.open(folder)
    build = area.current
    last = last or told_until(build, area.store, build.latest)
    found = cost_of_concessions(build, area.store, organisation, first or shift(last, -11), last)
    heading(f"Price concessions: {build.organisation(organisation).name}")
    if not found.height:
        say(
            "No price concession and Drug Tariff of these months are loaded, or none of its products was prescribed."
        )
        return
    say(
        f"{pounds(found['cost'].sum())} over the tariff, net of its discount, to {last:%B %Y}. Prices are set nationally."
    )
    rows = (
        (f"{row['month']:%B %Y}", row["name"], pounds(row["cost"]), "estimate" if row["estimated"] else "")
        for row in found.iter_rows(named=True)
    )
    table(("Month", "Product", "Cost", ""), rows, right=("Cost",))
    _written(found, out)


@click.command(epilog="Example: opencommissioning --area my-area ghosts X81001 --months 3 --csv ghosts.csv")
@click.argument("organisation")
@click.option("--months", default=3, show_default=True, help="How many of the last months, at most 12.")
@click.option(
    "--csv",
    "out",
    type=click.Path(path_type=Path),
    help="Write every practice, month and product to this file.",
)
@click.pass_obj
def ghosts(folder: str, organisation: str, months: int, out: Path | None) -> None:
    """Ghost-branded generics: generics that cost more than the one price that everybody pays."""
    area = Area.open(folder)
    found = ghost_generics(area.current, area.store, organisation, months)
    heading(f"Ghost-branded generics: {area.current.organisation(organisation).name}, last {months} months")
    if not found.height:
        has_tariff = bool(area.store.parts("tariff"))
        say(
            "None found."
            if has_tariff
            else "None can be told: no Drug Tariff is loaded ('opencommissioning sources tariff')."
        )
        return
    say(
        f"{pounds(found['excess'].sum())} over everybody's price (net ingredient cost), those below it set against it."
    )
    rows = (
        (row["name"], row["practices"], pounds(row["nic"]), pounds(row["excess"]))
        for row in found.head(20).iter_rows(named=True)
    )
    table(("Product", "Practices", "Spend", "Over"), rows, right=("Practices", "Spend", "Over"))
    _written(ghost_rows(area.current, area.store, organisation, months), out)


def _written(frame: pl.DataFrame, out: Path | None) -> None:
    if out:
        frame.write_csv(out)
        say(f"Written to {out}.")


COMMANDS = (savings, concessions, ghosts)

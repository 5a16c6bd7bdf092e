"""describe: a definition that is in force; analyse: a definition file that is in no build yet."""

from itertools import groupby
from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.area.defining.describing import describe as description_of
from opencommissioning.cli.membership import OF_LEVEL
from opencommissioning.cli.screen import heading, progress, say, table


@click.command(
    epilog="Example: opencommissioning --area my-area analyse my_measure.toml --level pcn --png chart.png"
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@OF_LEVEL
@click.option("--months", default=36, show_default=True, help="How far to look back.")
@click.option("--top", default=10, show_default=True, help="How many of the highest and lowest to list.")
@click.option(
    "--png", type=click.Path(path_type=Path), help="Write the chart of deciles to this file (.png or .svg)."
)
@click.pass_obj
def analyse(folder: str, file: Path, level: str, months: int, top: int, png: Path | None) -> None:
    """Try a measure of your own before any build has it: FILE is its TOML; its definition in words, and who is beyond chance."""
    area = Area.open(folder)
    with progress("Analysing") as step:
        found = area.analyse(file, level, months, step)
    report = found.report
    heading(report.title)
    say(report.sentence)
    say(report.review, "italic")
    table(report.columns, report.rows(top), right=report.columns[2:])
    say(report.luck, "dim")
    if png:
        png.write_bytes(found.chart("deciles", png.suffix.lower().lstrip(".") or "png"))
        say(f"Chart written to {png}.")


def _all_of(area: Area) -> None:
    in_order = sorted(area.library.measures.values(), key=lambda each: (each.topic, each.title))
    for topic, found in groupby(in_order, key=lambda each: each.topic):
        heading(topic.replace("_", " ").capitalize())
        table(("Name", "Measure"), ((each.id, each.title) for each in found))


@click.command(epilog="Example: opencommissioning --area my-area describe broad_spectrum_antibiotics --codes")
@click.argument("measure", required=False)
@click.option("--codes", is_flag=True, help="Also every code of its lists.")
@click.pass_obj
def describe(folder: str, measure: str | None, codes: bool) -> None:
    """A definition: in words, why it matters, what to do, who signed it off, its lists of codes, its SQL. No build is needed.

    Without a MEASURE: all of them, by topic. A measure is known by its name or by its title.
    """
    area = Area.open(folder)
    if measure is None:
        _all_of(area)
        return
    told = description_of(area.folder, area.library, measure)
    heading(f"{told.measure.title} ({told.measure.id})")
    say(told.sentence)
    say(told.review, "italic")
    for title, text in told.paragraphs.items():
        heading(title)
        say(text)
    if told.lists:
        heading("Lists of codes")
        table(
            ("List", "", "Codes"),
            [(id_, title, f"{count:,}") for id_, title, count in told.lists],
            right=("Codes",),
        )
    if codes:
        rows = [
            (entry.pattern, f"{entry.factor:f}", entry.name)
            for id_, *_ in told.lists
            for entry in area.library.codelists[id_].entries
        ]
        table(("Code", "Factor", "Name"), rows, right=("Factor",))
    heading("As SQL")
    click.echo(told.sql)  # not wrapped: somebody will copy it


COMMANDS = (analyse, describe)

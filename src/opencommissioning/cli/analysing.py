"""analyse: a definition file that is in no build yet."""

from pathlib import Path

import click

from opencommissioning.area import Area
from opencommissioning.cli.membership import LEVEL
from opencommissioning.cli.screen import heading, progress, say, table


@click.command(
    epilog="Example: opencommissioning --area my-area analyse my_measure.toml --level pcn --png chart.png"
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--level", default="practice", show_default=True, type=LEVEL)
@click.option("--months", default=36, show_default=True, help="How far to look back.")
@click.option("--top", default=10, show_default=True, help="How many of the highest and lowest to list.")
@click.option(
    "--png", type=click.Path(path_type=Path), help="Write the chart of deciles to this file (.png or .svg)."
)
@click.pass_obj
def analyse(folder: str, file: Path, level: str, months: int, top: int, png: Path | None) -> None:
    """Try a measure that is in no build: its definition in words, and who is beyond chance."""
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


COMMANDS = (analyse,)

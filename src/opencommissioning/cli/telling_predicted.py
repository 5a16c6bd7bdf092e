"""Prediction limits in the terminal."""

from pathlib import Path

from opencommissioning.area.area import Area
from opencommissioning.area.comparison.predicting import predicted
from opencommissioning.cli.screen import heading, say, table


def tell_predicted(
    area: Area, name: str, level: str, code: str, top: int, membership: str | None, png: Path | None
) -> None:
    """Who lies outside what chance alone would give, beside the verdicts; the funnel as a picture when asked for."""
    told = predicted(area.current, name, level, membership)
    heading(told.title)
    say(told.sentence)
    table(told.columns, told.rows(top), right=told.columns[2:5], label=2)
    say(told.explained, "dim")
    if png:
        form = png.suffix.lower().lstrip(".") or "png"
        png.write_bytes(area.chart(name, level, code or None, "prediction", form, membership=membership))
        say(f"Chart written to {png}.")

"""Directly standardised rates in the terminal: of all practices together by year, and of the organisations of a level."""

from opencommissioning.area.area import Area
from opencommissioning.area.comparison.directly import directly_standardised
from opencommissioning.area.comparison.directly_by import directly_by
from opencommissioning.cli.screen import heading, say, table
from opencommissioning.errors import NotLoaded


def tell_direct(area: Area, name: str, level: str, code: str, top: int, years: int) -> None:
    """Both tables; without counts by practice and age, the first one and why there is no second."""
    told = directly_standardised(area.current, area.store, name)
    heading(told.title)
    say(told.sentence)
    table(told.columns, told.rows(), right=told.columns[2:6])
    say(told.how, "dim")
    level = area.current.organisation(code).level if code else level
    try:
        places = directly_by(area.current, area.store, name, level, years)
    except NotLoaded as lacking:
        say(str(lacking), "italic")
        return
    heading(places.title)
    say(places.sentence)
    table(places.columns, places.rows(top, code), right=places.columns[2:5], label=2)
    say(places.how, "dim")

"""A month as an option's value."""

from datetime import date

import click

from opencommissioning.catalogue.period import parse_month


class Month(click.ParamType):
    """A month such as 2017-09."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> date:
        """The month, or a usage error that says how to write one."""
        if isinstance(value, date):
            return value
        try:
            return parse_month(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, context)

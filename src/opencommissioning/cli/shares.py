"""Options that take a share: 92% or 0.92."""

import click

from opencommissioning.catalogue.shares import share_of


class Share(click.ParamType):
    """A share from `low` to `high` (1 is all; None: no limit), written as 0.92 or 92%."""

    name = "share"

    def __init__(self, low: float = 0, high: float | None = 1) -> None:
        self.low, self.high = low, high

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share as a number; a usage error that says how it is written."""
        if isinstance(value, float):
            return value
        share = share_of(str(value))
        if share is None:
            self.fail(f"'{value}' is not a share; write it as 92% or 0.92", param, ctx)
        if share < self.low or (self.high is not None and share > self.high):
            bounds = f"from {self.low:.4g}" + ("" if self.high is None else f" to {self.high:.4g}")
            hint = f"; {value} per cent is written {value}%" if share > 1 and "%" not in str(value) else ""
            self.fail(f"'{value}' is not {bounds}{hint}", param, ctx)
        return float(share)

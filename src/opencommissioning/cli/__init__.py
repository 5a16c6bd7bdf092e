"""The command line: thin commands over `area` and `reports`."""

from opencommissioning.cli.main import main

__all__ = ["main"]

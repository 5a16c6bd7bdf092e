"""Area: load → build → swap → notify. What the command line, the pages and notebooks use."""

from opencommissioning.area.area import Area
from opencommissioning.area.build import Build

__all__ = ["Area", "Build"]

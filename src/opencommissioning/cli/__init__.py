"""The command line: thin commands over `area` and `reports`."""

import os

# before numpy is imported: no command multiplies large matrices, and the threads that would wait to do so take both processors at its start
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from opencommissioning.cli.main import main

__all__ = ["main"]

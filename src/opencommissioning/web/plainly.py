"""Errors in words for readers: what whoever runs the site would type is for the log, not for a page."""

import logging
import re

PROGRAM = "'opencommissioning "
STATUS = "'opencommissioning status'"
ASIDE = re.compile(rf"\s*\([^()]*{PROGRAM}[^()]*\)")
CLAUSES = re.compile(r"(?<=[;.])\s+")
LOG = logging.getLogger("opencommissioning.web")


def for_readers(problem: Exception | str) -> str:
    """The sentence of an error without the commands in it; those are logged with it."""
    whole = str(problem)
    if PROGRAM not in whole:
        return whole
    LOG.info("Told to a reader without its command: %s", whole)
    clauses = CLAUSES.split(ASIDE.sub("", whole.replace(STATUS, "the data status page")))
    kept = [each for each in clauses if PROGRAM not in each]
    return " ".join(kept).rstrip(";: ") or "This cannot be shown yet."

"""Sending the letters of a build from outside a page: the command line, and the hook that a build calls when it is done."""

from collections.abc import Callable
from pathlib import Path

from opencommissioning.web.configuration import configure
from opencommissioning.web.site import site_of


def sends_letters(area_folder: Path | str) -> bool:
    """Whether site.toml of the area says how to send letters."""
    return site_of(Path(area_folder)).mail is not None


def notify(area_folder: Path | str, progress: Callable[[str, int, int], None]) -> str:
    """Send what has not been sent for the newest build, and say in a sentence what was done; see `notifying.notify`."""
    from django.conf import settings

    if not settings.configured:
        configure(area_folder)
    from opencommissioning.web.notifying import notify as send

    return send(progress).sentence

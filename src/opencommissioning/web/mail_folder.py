"""Letters as files: for trying things out, and for mail that another program sends."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Folder(BaseEmailBackend):
    """A Django e-mail backend that writes each message as an .eml file, readable by its owner alone."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Write every message; how many were written."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            path = folder / f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
            path.touch(mode=0o600, exist_ok=False)
            path.write_bytes(message.message().as_bytes(linesep="\r\n"))
        return len(messages)

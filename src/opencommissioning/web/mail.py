"""How the site sends letters: by SMTP, or into a folder as .eml files. Set under [mail] in site.toml; without it, no letters.

[mail]
sender = "Example ICB <compare@example.nhs.uk>"
address = "https://compare.example.nhs.uk"    # where the links in letters lead
host = "smtp.example.nhs.uk"                  # or folder = "mail": files in that folder of the area
port = 587
user = "compare"
password = "…"
tls = true
"""

from dataclasses import dataclass, fields
from pathlib import Path

from opencommissioning.errors import DefinitionError, did_you_mean

SECONDS = 20  # a mail server that does not answer must not hold a page


@dataclass(frozen=True)
class Mail:
    """`[mail]`: exactly one of `folder` and `host` says where letters go."""

    sender: str
    address: str
    folder: str = ""
    host: str = ""
    port: int = 587
    user: str = ""
    password: str = ""
    tls: bool = True


def mail_of(table: dict, where: str) -> Mail:
    """The table [mail] of site.toml; DefinitionError with the key that is wrong."""
    known = {field.name: field for field in fields(Mail)}
    for key, value in table.items():
        if key not in known:
            raise DefinitionError(f"{where}: key '{key}' is not known{did_you_mean(key, known)}.")
        wanted = {"port": int, "tls": bool}.get(key, str)
        if type(value) is not wanted:
            raise DefinitionError(f"{where}: {key} must be {wanted.__name__}, got {value!r}.")
    for key in ("sender", "address"):
        if not table.get(key):
            raise DefinitionError(f"{where}: {key} is missing; write it as text.")
    if "\n" in table["sender"] or "@" not in table["sender"]:
        raise DefinitionError(f"{where}: sender must be one e-mail address, got {table['sender']!r}.")
    if not table["address"].startswith(("https://", "http://")):
        raise DefinitionError(f"{where}: address must begin with https://, got {table['address']!r}.")
    if bool(table.get("folder")) == bool(table.get("host")):
        raise DefinitionError(f"{where}: give either folder (files) or host (an SMTP server), not both.")
    return Mail(**{**table, "address": table["address"].rstrip("/")})


def mail_settings(mail: Mail | None, area_folder: Path) -> dict:
    """Django's settings for sending; without [mail] nothing can be sent."""
    if mail is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if mail.folder:
        folder = str(area_folder / mail.folder)
        return {"EMAIL_BACKEND": "opencommissioning.web.mail_folder.Folder", "EMAIL_FILE_PATH": folder}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": mail.host,
        "EMAIL_PORT": mail.port,
        "EMAIL_HOST_USER": mail.user,
        "EMAIL_HOST_PASSWORD": mail.password,
        "EMAIL_USE_TLS": mail.tls,
        "EMAIL_TIMEOUT": SECONDS,
    }

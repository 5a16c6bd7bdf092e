"""Keyed pseudonyms: HMAC-SHA-256 cut to 128 bits, one key per purpose, so that extracts for two purposes cannot be linked.

An unkeyed hash would not do: there are only about 10⁹ NHS numbers, and all of them can be hashed in minutes.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import polars as pl

from opencommissioning.errors import StoreError

BYTES = 16
VAULT = "vault"  # the purpose under which identifiers lie on disk


class Keys:
    """The area's secret, and what follows from it. The secret lies in a file of its own, apart from the records."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def open(cls, path: Path, make: bool = False) -> "Keys":
        """The secret in `path` (64 hexadecimal digits); a new one when `make` and there is none."""
        if make and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        try:
            return cls(bytes.fromhex(path.read_text(encoding="ascii")))
        except (OSError, ValueError):
            raise StoreError(
                f"{path} does not hold the area's secret (64 hexadecimal digits); bring it back from where you keep it: "
                "people's records cannot be read or added to without it"
            ) from None

    def key_id(self) -> str:
        """Tells secrets apart without giving them away: stands beside everything that was made with this one."""
        return hashlib.sha256(self.key("key id")).hexdigest()[:12]

    def pseudonyms(self, purpose: str, identifiers: pl.Series) -> pl.Series:
        """One pseudonym (32 hexadecimal digits) per identifier; the same person has the same one within a purpose."""
        key = self.key(purpose)
        known = identifiers.unique().drop_nulls().to_list()
        made = [hmac.digest(key, normal(each).encode(), "sha256")[:BYTES].hex() for each in known]
        return identifiers.replace_strict(known, made, default=None, return_dtype=pl.String)

    def key(self, purpose: str) -> bytes:
        """The key of one purpose; nothing can be told from it about those of others."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")


def normal(identifier: str) -> str:
    """An identifier without the blanks and dashes in which NHS numbers are written, upper case."""
    return identifier.replace(" ", "").replace("-", "").upper()

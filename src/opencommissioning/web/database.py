"""Which database holds people, roles and notes: SQLite in the area folder, or PostgreSQL by one address."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from opencommissioning.errors import DefinitionError

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;"


def database_settings(address: str, folder: Path) -> dict:
    """Django's DATABASES["default"] for `address`: empty for SQLite in `folder`, `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    parts = urlsplit(address)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgres(parts)
    if not address or parts.scheme == "sqlite":
        return _sqlite(Path(parts.path) if address else folder / "site.sqlite3")
    raise DefinitionError(
        f"The database address begins with '{parts.scheme}:'; write postgresql://user:password@host/name, or leave it out for SQLite."
    )


def _sqlite(path: Path) -> dict:
    options = {"init_command": SQLITE_PRAGMAS, "transaction_mode": "IMMEDIATE"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}


def _postgres(parts) -> dict:
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "opencommissioning",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # a socket folder comes as ?host=/folder, since an address cannot hold slashes there
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }

"""The API's own description, as a page needs it."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Route:
    """An address of the API: its pattern, what it answers, and (name, what it is) of what it takes after the question mark."""

    path: str
    words: str
    takes: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def routes() -> tuple[Route, ...]:
    """Every route, in the order in which the API was written."""
    from opencommissioning.web.api import api

    told = api.get_openapi_schema()["paths"]
    return tuple(
        Route(path, each["get"].get("description", each["get"]["summary"]), _takes(each["get"]))
        for path, each in told.items()
    )


def _takes(route: dict) -> tuple[tuple[str, str], ...]:
    asked = [each for each in route.get("parameters", ()) if each["in"] == "query"]
    return tuple((each["name"], _kind(each["schema"])) for each in asked)


def _kind(schema: dict) -> str:
    """`a whole number from 1 to 5000`, `a day`, `text`."""
    kinds = [schema, *schema.get("anyOf", ())]
    if any(each.get("format") == "date" for each in kinds):
        return "a day such as 2026-04-01"
    if any(each.get("type") == "integer" for each in kinds):
        return f"a whole number from {schema.get('minimum', 0)} to {schema.get('maximum')}"
    return "text"

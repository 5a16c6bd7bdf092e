"""What several pages may be asked for in their address, checked."""

from django.http import HttpRequest

from opencommissioning.errors import UnknownName

MEMBERSHIPS = ("as_was", "current")


def membership_of(request: HttpRequest) -> str:
    """`?membership=`: "as_was" (each month's members), "current" (today's for all months), or "" for the area's own choice."""
    asked = request.GET.get("membership", "")
    if asked and asked not in MEMBERSHIPS:
        raise UnknownName(f"'{asked}' is not a kind of membership; choose from {', '.join(MEMBERSHIPS)}.")
    return asked

"""What several pages may be asked for in their address, checked."""

from django.http import HttpRequest

from opencommissioning.web.views.one_organisation import Malformed

MEMBERSHIPS = ("as_was", "current")


def membership_of(request: HttpRequest) -> str:
    """`?membership=`: "as_was" (each month's members), "current" (today's for all months), or "" for the area's own choice."""
    asked = request.GET.get("membership", "")
    if asked and asked not in MEMBERSHIPS:
        raise Malformed(f"'{asked}' is not a kind of membership; choose from {', '.join(MEMBERSHIPS)}.")
    return asked


def codes_of(request: HttpRequest, name: str, most: int = 30) -> tuple[str, ...]:
    """Organisations' codes in `?name=`, parted by commas or spaces, each once. Malformed for too many."""
    codes = tuple(dict.fromkeys(request.GET.get(name, "").replace(",", " ").upper().split()))
    if len(codes) > most:
        raise Malformed(f"At most {most} codes can be given in '{name}'; there are {len(codes)}.")
    return codes

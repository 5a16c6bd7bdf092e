"""What several pages may be asked for in their address, checked."""

from datetime import date

from django.http import HttpRequest

from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.process import ProcessChoice, checked
from opencommissioning.errors import WrongField
from opencommissioning.web.parameters import Malformed

PROCESS = ("spc", "baseline", "rebase", "shift", "trend")  # what a page with control charts reads
MOST_PHASES = 12
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


def process_of(request: HttpRequest) -> ProcessChoice:
    """`?spc=xmr&baseline=24&rebase=2025-06,2026-04&shift=8&trend=6`: how processes are looked at; what is absent stays open, and so does
    what was left empty but for `rebase`: no new limits at all. WrongField or DefinitionError for what cannot be used."""
    text = request.GET.get("rebase")
    choice = ProcessChoice(
        chart=request.GET.get("spc", "") or None,
        baseline=_number(request, "baseline"),
        rebase=None if text is None else _months(text),
        shift=_number(request, "shift"),
        trend=_number(request, "trend"),
    )
    return checked(choice)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "").strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise WrongField(name, f"'{text[:20]}' is not a number of months")
    return int(text) if text else None


def _months(text: str) -> tuple[date, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MOST_PHASES:
        raise WrongField(
            "rebase", f"new limits can begin {MOST_PHASES} times at most; {len(parts)} months are named"
        )
    try:
        return tuple(sorted({parse_month(part) for part in parts}))
    except ValueError as wrong:
        raise WrongField("rebase", str(wrong)) from None

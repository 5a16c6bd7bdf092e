"""Moving care closer to home: activity, induced demand, and the money as the commissioner and as the whole system see it.

Two kinds of change have the same account. A community clinic sees people in place of the hospital. Direct-access diagnostics test people
whom a general practitioner would have referred; those whose test asks for it join the hospital's list after all (`back`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import DefinitionError


@dataclass(frozen=True)
class Service:
    """One kind of contact: how many a year in hospital, the hospital's price and the community's cost of each, in £."""

    contacts: float
    price: float
    community_cost: float


@dataclass(frozen=True)
class Shift:
    """What moves. All shares between 0 and 1 (`induced` may be more).

    share     of the hospital's contacts that moves
    induced   further contacts in the community because it is nearer, as a share of those moved
    stranded  of the hospital's income for contacts that it loses the part that stays as cost there (buildings, rotas)
    back      of all contacts in the community the share that leads to the hospital contact after all
    """

    share: float
    induced: float
    stranded: float
    back: float = 0.0


@dataclass(frozen=True)
class Consequence:
    """Both views, £ a year. `net_commissioner` and `net_system` positive: money saved.

    moved, in_community, avoided   contacts a year by kind: moved, seen in the community, and those the hospital has fewer of
    break_even_stranded  the stranded share at which the system gains nothing; None when it never gains
    """

    moved: Mapping[str, float]
    in_community: Mapping[str, float]
    avoided: Mapping[str, float]
    hospital_saving: float
    community_cost: float
    net_commissioner: float
    stranded_cost: float
    net_system: float
    break_even_stranded: float | None
    sentence: str


def consequence(services: Mapping[str, Service], shift: Shift) -> Consequence:
    """Commissioner: price of what the hospital no longer does − cost of the community contacts. System: the cost left in hospital is
    subtracted as well. Where more come back than moved, the saving is negative and nothing is stranded.
    """
    _refuse_impossible(services, shift)
    moved = {name: each.contacts * shift.share for name, each in services.items()}
    seen = {name: count * (1 + shift.induced) for name, count in moved.items()}
    avoided = {name: moved[name] - seen[name] * shift.back for name in services}
    saving = sum(avoided[name] * each.price for name, each in services.items())
    cost = sum(seen[name] * each.community_cost for name, each in services.items())
    stranded = max(0.0, saving) * shift.stranded
    net, system = saving - cost, saving - cost - stranded
    even = net / saving if saving > 0 and net >= 0 else None
    return Consequence(
        moved, seen, avoided, saving, cost, net, stranded, system, even, _sentence(net, system, even)
    )


def together(several: Sequence[Consequence]) -> Consequence:
    """Several consequences added up, contacts by kind; break-even: the same stranded share of all lost income."""
    if len(several) == 1:
        return several[0]
    contacts = [_by_kind([getattr(each, name) for each in several]) for name in ("moved", "in_community", "avoided")]  # fmt: skip
    sums = [sum(getattr(each, name) for each in several) for name in ("hospital_saving", "community_cost", "net_commissioner", "stranded_cost", "net_system")]  # fmt: skip
    saving, _, net, _, system = sums
    even = net / saving if saving > 0 and net >= 0 else None
    return Consequence(*contacts, *sums, even, _sentence(net, system, even))


def _by_kind(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    out: dict[str, float] = {}
    for each in several:
        for kind, count in each.items():
            out[kind] = out.get(kind, 0.0) + count
    return out


def _refuse_impossible(services: Mapping[str, Service], shift: Shift) -> None:
    for name in ("share", "stranded", "back"):
        value = getattr(shift, name)
        if not 0 <= value <= 1:
            raise DefinitionError(f"'{name}' is {value:g}; give a share from 0 to 1")
    if shift.induced < 0:
        raise DefinitionError(f"'induced' is {shift.induced:g}; further demand cannot be below 0")
    for name, each in services.items():
        if min(each.contacts, each.price, each.community_cost) < 0:
            raise DefinitionError(f"'{name}': contacts, price and cost cannot be below 0")


def _sentence(net: float, system: float, even: float | None) -> str:
    commissioner = (
        f"The commissioner would {'pay less by' if net >= 0 else 'pay more by'} £{abs(net):,.0f} a year"
    )
    whole = f"for the whole system it is {'a gain of' if system >= 0 else 'a loss of'} £{abs(system):,.0f}"
    turns = (
        ""
        if even is None
        else f" The system gains as long as less than {per_cent(even)} of the lost income stays as cost in hospital."
    )
    if net >= 0 > system:
        return (
            f"{commissioner}, but {whole}: the hospital's fixed cost stays (possible, not achieved).{turns}"
        )
    return f"{commissioner}; {whole} (possible, not achieved).{turns}"

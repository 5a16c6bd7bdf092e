"""Moving care closer to home: activity, induced demand, and the money as the commissioner and as the whole system see it."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    stranded  of the hospital's income for moved contacts the part that stays as cost there (buildings, rotas)
    """

    share: float
    induced: float
    stranded: float


@dataclass(frozen=True)
class Consequence:
    """Both views, £ a year. `net_commissioner` and `net_system` positive: money saved."""

    moved: Mapping[str, float]
    in_community: Mapping[str, float]
    hospital_saving: float
    community_cost: float
    net_commissioner: float
    stranded_cost: float
    net_system: float
    sentence: str


def consequence(services: Mapping[str, Service], shift: Shift) -> Consequence:
    """Commissioner: price of what moves − cost of the community contacts. System: the cost left in hospital is subtracted as well."""
    for name, value in (("share", shift.share), ("stranded", shift.stranded)):
        if not 0 <= value <= 1:
            raise DefinitionError(f"'{name}' is {value:g}; give a share from 0 to 1")
    if shift.induced < 0:
        raise DefinitionError(f"'induced' is {shift.induced:g}; further demand cannot be below 0")
    moved = {name: each.contacts * shift.share for name, each in services.items()}
    seen = {name: count * (1 + shift.induced) for name, count in moved.items()}
    saving = sum(moved[name] * each.price for name, each in services.items())
    cost = sum(seen[name] * each.community_cost for name, each in services.items())
    stranded = saving * shift.stranded
    net, system = saving - cost, saving - cost - stranded
    return Consequence(moved, seen, saving, cost, net, stranded, system, _sentence(net, system))


def _sentence(net: float, system: float) -> str:
    commissioner = (
        f"The commissioner would {'pay less by' if net >= 0 else 'pay more by'} £{abs(net):,.0f} a year"
    )
    whole = f"for the whole system it is {'a gain of' if system >= 0 else 'a loss of'} £{abs(system):,.0f}"
    if net >= 0 > system:
        return f"{commissioner}, but {whole}: the hospital's fixed cost stays (possible, not achieved)."
    return f"{commissioner}; {whole} (possible, not achieved)."

"""Whose waiting lists stand for an organisation: its own; those of its sub-ICB location for a practice; those of all locations for what holds them.

RTT returns tell providers and commissioners apart, and no practices.
"""

from dataclasses import dataclass

import numpy as np

from opencommissioning.area.build import Build, Organisation
from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.flowing import Lists
from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import NotLoaded

BELOW, ABOVE = ("practice", "pcn"), ("icb", "region", "england")


@dataclass(frozen=True)
class Standing:
    """Lists for an organisation; `code`: whose they are; `sentence`: how they come to stand for it, empty where they are its own."""

    lists: Lists
    code: str
    sentence: str = ""


def lists_for(build: Build, store, code: str) -> Standing:
    """The lists that are shown for an organisation, and whose they are.

    Its own where an RTT file holds it; for a practice or network those of its sub-ICB location; for an ICB, region or England those of its
    locations added up, where enough are loaded (the area's `coverage`, by patients). NotLoaded, in a sentence, otherwise.
    """
    organisation = build.organisation(code)
    if organisation.level in BELOW:
        return _of_its_location(build, store, organisation)
    if organisation.level in ABOVE:
        return _added_up(build, store, organisation)
    return Standing(flowing.lists_of(store, organisation.code), organisation.code)


def _of_its_location(build: Build, store, organisation: Organisation) -> Standing:
    inside = _practices(build, organisation)
    found = sorted({parent for each in inside if (parent := build.parent(each, "sub_icb"))})
    told = level_name(organisation.level, build.latest)
    if not found:
        raise NotLoaded(
            f"RTT returns tell providers and commissioners apart, not practices, and it is not known to which sub-ICB location the {told} "
            f"{organisation.code} belongs; load a practice register or map of practices"
        )
    above = build.organisation(found[0])
    sentence = (
        f"RTT returns tell providers and commissioners apart, not practices: these are the lists of all of {above.name} ({above.code}), to "
        f"which the {told} belongs"
    )
    return Standing(flowing.lists_of(store, above.code), above.code, sentence)


def _added_up(build: Build, store, organisation: Organisation) -> Standing:
    people = _people(build, organisation)
    held = flowing.commissioners_with_lists(store)
    here = sorted(people.keys() & held)
    share = sum(people[each] for each in here) / max(sum(people.values()), 1)
    name = level_name("sub_icb", build.latest, plural=True)
    told = f"lists of {len(here)} of {len(people)} {name} are loaded, with {per_cent(share)} of its people"
    if share < build.settings.coverage:
        raise NotLoaded(
            f"{organisation.name}: {told}; below {per_cent(build.settings.coverage)} they are not shown as its own. Load the RTT files of all its "
            "commissioners (NHS England's full extract has them)"
        )
    lists = flowing.lists_of_several(store, organisation.code, tuple(here))
    return Standing(lists, organisation.code, f"{told}; these are their lists added up")


def _people(build: Build, organisation: Organisation) -> dict[str, float]:
    """The locations that an organisation holds today → their registered people (practices, where lists of patients are not loaded)."""
    sizes, out = _sizes(build), {}
    register = build.register
    locations = register.parents["sub_icb"][:, -1]
    for row in np.flatnonzero(_inside(build, organisation) & (locations >= 0) & register.open[:, -1]):
        code = register.codes["sub_icb"][locations[row]]
        out[code] = out.get(code, 0.0) + sizes[row]
    return out


def _sizes(build: Build) -> np.ndarray:
    known = np.asarray(build.grid.patients)
    if not np.isfinite(known).any():
        return np.ones(len(known))
    last = np.flatnonzero(np.isfinite(known).any(axis=0))[-1]
    return np.nan_to_num(known[:, last])


def _inside(build: Build, organisation: Organisation) -> np.ndarray:
    if organisation.level == "england":
        return np.ones(len(build.register.practices), bool)
    codes, parents = build.members(organisation.level, True)
    return parents[:, -1] == codes.index(organisation.code)


def _practices(build: Build, organisation: Organisation) -> list[str]:
    if organisation.level == "practice":
        return [organisation.code]
    return [build.register.practices[row] for row in np.flatnonzero(_inside(build, organisation))]

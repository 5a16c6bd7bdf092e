"""Which practices belong to an organisation."""

import numpy as np
import polars as pl

from opencommissioning.area.build import Build, Organisation


def inside(build: Build, organisation: Organisation) -> np.ndarray:
    """Which practices of the register belong to the organisation today; bool (P,)."""
    if organisation.level == "practice":
        return np.array([code == organisation.code for code in build.register.practices])
    codes, parents = build.members(organisation.level, True)
    return parents[:, -1] == codes.index(organisation.code)


def practices_of(build: Build, code: str) -> list[str]:
    """Codes of the practices that belong to an organisation today."""
    here = inside(build, build.organisation(code))
    return [each for each, kept in zip(build.register.practices, here, strict=True) if kept]


def above(build: Build, level: str) -> pl.DataFrame:
    """organisation (a practice), above (its organisation of the level in the build's last month, membership in the area's own way)."""
    codes, parents = build.members(level, build.settings.current_membership)
    column = build.months.index(build.latest)
    pairs = zip(build.register.practices, parents[:, column].tolist(), strict=True)
    rows = [(practice, codes[place]) for practice, place in pairs if place >= 0]
    return pl.DataFrame(rows, schema={"organisation": pl.String, "above": pl.String}, orient="row")

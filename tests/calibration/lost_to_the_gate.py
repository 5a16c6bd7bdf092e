"""What rounding counts of people together costs: shares of values that are not shown, and by how much the others are off.

Run: python tests/calibration/lost_to_the_gate.py AREA-FOLDER (an area with counts of hospital activity). Not a test: its table is in
docs/explanation/disclosure.md.
"""

import sys
from pathlib import Path

import numpy as np

from opencommissioning.area import Area
from opencommissioning.area.building import _sum, material
from opencommissioning.disclosure.rules import HES
from opencommissioning.measures.grid import LaidOut
from opencommissioning.measures.summing import Sums

LEVELS = ("practice", "pcn", "sub_icb", "icb")


def nothing(what, done, of):
    """A progress that says nothing."""


def windowed(part, window):
    """Sums over each month with those before it, from the first full window on."""
    total = np.cumsum(np.column_stack([np.zeros(len(part), part.dtype), part]), axis=1)
    return total[:, window:] - total[:, :-window]


def rolled_up(part, register, level):
    """Sums of the practices that belong to each organisation today."""
    if level == "practice":
        return part
    parents = register.current(level)[:, -1]
    out = np.zeros((len(register.codes[level]), part.shape[1]), part.dtype)
    np.add.at(out, parents[parents >= 0], part[parents >= 0])
    return out


def main(folder):
    """Print the table of one area."""
    area = Area.open(folder)
    made_of = material(area.store, area.library, area.settings)
    register, layers = area.current.register, area.current.grid.layers
    counted = [name for name in made_of.wanted if made_of.library.contracts[name].disclosive]
    sums = Sums({name: _sum(made_of, Path(folder) / "results", nothing).months[name] for name in counted})
    keys = {name: [each.key for each in made_of.wanted[name]] for name in counted}
    exact = LaidOut(register, {name: layers[name] for name in counted}, sums.months, keys)
    kept = area.current.grid.values
    print(
        f"{sum(map(len, keys.values()))} quantities, {len(register.practices)} practices, {len(register.months)} months"
    )
    print(
        "level, months, values, % of 1 to 7, % not shown, off by (standard deviation), off at most, % off of what is shown (median)"
    )
    for level in LEVELS:
        for window in (1, 12):
            print(level, window, *_row([(np.asarray(exact[key]), np.asarray(kept[key])) for name in counted for key in keys[name]], register, level, window), sep=", ")  # fmt: skip


def _row(pairs, register, level, window):
    true, told = (
        np.concatenate([windowed(rolled_up(pair[side], register, level), window).ravel() for pair in pairs])
        for side in (0, 1)
    )
    off, shown = told - true, told >= HES.fewest_shown
    share = np.abs(off[shown]) / np.maximum(true[shown], 1)
    return len(true), f"{100 * HES.small(true).mean():.1f}", f"{100 * (~shown).mean():.1f}", f"{off.std():.1f}", np.abs(off).max(), f"{100 * np.median(share):.1f}"  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])

"""How often does a letter name something at a practice at which nothing is unusual? Invented levels through the verdicts' own functions.

Run as a program it prints the table of docs/explanation/calibration.md in Markdown:

    python tests/calibration/test_letters_calibration.py
"""

from datetime import date

import numpy as np
import polars as pl
import pytest

from opencommissioning.catalogue.measure import Shape
from opencommissioning.variation.movement import movements
from opencommissioning.variation.position import position
from opencommissioning.variation.telling import worth_telling

pytestmark = pytest.mark.calibration
SEED = 20_260
MONTHS = 24
WINDOW = 3
MEASURES = 130
SPREADS = (0.15, 0.35)  # standard deviations of log rates between practices: measures differ
WILD = 8.0  # how far, in spreads, a practice that truly differs lies out


def level(rng, practices, patients, wild=False):
    """z, and the movement's month and p, of every practice on one measure; nobody ever moves. With `wild` the first practice differs."""
    spread = rng.uniform(*SPREADS)
    habits = rng.normal(0, spread, practices)
    if wild:
        habits[0] = WILD * spread
    rates = rng.uniform(0.002, 0.03) * np.exp(habits)
    counts = rng.poisson(np.repeat((rates * patients)[:, None], MONTHS, axis=1)).astype(float)
    sums = np.apply_along_axis(lambda row: np.convolve(row, np.ones(WINDOW), "valid"), 1, counts)
    sizes = np.repeat(patients[:, None], sums.shape[1], axis=1)
    where = position(sums, sizes, 1000, Shape.RATE, np.ones(sums.shape, bool), window=WINDOW)
    values = counts / patients[:, None]
    everybody = np.broadcast_to(counts.sum(axis=0) / patients.sum(), counts.shape)
    months = tuple(date(2024 + number // 12, number % 12 + 1, 1) for number in range(MONTHS))
    moved = movements(values, everybody, months)
    return where.z[:, -1], moved.month, moved.p


def letters(practices, repeats, wild=0):
    """Share of letters that name anything, share of named things that are false, share of true ones that are named."""
    rng = np.random.default_rng(SEED + practices)
    named = false = true = letters = 0
    for _ in range(repeats):
        patients = rng.lognormal(8.9, 0.45, practices).round()
        found = [level(rng, practices, patients, wild=number < wild) for number in range(MEASURES)]
        for practice in range(practices):
            flags = worth_telling(_rows(found, practice), np.full(MEASURES, practices))
            truly = np.arange(MEASURES) < (wild if practice == 0 else 0)
            letters += 1
            named += bool((flags & ~truly).any()) if wild else bool(flags.any())
            false, true = false + int((flags & ~truly).sum()), true + int((flags & truly).sum())
    return named / letters, false / max(1, false + true), true / max(1, wild * repeats)


def _rows(found, practice):
    return pl.DataFrame(
        {
            "z": [z[practice] for z, _, _ in found],
            "stand": ["nothing unusual"] * len(found),
            "moved_in": pl.Series([month[practice] for _, month, _ in found], dtype=pl.Date),
            "moved_p": [p[practice] for _, _, p in found],
        }
    )


@pytest.mark.parametrize("practices", [20, 57, 200])
def test_a_letter_names_something_by_luck_in_about_one_of_ten(practices):
    share, _, _ = letters(practices, max(2, 200 // practices))
    assert share < 0.14  # the promise is 10 %; 200 letters or more know it to about ± 4 points


def test_what_truly_differs_is_named():
    _, _, power = letters(57, 4, wild=3)
    assert power > 0.8


if __name__ == "__main__":
    print("| practices compared | letters that name something by luck | of 3 true differences named |")
    print("|---|---|---|")
    for count in (20, 57, 200):
        share, _, _ = letters(count, max(2, 400 // count))
        _, _, power = letters(count, max(2, 100 // count), wild=3)
        print(f"| {count} | {share:.3f} | {power:.2f} |", flush=True)

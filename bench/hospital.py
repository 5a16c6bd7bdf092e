"""People's records at the size of a large hospital: episodes to spells, and avoidable activity over a year's stays."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sqlglot import exp

from bench.scale import Scale
from bench.statistics import timed
from bench.table import Row
from opencommissioning.flow.avoidable import alone, attributed, avoided, groups, shares
from opencommissioning.records.engine import run
from opencommissioning.records.spells import EPISODES as TABLE
from opencommissioning.records.spells import spells
from opencommissioning.sources.admitted_care import EPISODES

MANY, STAYS = 1_000_000, 100_000
KINDS, LATER, SETS = (
    36,
    12,
    300,
)  # kinds of avoidable activity, of which so many make stays shorter; sets of kinds that occur
YEARS = 20  # of drawing, timed; scaled up to the 256 runs of the New Hospital Programme's model
RUNS = 256
THREADS, MEMORY = 2, "4GB"


def episodes(folder: Path, generator: np.random.Generator) -> Path:
    """A million episodes of 600,000 spells, as the records keep them."""
    path = folder / "episodes.parquet"
    spell = np.sort(generator.integers(0, 6 * MANY // 10, MANY))
    first = np.concatenate([[True], spell[1:] != spell[:-1]])
    number = np.arange(MANY) - np.maximum.accumulate(np.where(first, np.arange(MANY), 0)) + 1
    person, day = spell * 7919 % 400_000, (spell * 104_729 % 730).astype(int)
    codes = np.array([f"{letter}{n:03d}" for letter in "JIKNSRF" for n in range(0, 999, 37)])
    start = np.datetime64(date(2024, 4, 1))
    nights = generator.geometric(0.2, MANY)
    columns = {
        "person": pl.Series(person).cast(pl.String),
        "episode": pl.Series(np.arange(MANY)).cast(pl.String),
        "provider": pl.Series(generator.choice(["RXA", "RXB", "RXC"], 6 * MANY // 10))[spell],
        "practice": pl.Series([f"X{n:05d}" for n in range(400)])[person % 400],
        "admitted": pl.Series(start + day),
        "discharged": pl.Series(start + day + nights),
        "started": pl.Series(start + day + number - 1),
        "number": pl.Series(number).cast(pl.Int32),
        "status": pl.Series(np.full(MANY, "3")),
        "method": pl.Series(generator.choice(["11", "21", "22", "31"], MANY)),
        "age": pl.Series(generator.integers(0, 95, MANY)).cast(pl.Int32),
        "sex": pl.Series(generator.choice(["1", "2"], MANY)),
        "diagnosis": pl.Series(generator.choice(codes, MANY)),
        "end_method": pl.Series(generator.choice(["1", "4"], MANY, p=[0.97, 0.03])),
    }
    columns["diagnoses"] = columns["diagnosis"]
    kept = pl.DataFrame(columns)
    blank = [
        pl.lit(None, pl.String).alias(each.name) for each in EPISODES.columns if each.name not in columns
    ]
    kept.with_columns(blank).write_parquet(path)
    return path


def episodes_to_spells(scale: Scale, generator: np.random.Generator) -> Row:
    """Every spell with its first and last episode, nights and days since an earlier discharge; beside the same rows merely copied."""
    path = episodes(scale.folder, generator)
    tables = {TABLE: [path]}

    def counted(query: exp.Select) -> pl.DataFrame:
        whole = exp.select("count(*) AS n", "sum(hash(COLUMNS(*)))").from_(query.subquery("rows"))
        return run(whole, tables, scale.folder, THREADS, MEMORY)

    ours, found = timed(counted, spells())
    plain, copied = timed(counted, exp.select("*").from_(TABLE))
    assert copied["n"].item() == MANY
    assert found["n"].item() < MANY
    return Row(f"spells of {MANY:,} episodes", ours, "s", "reading all their columns", plain, 2, "ours")


def mitigators(generator: np.random.Generator) -> Row:
    """Mean, spread, accounts of all kinds; beside drawing the same stays year by year."""
    bits = generator.integers(0, 2**KINDS, SETS)[generator.integers(0, SETS, STAYS)]
    nights = generator.geometric(0.2, STAYS) - 1
    is_later = [False] * (KINDS - LATER) + [True] * LATER
    low, high = np.full(KINDS, 0.6), np.full(KINDS, 0.95)
    kept = shares(low, high)

    def closed() -> float:
        found = groups(bits, nights, is_later)
        alone(found, kept)
        attributed(found, kept)
        return avoided(found, kept).rows.mean

    ours, mean = timed(closed, again=40)
    plain, drawn = timed(_drawn, generator, bits, (low, high), again=1)
    assert abs(drawn.mean() - mean) < 5 * drawn.std() / np.sqrt(len(drawn)) + 1
    return Row(
        f"avoidable activity of {STAYS:,} stays, {KINDS} kinds",
        ours * 1000,
        "ms",
        f"drawn {RUNS} times ({YEARS} timed, scaled up)",
        plain * 1000 * RUNS / YEARS,
        20,
        "ours",
    )


def _drawn(
    generator: np.random.Generator, bits: np.ndarray, limits: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Stays avoided in each of some drawn years; numpy throughout, no row copied."""
    low, high = limits
    kinds = np.arange(KINDS - LATER)
    taken = (bits[:, None] >> kinds) & 1 == 1
    out = []
    for _ in range(YEARS):
        f = np.clip(generator.normal((low + high) / 2, (high - low) / 2.563103), 0, 1)[: len(kinds)]
        copies = generator.poisson(1, len(bits))
        out.append((copies - generator.binomial(copies, np.where(taken, f, 1).prod(axis=1))).sum())
    return np.array(out)


def rows(scale: Scale) -> list[Row]:
    """Always of one size, whatever `scale` is."""
    generator = np.random.default_rng(2)
    return [episodes_to_spells(scale, generator), mitigators(generator)]

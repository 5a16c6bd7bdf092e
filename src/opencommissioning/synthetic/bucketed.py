"""A list that no RTT return holds, counted in buckets of its own: podiatry of the first invented hospital, a month and bucket a row."""

from pathlib import Path

import numpy as np
import polars as pl

from opencommissioning.catalogue.period import last_day
from opencommissioning.synthetic.model import Economy
from opencommissioning.synthetic.waits import BANDS, MONTHS, WARM_UP, hospital_of, week

NAME, BUCKETS = "podiatry", ((0, 6), (6, 12), (12, 18), (18, 26), (26, 52), (52, None))
STARTS, SLOTS = 40.0, 36.5  # a week


def write_podiatry(made: Economy, folder: Path) -> Path:
    """podiatry_waiting.csv: a year, or as many months as the economy has."""
    rng = np.random.default_rng([made.seed, 78])
    state = np.zeros(BANDS, np.int64)
    for _ in range(WARM_UP):
        state, _, _ = week(rng, state, STARTS, SLOTS)
    rows = []
    for month in made.months[-MONTHS:]:
        treated, joined = np.zeros(BANDS, np.int64), 0
        for _ in range(round(last_day(month).day / 7)):
            state, seen, new = week(rng, state, STARTS, SLOTS)
            treated, joined = treated + seen, joined + new
        when = (hospital_of(0)[0], NAME, month)
        for what, counts in (("waiting", state), ("treated", treated)):
            rows += [(*when, what, low, high, "weeks", int(counts[low:high].sum())) for low, high in BUCKETS]
        rows.append((*when, "joined", None, None, "weeks", joined))
    columns = ["organisation", "list", "month", "what", "bucket_from", "bucket_to", "unit", "count"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(folder / "podiatry_waiting.csv")
    return folder / "podiatry_waiting.csv"

"""One month of prescribing at the size of a nation, for benchmarks: fast, in bounded memory, and of no statistical interest."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from opencommissioning.synthetic.epd import Texts, texts, write_header, write_rows
from opencommissioning.synthetic.epd_layout import file_name
from opencommissioning.synthetic.model import Prescribing
from opencommissioning.synthetic.organisations import Organisations, organisations
from opencommissioning.synthetic.products import Products
from opencommissioning.synthetic.products import products as product_list

CHUNK = 250  # prescribers whose rows are drawn and written together
SEARCH_STEPS = 40


def write_national_month(
    folder: Path | str,
    month: date = date(2025, 6, 1),
    rows: int = 18_600_000,
    practices: int = 6500,
    presentations: int = 16_000,
    seed: int = 1,
) -> Path:
    """Write one EPD file of about so many rows (within 1 % at national size) in the layout of its month, and return its path.

    The same prescribers and products come with the same seed in every month; only the items differ.
    """
    goods = product_list(presentations)
    orgs = organisations(practices, [month], np.random.default_rng([seed, 2]))
    path = Path(folder) / file_name(month)
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = texts(orgs, goods, goods.frame["unit_price"].to_numpy(), month)
    with path.open("wb") as out:
        write_header(out, month)
        for chunk in national_rows(orgs, goods, parts, rows, seed):
            write_rows(out, parts, chunk)
    return path


def national_rows(
    orgs: Organisations, goods: Products, parts: Texts, rows: int, seed: int
) -> Iterator[Prescribing]:
    """Rows of the nation, a chunk of prescribers at a time."""
    sizes = np.random.default_rng([seed, 3]).lognormal(0, 0.5, len(orgs.prescribers))
    rates = goods.frame["items_per_1000"].to_numpy()[goods.line_product] * goods.line_share
    rates *= scale_for(rows, sizes, rates)
    rng = np.random.default_rng([seed, 4, parts.month.year, parts.month.month])
    for start in range(0, len(sizes), CHUNK):
        mean = (sizes[start : start + CHUNK, None] * rates).astype(np.float32)
        prescriber, line = np.nonzero(rng.random(mean.shape, np.float32) < -np.expm1(-mean))
        items = 1 + rng.poisson(np.minimum(mean[prescriber, line], 200))
        yield Prescribing(prescriber + start, line, items)


def scale_for(rows: int, sizes: np.ndarray, rates: np.ndarray) -> float:
    """The factor on rates for which the expected number of non-empty prescriber × line cells is `rows` (bisection on a sample)."""
    sample = np.quantile(sizes, np.linspace(0.005, 0.995, 100))
    cell = sample[:, None] * rates
    wanted = rows / len(sizes) * len(sample)
    low, high = 1e-6, 1e6
    for _ in range(SEARCH_STEPS):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if -np.expm1(-cell * middle).sum() < wanted else (low, middle)
    return float(np.sqrt(low * high))

"""Local services: how many were referred, offered, attended and completed, and what changed, as it may leave the area.

Counts by practice and month are rounded together as those of a build are, and everything here is made of the rounded ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from opencommissioning.area.area import Area
from opencommissioning.area.data.people_in import gate_secret
from opencommissioning.catalogue.period import spoken
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import NotLoaded, UnknownName, did_you_mean
from opencommissioning.measures.leaving import Gate
from opencommissioning.measures.register import Register
from opencommissioning.sources.service_log import ACTIVITY, CHANGES, STAGES

BY = ("service", "month", "practice")
STEPS = ("referred", "offered", "attended", "completed")


@dataclass(frozen=True)
class Services:
    """One row a service (and month or practice): referred, offered, attended, completed, uptake, completion; missing where too few.

    `changes`: service, measure, measured, start, end, change (means of those measured twice), all practices and months together.
    """

    frame: pl.DataFrame
    changes: pl.DataFrame
    months: str

    @property
    def sentences(self) -> list[str]:
        """What stands behind the rows."""
        return [
            f"Referred in {self.months}; uptake is attended of offered, completion is completed of attended. Lately referred people have "
            "not had the time to attend or complete.",
            f"Counts are multiples of {HES.rounding}; below {HES.fewest_shown} nothing is shown.",
        ]


def services(area: Area, service: str = "", by: str = "service") -> Services:
    """The activity of one service (all when not named) by service, month or practice; NotLoaded without any, UnknownName for another."""
    activity = _rows(area, ACTIVITY.dataset).filter(pl.col("people") > 0)
    known = activity["service"].unique().sort().to_list()
    if service and service not in known:
        raise UnknownName(f"there is no service '{service}'{did_you_mean(service, known)}")
    rounded = _rounded(area, activity, ["service", "stage"], ACTIVITY.dataset, "people")
    rounded = rounded.filter(pl.col("service") == service) if service else rounded
    months = sorted(activity["month"].unique())
    told = spoken(months[0]) if len(months) == 1 else f"{spoken(months[0])} to {spoken(months[-1])}"
    return Services(_shares(rounded, by), _changes(area, service), told)


def _rows(area: Area, dataset: str) -> pl.DataFrame:
    parts = area.store.parts(dataset)
    if not parts and dataset == ACTIVITY.dataset:
        raise NotLoaded(
            "no activity of a local service is loaded; 'opencommissioning sources service_log' says what its table looks like"
        )
    columns = [column.name for column in CHANGES.columns]
    return pl.concat(pl.read_parquet(part.path) for part in parts) if parts else pl.DataFrame(schema=columns)


def _rounded(area: Area, rows: pl.DataFrame, kinds: list[str], dataset: str, count: str) -> pl.DataFrame:
    """The counts by practice, month and kind through the gate: practice, month, the kinds, `count`."""
    register = area.current.register
    practices = {code: place for place, code in enumerate(register.practices)}
    months = sorted(rows["month"].unique())
    mine = rows.filter(pl.col("practice").is_in(list(practices)))
    values = {key: _laid_out(part, practices, months, count) for key, part in mine.group_by(*kinds)}
    gate = Gate(dataset, register, gate_secret(area.folder), dict.fromkeys(values, 0))
    kept = gate(values) if values else {}
    return pl.concat([_unfolded(key, each, kinds, register, months, count) for key, each in kept.items()]) if kept else mine.select("practice", "month", *kinds, count)  # fmt: skip


def _laid_out(rows: pl.DataFrame, practices: Mapping[str, int], months: list, count: str) -> np.ndarray:
    out = np.zeros((len(practices), len(months)), np.int64)
    places = [practices[code] for code in rows["practice"]]
    np.add.at(out, (places, [months.index(month) for month in rows["month"]]), rows[count].to_numpy())
    return out


def _unfolded(
    key: tuple, counts: np.ndarray, kinds: list[str], register: Register, months: list, count: str
) -> pl.DataFrame:
    rows, columns = np.nonzero(counts)
    told = {
        "practice": [register.practices[row] for row in rows],
        "month": [months[column] for column in columns],
        **{name: [value] * len(rows) for name, value in zip(kinds, key, strict=True)},
        count: counts[rows, columns],
    }
    kinds_ = dict.fromkeys(kinds, pl.String)
    return pl.DataFrame(told, schema={"practice": pl.String, "month": pl.Date, **kinds_, count: pl.Int64})


def _shares(rounded: pl.DataFrame, by: str) -> pl.DataFrame:
    """How many came at least so far, and shares of those before; what may stand for fewer than can be shown is missing."""
    keys = list(dict.fromkeys(("service", by)))
    so_far = [
        pl.when(pl.col("stage").is_in(STAGES[place:])).then(pl.col("people")).otherwise(0).sum().alias(step)
        for place, step in enumerate(STEPS)
    ]
    summed = rounded.group_by(*keys).agg(so_far).sort(*keys)
    shown = [pl.when(pl.col(step) >= HES.fewest_shown).then(pl.col(step)).alias(step) for step in STEPS]
    return summed.with_columns(shown).with_columns(
        (pl.col("attended") / pl.col("offered")).alias("uptake"),
        (pl.col("completed") / pl.col("attended")).alias("completion"),
    )


def _changes(area: Area, service: str) -> pl.DataFrame:
    rows = _rows(area, CHANGES.dataset)
    schema = {"service": pl.String, "measure": pl.String, "measured": pl.Int64, "start": pl.Float64, "end": pl.Float64, "change": pl.Float64}  # fmt: skip
    if not rows.height:
        return pl.DataFrame(schema=schema)
    kept = _rounded(area, rows, ["service", "measure"], CHANGES.dataset, "measured")
    number = kept.group_by("service", "measure").agg(pl.col("measured").sum())
    totals = rows.group_by("service", "measure").agg(pl.col("measured").sum().alias("exactly"), pl.col("start_total", "end_total").cast(pl.Float64).sum())  # fmt: skip
    means = [(pl.col(f"{side}_total") / pl.col("exactly")).round(1).alias(side) for side in ("start", "end")]
    joined = totals.join(number, on=["service", "measure"]).with_columns(means)
    joined = joined.with_columns((pl.col("end") - pl.col("start")).round(1).alias("change"))
    enough = joined.filter(pl.col("measured") >= HES.fewest_shown).select(list(schema))
    return (enough.filter(pl.col("service") == service) if service else enough).sort("service", "measure")

"""Prediction limits: where organisations would lie if all were alike and only chance made them differ."""

import numpy as np
import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.rows import rows_of
from opencommissioning.catalogue.measure import Measure, Shape
from opencommissioning.errors import DefinitionError, NotLoaded
from opencommissioning.reports.predicted import LAWS, Predicted
from opencommissioning.statistics.funnels import prediction_limits

LIMITS = ("overdispersed", "prediction")


def predicted(build: Build, name: str, level: str = "practice", membership: str | None = None) -> Predicted:
    """The last month's values with exact prediction limits around the value of all (Seaton and Manktelow 2012): binomial for shares,
    Poisson for rates. DefinitionError for amounts, which are no counts; NotLoaded where nothing can be compared."""
    measure = build.measure(name)
    law = law_of(measure)
    rows = rows_of(build, name, level, membership)
    known = rows.filter(pl.col("value").is_not_null(), pl.col("centre").is_not_null(), pl.col("denominator") > 0) if rows is not None else None  # fmt: skip
    if known is None or not known.height:
        raise NotLoaded(f"'{name}' has nothing at level {level} that can be compared; 'opencommissioning status' says what is missing")  # fmt: skip
    sizes, average = known["denominator"].to_numpy(), float(known["centre"][0]) / measure.per
    limits = prediction_limits(average, np.rint(sizes) if law == "proportion" else sizes, law, measure.per)
    drawn = known.with_columns(
        *(
            pl.Series(column, getattr(limits, column))
            for column in ("lower95", "upper95", "lower998", "upper998")
        ),
        verdict=pl.col("stand"),
    )
    outside = pl.when(pl.col("value") > pl.col("upper95")).then(1).when(pl.col("value") < pl.col("lower95")).then(-1)  # fmt: skip
    return Predicted(measure, level, drawn["month"].max(), law, drawn.with_columns(beyond=outside.otherwise(0)))  # fmt: skip


def law_of(measure: Measure) -> str:
    """A key of `LAWS`; DefinitionError for an amount."""
    shape = measure.shape()
    if shape is Shape.RATIO:
        raise DefinitionError(
            f"prediction limits are exact for counts, and '{measure.id}' ({measure.unit}) is an amount or a wait: its limits are the "
            "over-dispersed ones only"
        )
    return next(name for name in LAWS if name == str(shape))

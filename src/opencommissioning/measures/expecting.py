"""Indirect standardisation: what a practice's ages and sexes would give at the rates of all practices together."""

from decimal import Decimal

import polars as pl

from opencommissioning.catalogue.period import shift
from opencommissioning.disclosure.rules import HES

YEAR = 12
PLACES = 9  # decimal places of a rate per person and month


def rates_by_age_and_sex(
    events: pl.DataFrame, people: pl.DataFrame, present: pl.DataFrame
) -> dict[str, Decimal]:
    """age_sex → events per person and month, over the last year of the months that all three have: the year that the newest value is
    of, so that all together are 100 % of what is expected. Over more years a nation's rise or fall would be everybody's.

    events: month, age_sex, value. people: month, practice, age_sex, patients. present: month, practice (whose events were counted).
    Events are people: those of a band are counted to the nearest 5, so that nobody is told by a rate.
    E = Σ (events of the band / its people) × the practice's people: Breslow and Day 1987, chapter 2. A band without anybody has no rate.
    """
    common = set(events["month"]) & set(people["month"]) & set(present["month"])
    months = [month for month in common if month > shift(max(common), -YEAR)]
    within = pl.col("month").is_in(sorted(months))
    among = people.filter(within).join(present.unique(), on=["month", "practice"], how="semi")
    exposed = among.group_by("age_sex").agg(pl.col("patients").sum())
    counted = events.filter(within).group_by("age_sex").agg(pl.col("value").sum())
    joined = exposed.join(counted, on="age_sex", how="left").filter(pl.col("patients") > 0).sort("age_sex")
    return {
        band: round(Decimal(int(HES.rounded(int(value or 0)))) / int(patients), PLACES)
        for band, patients, value in joined.select("age_sex", "patients", "value").iter_rows()
    }

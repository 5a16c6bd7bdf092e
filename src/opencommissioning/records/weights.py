"""Published weights and fractions that stays are told by: trim points, frailty points, what is put down to smoking, obesity and alcohol.

Re-typed with their sources: hrg_trim_points and smoking, obesity and alcohol fractions as coded by The Strategy Unit (nhp_data, MIT; alcohol:
Public Health England 2020, OGL v3.0); frailty_points (× 10): Gilbert 2018, The Lancet 391: 1775–1782 (CC BY 4.0).
"""

from functools import lru_cache
from pathlib import Path

import polars as pl

SEXES, BANDS = ("1", "2"), (0, 16, 25, 35, 45, 55, 65, 75, 85)
NEEDS = {  # column of a stay → the table that tells it
    "beyond_trim": "hrg_trim_points",
    "frailty": "frailty_points",
    "by_smoking": "attributable",
    "by_obesity": "attributable",
    "by_alcohol_acute": "attributable",
    "by_alcohol_chronic": "attributable",
}


@lru_cache(maxsize=4)
def read_weights(folder: Path) -> dict[str, pl.DataFrame]:
    """hrg_trim_points (hrg, elective, emergency), frailty_points (code, points) and attributable (`attributable`) out of a folder."""
    tables = {name: pl.read_csv(folder / f"{name}.csv") for name in ("hrg_trim_points", "frailty_points")}
    return tables | {"attributable": attributable(folder)}


def attributable(folder: Path) -> pl.DataFrame:
    """cause, code, sex, from_age, died, is_main, fraction: the largest of the fractions that a code of three or four characters has."""
    texts = {
        "sex": pl.String,
        "died": pl.String,
        "codes": pl.String,
        "condition": pl.String,
        "from_age": pl.Int64,
    }
    codes, fractions = (
        pl.read_csv(folder / f"attributable_{name}.csv", schema_overrides=texts)
        for name in ("codes", "fractions")
    )
    every = fractions.with_columns(
        sex=_all_or_one("sex", list(SEXES)),
        died=pl.when(pl.col("died").is_null()).then(pl.lit([True, False])).otherwise(pl.concat_list(pl.col("died") == "yes")),
        from_age=pl.when(pl.col("from_age").is_null()).then(pl.lit(list(BANDS))).otherwise(pl.concat_list(pl.col("from_age"))),
    )  # fmt: skip
    for column in ("sex", "died", "from_age"):
        every = every.explode(column)
    told = codes.with_columns(pl.col("codes").str.split(" ").alias("code"), is_main=pl.col("position") == "main").explode("code")  # fmt: skip
    by = ["cause", "code", "sex", "from_age", "died", "is_main"]
    return told.join(every, on=["cause", "condition"]).group_by(by).agg(pl.col("fraction").max()).sort(by)


def _all_or_one(column: str, every: list[str]) -> pl.Expr:
    return pl.when(pl.col(column).is_null()).then(pl.lit(every)).otherwise(pl.concat_list(pl.col(column)))

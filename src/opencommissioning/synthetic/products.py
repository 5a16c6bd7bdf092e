"""Products of the economy: real BNF codes and names (re-typed, Open Government Licence) with typical amounts and prices.

Amounts per 1000 patients are rounded by hand to be plausible, not measured. For larger economies further products are
derived from these with invented product letters.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from opencommissioning.synthetic.population import MIDDLE

QUANTITY_SHARES = (0.82, 0.13, 0.04, 0.01)  # of the first, second … usual quantity per item
UNIT = re.compile(r"([\d.,]+) ?(microgram|mg|g|unit)s?(?:/([\d.]+)?ml)?")
TO_MG = {"microgram": 0.001, "mg": 1.0, "g": 1000.0}
# Average daily quantities in mg, by chemical substance (NHS England ADQs, re-typed).
ADQ_MG = {
    "0401020K0": 10, "0401010T0": 20, "0401010Z0": 7.5, "0401010R0": 5, "0401020P0": 2.5, "0401010Y0": 10,
    "0401010N0": 1, "0401010P0": 1, "0408010AE": 300, "0408010G0": 1800, "0212000B0": 10, "0212000Y0": 15,
    "0103050P0": 20, "0103050L0": 30, "0103050E0": 20, "0103050R0": 20, "0103050T0": 15, "0403030D0": 20,
    "0403030Q0": 50, "0803041S0": 20, "1001010P0": 500, "1001010J0": 1200, "0501013B0": 1000, "0501080W0": 400,
    "0407010H0": 3000, "0206020A0": 5, "0205051R0": 2.5, "0204000H0": 10,
}  # fmt: skip


@dataclass(frozen=True)
class Products:
    """The list of products and their lines (one line for each usual quantity per item).

    frame: bnf_code, name, quantities, unit_price (pounds), category, items_per_1000, age, snomed
    line_product, line_quantity, line_share: one entry per line
    """

    frame: pl.DataFrame
    line_product: np.ndarray
    line_quantity: np.ndarray
    line_share: np.ndarray

    def matching(self, prefixes: list[str] | tuple[str, ...]) -> np.ndarray:
        """Whether each product's code begins with one of these prefixes."""
        return np.array([code.startswith(tuple(prefixes)) for code in self.frame["bnf_code"]])


@cache
def catalogue() -> pl.DataFrame:
    """The shipped product list, most needed first."""
    path = files("opencommissioning") / "definitions" / "synthetic" / "products.csv"
    text = {"bnf_code": pl.String, "quantities": pl.String, "category": pl.String}
    return pl.read_csv(path.read_bytes(), schema_overrides=text).with_columns(
        pl.col("category").fill_null("")
    )


def products(count: int) -> Products:
    """The first `count` products; beyond the shipped list, codes and names are derived and invented."""
    shipped = catalogue()
    frame = (
        shipped.head(count)
        if count <= len(shipped)
        else pl.concat([shipped, derived(shipped, count - len(shipped))])
    )
    frame = frame.with_columns(snomed=pl.Series([f"{90000001 + i}1999999105" for i in range(len(frame))]))
    return with_lines(frame.sort("bnf_code"))


def with_lines(frame: pl.DataFrame) -> Products:
    """Lines in the order of products."""
    lines = [
        (i, float(q), share)
        for i, quantities in enumerate(frame["quantities"])
        for q, share in zip(quantities.split(), shares(len(quantities.split())), strict=True)
    ]
    product, quantity, share = zip(*lines, strict=True)
    return Products(frame, np.array(product), np.array(quantity), np.array(share))


def shares(count: int) -> np.ndarray:
    """How the items of a product are divided over its usual quantities."""
    part = np.array(QUANTITY_SHARES[:count])
    return part / part.sum()


def derived(shipped: pl.DataFrame, count: int) -> pl.DataFrame:
    """Invented brands of shipped generics: letters Z… in the product part of the code, a tenth of the items."""
    drugs = shipped.filter(pl.col("bnf_code").str.contains("^.{9}AA.{4}$"))
    n = np.arange(count)
    base, serial = n % len(drugs), n // len(drugs)
    letters = [f"{chr(90 - s // 26 % 6)}{chr(65 + s % 26)}" for s in serial]
    code = drugs["bnf_code"].gather(base)
    return drugs[base].with_columns(
        bnf_code=code.str.slice(0, 9) + pl.Series(letters) + code.str.slice(11),
        name="Synthbrand " + pl.Series([str(s + 1) for s in serial]) + " " + pl.col("name"),
        category=pl.lit(""),
        items_per_1000=pl.col("items_per_1000") * 0.1,
    )


def strength_mg(name: str) -> float | None:
    """The first strength in a name as milligrams per unit of quantity (per ml for liquids), if it is one."""
    found = UNIT.search(name)
    if not found or found[2] not in TO_MG:
        return None
    amount = float(found[1].replace(",", "")) * TO_MG[found[2]]
    return amount / float(found[3] or 1) if "ml" in found[0] else amount


def adqs_per_unit(code: str, name: str) -> float:
    """Average daily quantities in one unit of quantity; 0 where there is no ADQ."""
    adq, strength = ADQ_MG.get(code[:9]), strength_mg(name)
    return strength / adq if adq and strength else 0.0


def age_factor(kind: str) -> np.ndarray:
    """Relative use by sex (male, female) and five-year band for one of the age patterns of the product list."""
    a = MIDDLE
    curve = {
        "flat": np.ones(20),
        "infant": np.where(a < 5, 1, 0.0),
        "child": np.where(a < 15, 2.5, 0.7),
        "young": np.where((a > 10) & (a < 40), 2, 0.3),
        "fertile": np.where((a > 15) & (a < 50), 1, 0.0),
        "adult": np.where(a > 15, 1, 0.2),
        "middle": np.where(a > 15, 0.4 + np.exp(-(((a - 58) / 22) ** 2)), 0.03),
        "old": 0.02 + np.clip((a - 30) / 45, 0, 1.4) ** 1.5,
        "veryold": 0.01 + np.clip((a - 50) / 40, 0, 1.3) ** 2.5,
    }
    sexes = {
        "women": ("adult", 0.12, 1.0),
        "oldwomen": ("old", 0.01, 1.0),
        "youngwomen": ("fertile", 0.0, 1.0),
        "oldmen": ("middle", 1.0, 0.01),
    }
    shape, male, female = sexes.get(kind, (kind, 1.0, 1.0))
    return np.stack([curve[shape] * male, curve[shape] * female])

"""`truth.toml`: every planted truth, for tests that ask whether the engine finds it."""

from dataclasses import asdict
from pathlib import Path

import tomlkit

from opencommissioning.synthetic.habits import DEPRIVATION, MONTH_SD, PRODUCT_SD, SECTION_SD, TRENDS
from opencommissioning.synthetic.hospital_truths import hospital_truths
from opencommissioning.synthetic.lists import list_truths
from opencommissioning.synthetic.model import Economy

TRUTH = "truth.toml"


def write_truth(made: Economy, folder: Path) -> Path:
    """One [[truth]] for each planted truth, [[hospital_truth]] for those about hospitals, months as `2025-03`; [economy] and what holds for everybody as tables.

    yearly_trend, deprivation_per_20_points: BNF prefix → slope of the logarithm of items.
    """
    orgs = made.organisations
    document = tomlkit.document()
    document["economy"] = {
        "seed": made.seed, "practices": len(orgs.practices), "products": len(made.products.frame),
        "start": f"{made.months[0]:%Y-%m}", "end": f"{made.months[-1]:%Y-%m}", "home": orgs.home,
        "home_name": orgs.sub_icbs["name"][0], "neighbours": orgs.sub_icbs["code"].to_list()[1:8],
    }  # fmt: skip
    document["variation"] = {"section_sd": SECTION_SD, "product_sd": PRODUCT_SD, "month_sd": MONTH_SD}
    document["yearly_trend"] = TRENDS
    document["deprivation_per_20_points"] = DEPRIVATION
    document["truth"] = [shown(asdict(t)) for t in made.truths]
    document["hospital_truth"] = [
        asdict(t) | {"organisations": list(t.organisations), "month": f"{t.month:%Y-%m}"}
        for t in (*hospital_truths(orgs, list(made.months)), *list_truths(made))
    ]
    path = folder / TRUTH
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


def shown(truth: dict) -> dict:
    """A truth without empty keys and with months as text."""
    months = {k: f"{truth[k]:%Y-%m}" for k in ("month", "to_month") if truth[k]}
    kept = {k: v for k, v in truth.items() if v not in (None, (), "", 0)} | months
    return {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items()}

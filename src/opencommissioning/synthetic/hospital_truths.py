"""What is planted in the invented people's use of hospitals: habits that differ, and redesigns that changed something from a month on."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from opencommissioning.synthetic.organisations import Organisations, event_month


@dataclass(frozen=True)
class HospitalTruth:
    """One planted fact: from `month` on, `what` ("admissions", "nights", "care_home_admissions") for `reason` is multiplied by `factor`."""

    id: str
    kind: str
    level: str
    organisations: tuple[str, ...]
    description: str
    what: str
    reason: str
    month: date
    factor: float


def hospital_truths(orgs: Organisations, months: list[date]) -> tuple[HospitalTruth, ...]:
    """Everything planted about hospitals."""
    practices = orgs.practices
    home = practices.filter(pl.col("sub_icb") == orgs.home)["code"].to_list()
    second = practices.filter(pl.col("sub_icb") == orgs.sub_icbs["code"][1])["code"].to_list()
    team = practices.filter(pl.col("pcn") == practices.filter(role="care_home")["pcn"].item())["code"]
    high, low = _ordinary(practices, 3)[:2], _ordinary(practices, 3)[2:]
    start = months[0]
    return (
        HospitalTruth("copd_high", "outlier", "practice", high, "many emergency admissions for COPD", "admissions", "copd", start, 2.6),
        HospitalTruth("copd_low", "outlier", "practice", low, "few emergency admissions for COPD", "admissions", "copd", start, 0.3),
        HospitalTruth("stroke_before", "setting", "sub_icb", tuple(home), "stroke patients stay in hospital for 56 nights", "nights", "stroke", start, 56 / 16),
        HospitalTruth("stroke_pathway", "redesign", "sub_icb", tuple(home), "early supported discharge: stroke stays of 12 nights, not 56", "nights", "stroke", months[event_month(months, 0.6)], 12 / 56),
        HospitalTruth("care_home_team", "redesign", "pcn", tuple(team), "a team visits care homes: fewer of their residents are admitted", "care_home_admissions", "", months[event_month(months, 0.55)], 0.6),
        HospitalTruth("hospital_at_home", "redesign", "sub_icb", tuple(second), "children's hospital-at-home: fewer admissions with bronchiolitis", "admissions", "bronchiolitis", months[event_month(months, 0.65)], 0.6),
    )  # fmt: skip


def _ordinary(practices: pl.DataFrame, number: int) -> tuple[str, ...]:
    """Ordinary practices of the nation, as many as asked for, spread."""
    ordinary = practices.filter(role="ordinary")["code"].to_list()
    step = max(1, len(ordinary) // (number + 1))
    return tuple(ordinary[step * (place + 1) - 1] for place in range(number))

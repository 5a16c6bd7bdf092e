"""What is planted in the invented people's use of hospitals: habits that differ, and redesigns that changed something from a month on."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from opencommissioning.synthetic.organisations import Organisations, event_month

WAITS = 12  # months of waiting lists that are written


@dataclass(frozen=True)
class HospitalTruth:
    """One planted fact: from `month` on, `what` is multiplied by `factor`, in the practices of `organisations`.

    what: admissions, nights (of a `reason`), care_home_admissions, care_home_attendances, ae_attendances, nhs_111_sent_to_ae,
    gynaecology_referrals, gynaecology_capacity.
    """

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
    second, third = (
        tuple(practices.filter(pl.col("sub_icb") == orgs.sub_icbs["code"][place])["code"]) for place in (1, 2)
    )
    team = practices.filter(pl.col("pcn") == practices.filter(role="care_home")["pcn"].item())["code"]
    high, low = _ordinary(practices, 3)[:2], _ordinary(practices, 3)[2:]
    start, told = months[0], months[event_month(months, 0.75)]
    waits = months[-WAITS:]
    clinics = waits[len(waits) // 2]
    return (
        HospitalTruth("copd_high", "outlier", "practice", high, "many emergency admissions for COPD", "admissions", "copd", start, 2.6),
        HospitalTruth("copd_low", "outlier", "practice", low, "few emergency admissions for COPD", "admissions", "copd", start, 0.3),
        HospitalTruth("stroke_before", "setting", "sub_icb", tuple(home), "stroke patients stay in hospital for 56 nights", "nights", "stroke", start, 56 / 16),
        HospitalTruth("stroke_pathway", "redesign", "sub_icb", tuple(home), "early supported discharge: stroke stays of 12 nights, not 56", "nights", "stroke", months[event_month(months, 0.6)], 12 / 56),
        HospitalTruth("care_home_team", "redesign", "pcn", tuple(team), "a team visits care homes: fewer of their residents are admitted", "care_home_admissions", "", months[event_month(months, 0.55)], 0.6),
        HospitalTruth("care_home_team_ae", "redesign", "pcn", tuple(team), "the same team: fewer residents are taken to A&E", "care_home_attendances", "", months[event_month(months, 0.55)], 0.6),
        HospitalTruth("hospital_at_home", "redesign", "sub_icb", second, "children's hospital-at-home: fewer admissions with bronchiolitis", "admissions", "bronchiolitis", months[event_month(months, 0.65)], 0.6),
        HospitalTruth("community_gynaecology", "redesign", "sub_icb", second, "community gynaecology clinics: fewer are referred to hospital", "gynaecology_referrals", "502", clinics, 0.7),
        HospitalTruth("gynaecology_short", "setting", "sub_icb", tuple(home), "the hospital has too few gynaecology clinics: its patients wait longest", "gynaecology_capacity", "502", start, 0.8),
        HospitalTruth("nhs_111_information", "redesign", "sub_icb", third, "people are told what NHS 111 can do for them: fewer come to A&E", "ae_attendances", "", told, 0.88),
        HospitalTruth("nhs_111_directory", "redesign", "sub_icb", third, "and 111 knows what is open near them: fewer calls end with an emergency department", "nhs_111_sent_to_ae", "", told, 0.75),
    )  # fmt: skip


def holding(orgs: Organisations, months: list[date], what: str, month: int) -> list[tuple[np.ndarray, float]]:
    """(bool of prescribers, factor) of every truth about `what` that holds in a month."""
    codes = orgs.prescribers["code"]
    return [
        (codes.is_in(list(each.organisations)).to_numpy(), each.factor)
        for each in hospital_truths(orgs, months)
        if each.what == what and each.month <= months[month]
    ]


def thinned(counts: np.ndarray, held: list[tuple[np.ndarray, float]], rng: np.random.Generator) -> np.ndarray:
    """Counts by prescriber, of which only the truths' shares happen."""
    out = counts.copy()
    for touched, factor in held:
        out[touched] = rng.binomial(out[touched], factor)
    return out


def _ordinary(practices: pl.DataFrame, number: int) -> tuple[str, ...]:
    """Ordinary practices of the nation, as many as asked for, spread."""
    ordinary = practices.filter(role="ordinary")["code"].to_list()
    step = max(1, len(ordinary) // (number + 1))
    return tuple(ordinary[step * (place + 1) - 1] for place in range(number))

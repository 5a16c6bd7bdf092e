"""Why the invented people go to hospital: reasons, how often by age, how long they stay, and the categories that each falls into."""

from dataclasses import dataclass

import numpy as np

AGES = (0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6)  # five-year band → column of `yearly`
OLD, VERY_OLD, CHILDREN = 15, 17, 4  # bands from 75, from 85, below 20
RETURN = np.array([0.05, 0.06, 0.09, 0.11, 0.13, 0.16, 0.17])  # share of emergencies within 30 days of a stay
LAST_DAYS = np.array([0.0, 0.0, 0.002, 0.015, 0.05, 0.09, 0.14])  # share of emergencies that end in death
CARE_HOME = np.array([0.0, 0.0, 0.0, 0.0, 0.01, 0.06, 0.18])  # share of emergencies from a care home


@dataclass(frozen=True)
class Reason:
    """One reason for admission. `yearly`: admissions per 1,000 people of ages 0–4, 5–19, 20–44, 45–64, 65–74, 75–84, 85+; `nights`: mean
    stay; `also`: a second diagnosis; `categories`: what it counts as besides `all`; `sexes`: 0 male, 1 female."""

    name: str
    diagnosis: str
    kind: str
    yearly: tuple[float, ...]
    nights: float
    categories: tuple[str, ...] = ()
    also: str = ""
    day_case: bool = False
    sexes: tuple[int, ...] = (0, 1)


def _acsc(group: str, *lists: str) -> tuple[str, ...]:
    """The ambulatory-care-sensitive lists of a reason: the NHS Institute's with its group, and others by name."""
    own = ("acsc_nhs_institute", f"acsc_nhs_institute_{group}") if group else ()
    return *own, *(f"acsc_{name}" for name in lists)


PURDY = "purdy_19", "purdy_36"


REASONS = (
    Reason("copd", "J441", "emergency", (0, 0, 0.05, 2.0, 7.0, 11.0, 9.0), 5.0, ("copd", *_acsc("chronic", "iif_ac02", "nhsof_chronic"))),
    Reason("heart_failure", "I500", "emergency", (0, 0, 0.05, 0.8, 4.0, 14.0, 30.0), 9.0, ("heart_failure", *_acsc("chronic", "iif_ac02", "nhsof_chronic", *PURDY))),
    Reason("asthma", "J459", "emergency", (3.0, 1.5, 1.0, 0.8, 0.8, 0.8, 0.8), 1.5, ("asthma", *_acsc("chronic", "iif_ac02", "nhsof_chronic", *PURDY))),
    Reason("diabetes", "E101", "emergency", (0.1, 0.6, 0.5, 0.6, 0.9, 1.4, 1.8), 4.0, ("diabetes", *_acsc("chronic", "iif_ac02", "nhsof_chronic", *PURDY))),
    Reason("uti", "N390", "emergency", (2.0, 0.5, 0.7, 1.0, 3.0, 9.0, 20.0), 5.0, ("uti", *_acsc("", "nhsof_acute"))),
    Reason("pneumonia", "J181", "emergency", (0, 0, 0.5, 2.0, 7.0, 20.0, 50.0), 8.0, ("pneumonia_influenza", *_acsc("vaccine", "iif_ac02", "nhsof_acute", *PURDY))),
    Reason("bronchiolitis", "J219", "emergency", (22.0, 0.3, 0, 0, 0, 0, 0), 1.5, ("lrti_under_19",)),
    Reason("fall", "S720", "emergency", (0, 0, 0, 0, 3.0, 10.0, 30.0), 15.0, ("falls_65", "hip_fracture", "acsc_purdy_36"), "W190"),
    Reason("stroke", "I639", "emergency", (0, 0, 0.05, 1.0, 4.0, 9.0, 14.0), 16.0, ("stroke", "acsc_purdy_36")),
    Reason("cellulitis", "L031", "emergency", (0.5, 0.3, 0.8, 1.5, 2.5, 4.0, 7.0), 4.0, ("cellulitis", *_acsc("acute", "iif_ac02", "nhsof_acute", *PURDY))),
    Reason("gastroenteritis", "K529", "emergency", (3.0, 0.6, 0.8, 0.8, 1.2, 2.0, 3.0), 2.0, _acsc("acute", "nhsof_acute", *PURDY)),
    Reason("epilepsy", "G409", "emergency", (1.5, 0.6, 0.9, 0.9, 1.0, 1.2, 1.3), 2.0, ("epilepsy", *_acsc("acute", "iif_ac02", "nhsof_chronic", *PURDY))),
    Reason("angina", "I209", "emergency", (0, 0, 0.03, 0.8, 1.6, 1.8, 1.5), 2.0, _acsc("chronic", "nhsof_chronic", *PURDY)),
    Reason("other", "R074", "emergency", (60.0, 25.0, 45.0, 55.0, 85.0, 140.0, 220.0), 2.5),
    Reason("day_case", "K409", "elective", (12.0, 10.0, 30.0, 70.0, 150.0, 180.0, 120.0), 0.0, day_case=True),
    Reason("planned", "M171", "elective", (3.0, 3.0, 8.0, 18.0, 35.0, 35.0, 15.0), 3.0),
    Reason("birth", "O800", "maternity", (0, 1.0, 26.0, 0.5, 0, 0, 0), 1.2, sexes=(1,)),
)  # fmt: skip
NAMES = tuple(reason.name for reason in REASONS)


def monthly_rates() -> np.ndarray:
    """Admissions per person and month [reason, sex, band]."""
    yearly = np.array([reason.yearly for reason in REASONS])[:, list(AGES)] / 12_000
    sexes = np.array([[sex in reason.sexes for sex in (0, 1)] for reason in REASONS])
    return yearly[:, None, :] * sexes[:, :, None]

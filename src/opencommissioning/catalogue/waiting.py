"""Rules of waiting times by date: how the publisher takes percentiles, and what is not shown."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

STANDARD_WEEKS = 18
STANDARD_SHARE = Fraction(92, 100)  # of incomplete pathways within 18 weeks
TOTAL_FUNCTION = "999"
PARTS = {
    "1A": "completed, admitted",
    "1B": "completed, not admitted",
    "2": "waiting",
    "2A": "waiting, decision to admit",
    "3": "new pathways",
}


@dataclass(frozen=True)
class PercentileRule:
    """How percentiles were published from `since` on.

    median_plus_one  the median stands at (N + 1)/2, not at N/2
    """

    since: date
    median_plus_one: bool
    source: str


@dataclass(frozen=True)
class OpenBandRule:
    """What holds for files whose bands end at `open_from` weeks: whether the open band counts as one week wide (or flat), and the
    number below which no median or percentile is shown."""

    open_from: int
    one_week_wide: bool
    least: int
    source: str


PERCENTILE_RULES = (
    PercentileRule(
        date(2022, 10, 1), False, "NHS England, RTT time series, note 9 (OGL v3.0): changed for October 2022"
    ),
    PercentileRule(date(1, 1, 1), True, "the files of 2014/15, whose published medians follow it"),
)
OPEN_BAND_RULES = (
    OpenBandRule(104, False, 20, "provider workbooks of September 2025 as described by others"),
    OpenBandRule(52, True, 50, "the files of 2014/15, whose published percentiles follow it"),
)


def percentile_rule(month: date) -> PercentileRule:
    """The rule in force for a month's figures."""
    return next(rule for rule in PERCENTILE_RULES if month >= rule.since)


def open_band_rule(open_from: int) -> OpenBandRule:
    """The rule of files that end at `open_from` weeks (0: every band is closed, the newest rule)."""
    return next((rule for rule in OPEN_BAND_RULES if rule.open_from == open_from), OPEN_BAND_RULES[0])


FUNCTIONS = {  # treatment functions of RTT returns, NHS England recording guidance (OGL v3.0)
    "100": "General surgery",
    "101": "Urology",
    "110": "Trauma and orthopaedics",
    "120": "Ear, nose and throat",
    "130": "Ophthalmology",
    "140": "Oral surgery",
    "150": "Neurosurgery",
    "160": "Plastic surgery",
    "170": "Cardiothoracic surgery",
    "300": "General internal medicine",
    "301": "Gastroenterology",
    "320": "Cardiology",
    "330": "Dermatology",
    "340": "Respiratory medicine",
    "400": "Neurology",
    "410": "Rheumatology",
    "430": "Elderly medicine",
    "502": "Gynaecology",
    "X01": "Other (before April 2021)",
    "X02": "Other: medical services",
    "X03": "Other: mental health",
    "X04": "Other: paediatric services",
    "X05": "Other: surgical services",
    "X06": "Other",
    TOTAL_FUNCTION: "All specialties",
}


def function_name(code: str) -> str:
    """The specialty's name, or its code where it has none."""
    return FUNCTIONS.get(code, code)

"""Days on which pharmacies dispense: Mondays to Saturdays without England's bank holidays, as NHSBSA counts them."""

from datetime import date, timedelta
from functools import cache

import holidays

from opencommissioning.catalogue.period import last_day


@cache
def dispensing_days(month: date) -> int:
    """The number of dispensing days of a month (September 2017 had 26)."""
    closed = holidays.country_holidays("GB", subdiv="ENG", years=month.year)
    days = (month + timedelta(days=step) for step in range(last_day(month).day))
    return sum(day.weekday() < 6 and day not in closed for day in days)

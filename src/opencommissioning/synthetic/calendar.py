"""Months of an economy and the days on which prescriptions are dispensed."""

from datetime import date, timedelta

import numpy as np

HOLIDAYS = {1: 1, 4: 2, 5: 2, 8: 1, 12: 2}  # bank holidays that fall on weekdays in most years, by month


def months_to(end: date, count: int) -> list[date]:
    """The first days of the `count` months that finish with the month of `end`."""
    last = end.year * 12 + end.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - count + 1, last + 1)]


def dispensing_days(month: date) -> int:
    """Weekdays of a month less its usual bank holidays."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    days = [month + timedelta(d) for d in range((following - month).days)]
    return sum(d.weekday() < 5 for d in days) - HOLIDAYS.get(month.month, 0)


def day_factor(months: list[date]) -> np.ndarray:
    """Dispensing days of each month over their mean."""
    days = np.array([dispensing_days(m) for m in months], float)
    return days / 20.9

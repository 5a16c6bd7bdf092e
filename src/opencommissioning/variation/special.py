"""Practices whose patients' ages are unlike anybody's: a rate that takes no account of age says little of them.

The thresholds are far outside what general practices have. Of 8,044 practices of 100 patients or more in NHS Digital's list of April 2013
they single out 48 of students, 27 of adults of working age (21 of them mostly men, nearly all services for homeless people) and 12 of very
old people.
"""

from dataclasses import dataclass

FEWEST = 100  # patients: shares of fewer are chance
STUDENTS, FEW_OLD_STUDENTS = 0.35, 0.03  # at least so many aged 15 to 24, fewer than so many aged 75 or over
CHILDREN, FEW_OLD = 0.05, 0.02  # fewer than so many under 15, and aged 75 or over
MEN = 0.65  # from here on the words speak of homeless people
VERY_OLD = 0.08  # at least so many aged 85 or over; the middle practice has 0.02


@dataclass(frozen=True)
class Ages:
    """Patients of a practice, and shares (0 to 1) of them; `over_85` is None where the bands end before."""

    patients: int
    aged_15_to_24: float
    under_15: float
    over_75: float
    over_85: float | None
    men: float


def kind_by_age(ages: Ages) -> str:
    """Whose practice the ages make it, in a few words for a table: `students`; "" for an ordinary one."""
    if ages.patients < FEWEST:
        return ""
    if ages.aged_15_to_24 >= STUDENTS and ages.over_75 < FEW_OLD_STUDENTS:
        return "students"
    if ages.under_15 < CHILDREN and ages.over_75 < FEW_OLD:
        return "adults, mostly men" if ages.men >= MEN else "adults of working age"
    return "very old people" if ages.over_85 is not None and ages.over_85 >= VERY_OLD else ""


def special_by_age(ages: Ages) -> str:
    """What kind of practice the ages make it, with the shares that say so, as the start of a sentence; "" for an ordinary one."""
    kind = kind_by_age(ages)
    if kind == "students":
        return (
            f"A practice of students: {_per_cent(ages.aged_15_to_24)} of its patients are aged 15 to 24, "
            f"{_per_cent(ages.over_75)} are 75 or over"
        )
    if kind.startswith("adults"):
        return _of_working_age(ages)
    if kind == "very old people":
        return (
            "A practice of many very old people, as where there are care homes: "
            f"{_per_cent(ages.over_85)} of its patients are 85 or over"
        )
    return ""


def _of_working_age(ages: Ages) -> str:
    shares = (
        f"{_per_cent(ages.under_15)} of its patients are under 15, {_per_cent(ages.over_75)} are 75 or over"
    )
    if ages.men >= MEN:
        return (
            "A practice of adults of working age, mostly men, as where homeless people are cared for: "
            f"{shares}, {_per_cent(ages.men)} are men"
        )
    return f"A practice of adults of working age, as in the middle of a city: {shares}"


def _per_cent(share: float) -> str:
    """`50 %`; one decimal below ten."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"

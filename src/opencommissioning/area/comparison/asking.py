"""Questions to a build that need more than one package: reports of organisations and measures."""

from datetime import date

import numpy as np

from opencommissioning.area.build import Build
from opencommissioning.area.comparison.judging import verdicts_at
from opencommissioning.area.comparison.present import all_told
from opencommissioning.area.comparison.rows import names_of, rows_of
from opencommissioning.area.comparison.special import age_flag, said_special, special_kinds
from opencommissioning.area.data.coverage import coverage_of
from opencommissioning.area.data.standing import missing_level
from opencommissioning.area.defining.changes import changes_of
from opencommissioning.area.defining.signing import review_of
from opencommissioning.area.keeping import area_folder
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import spoken
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import NotLoaded
from opencommissioning.language.words import readable_sql, sentence
from opencommissioning.reports.measure import MeasureReport
from opencommissioning.reports.organisation import OrganisationReport, organisation_report
from opencommissioning.variation.judging import without_pooled

SMALL_LIST = 1000
LISTS = "registrations"
EMPTY_LIST = "Its list of patients is 0"


def report_organisation(build: Build, code: str, membership: str | None = None) -> OrganisationReport:
    """The report of an organisation by code, in the area's own membership or another; UnknownName or NotLoaded (nothing to compare with) otherwise."""
    organisation = build.organisation(code)
    rows = verdicts_at(build, organisation.level, membership, organisations=[organisation.code])
    if rows is None or not rows.height:
        raise NotLoaded(
            f"{organisation.name} ({organisation.code}) has no values in this build{_uncovered(build, organisation.code)}; "
            "'opencommissioning status' says what is missing"
        )
    return organisation_report(
        organisation.code,
        organisation.name,
        organisation.level,
        rows,
        build.measures,
        flags(build, organisation.code),
        age_flag(build, organisation.code),
        coverage_of(build, organisation.code, rows.select("practices", "expected").iter_rows()),
    )


def _uncovered(build: Build, code: str) -> str:
    """`: 2 of 82 practices, with 2 % of the patients, have data in September 2017, and values are shown from 90 % on`; "" of a practice."""
    told = coverage_of(build, code).rstrip(".")
    if not told:
        return ""
    gate = (
        f", and values are shown from {per_cent(build.settings.coverage)} on"
        if build.register.registered
        else ""
    )
    return f": {told[0].lower()}{told[1:]}{gate}"


def flags(build: Build, code: str) -> tuple[str, ...]:
    """What a reader must know before comparing an organisation: said to be special, closed, small, list unknown. What its patients' ages make it is
    told by `age_flag`."""
    organisation = build.organisation(code)
    if organisation.level == "group":
        unknown = [
            each for each in build.settings.groups[organisation.code] if each not in build.register.practices
        ]
        return (f"Not in this build, so not counted: {', '.join(unknown)}.",) if unknown else ()
    few = [told] if (told := all_told(build, organisation.level)) else []
    if organisation.level != "practice":
        return tuple(few)
    found = [*([said] if (said := said_special(build, organisation.code)) else []), *few]
    if organisation.closed and organisation.closed <= _today():
        found.append(f"Closed on {organisation.closed:%d %B %Y}.")
    row = build.register.practices.index(organisation.code)
    patients = build.grid.patients[row]
    known = patients[patients == patients]
    if empty := emptied_list(build, row):
        found.append(
            f"{EMPTY_LIST} in the file of {spoken(empty)}: nothing per patient can be said of that month."
        )
    elif not len(known):
        found.append("Its list size is not loaded: measures per patient have no value.")
    elif known[-1] < SMALL_LIST:
        found.append(f"A small list ({known[-1]:,.0f} patients): too small to be compared fairly.")
    return tuple(found)


def emptied_list(build: Build, row: int) -> date | None:
    """The month of the list that stands in the build's last month, when it has nobody of the practice in that row of the register."""
    over = build.grid.layers.get(LISTS)
    if over is None or build.latest not in build.months:
        return None
    step = build.months.index(build.latest)
    column = step - over.cut.start
    if not 0 <= column < over.taken.shape[1]:
        return None
    taken, patients = int(over.taken[row, column]), build.grid.patients[:, step]
    told = taken >= 0 and np.isnan(patients[row]) and np.isfinite(patients).any()
    return over.loaded[taken] if told else None


def report_measure(build: Build, name: str, level: str, membership: str | None = None) -> MeasureReport:
    """The report of one measure at one level, without rows when no organisation has a value; NotLoaded when the level has none at all."""
    measure = build.measure(name)
    build.check_level(level)
    named = rows_of(build, name, level, membership)
    if named is None:
        raise NotLoaded(f"there is nothing to compare: {missing_level(build, level)}")
    rows = without_pooled(named)
    return MeasureReport(
        measure=measure,
        level=level,
        month=rows["month"].max() or build.latest,
        verdicts=rows,
        names=names_of(build),
        words=sentence(measure, build.library.codelists),
        sql=build.remember(("sql", name), lambda: _sql(build, measure)),
        review=review_of(area_folder(build), measure, build.library),
        changes=tuple(changes_of(area_folder(build), measure)),
        special=special_kinds(build, measure) if level == "practice" else {},
    )


def _sql(build: Build, measure: Measure) -> str:
    return readable_sql(measure, build.library.contracts, build.library.codelists)


def _today() -> date:
    return date.today()

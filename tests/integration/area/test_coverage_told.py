"""How many of an organisation's practices are in the files is one number, wherever it is told; and the months of a file of many months."""

from datetime import date

import polars as pl
import pytest

from opencommissioning.area.belonging import practices_of
from opencommissioning.area.comparison.asking import report_organisation
from opencommissioning.area.data.coverage import coverage_of, covered
from opencommissioning.area.data.standing import status_lines
from opencommissioning.catalogue.shares import per_cent


def test_status_and_report_tell_the_same_coverage(invented):
    build = invented.current
    every = [each for each in covered(build) if each.level in ("sub_icb", "icb", "region")]
    assert every
    for each in every:
        told = report_organisation(build, each.code).coverage
        assert told.startswith(
            f"{each.counted} of {each.expected} practices, with {each.patients} of the patients, ha"
        ), each


def test_coverage_is_of_those_who_prescribe_as_counted_by_hand(invented):
    """The second witness: practices with any row of prescribing in the last month's file, of those of the register with patients."""
    build = invented.current
    rows = invented.store.parts("prescribing")[-1]
    seen = set(pl.read_parquet(rows.path, columns=["practice"])["practice"].unique())
    for each in covered(build):
        if each.level == "sub_icb":
            members = {
                code for code in seen if build.organisations.get(code) and code in _members(build, each.code)
            }
            assert each.counted == len(members), each


def _members(build, code):
    return set(practices_of(build, code))


def test_measures_of_fewer_practices_are_counted_and_a_practice_has_no_coverage(invented):
    build = invented.current
    each = next(each for each in covered(build) if each.level == "icb" and each.counted > 1)
    told = coverage_of(
        build, each.code, [(each.counted, each.expected), (0, each.expected), (1, each.expected)]
    )
    assert told.endswith(" 2 measures rest on fewer of them.")
    assert coverage_of(build, each.code, [(0, each.expected)]).endswith(" 1 measure rests on fewer of them.")
    assert coverage_of(build, build.register.practices[0]) == ""


def test_a_collection_tells_every_month_that_it_holds(invented):
    lines = {line[0]: line for line in status_lines(invented.store)}
    if "concessions" not in lines:
        pytest.fail("the invented economy has concessions")
    (part,) = invented.store.parts("concessions")
    months = sorted(pl.read_parquet(part.path)["month"].unique().to_list())
    assert len(months) > 1
    assert lines["concessions"][1] == f"{months[0]:%B %Y} to {months[-1]:%B %Y} ({len(months)} months)"
    (status,) = [each for each in invented.sources() if each.id == "concessions"]
    assert status.months == lines["concessions"][1]
    assert part.period == date(months[-1].year, months[-1].month, 1)


@pytest.mark.parametrize(
    ("share", "decimals", "words"), [(0.92, 0, "92 %"), (0.525, 1, "52.5 %"), (1, 0, "100 %")]
)
def test_per_cent_is_written_in_one_way(share, decimals, words):
    assert per_cent(share, decimals) == words

"""The page of potentially avoidable activity shows what the question says, leads to a file, and refuses what it does not know."""

import csv
import html
import io
import re

import pytest

from opencommissioning.errors import NotLoaded
from opencommissioning.reports.avoidable import counted


@pytest.fixture
def told(site):
    """What the home sub-ICB location could avoid; skipped when the given area was built without counts."""
    from opencommissioning.web.questions import area, avoiding

    try:
        return avoiding.report(area().settings.home, "in turn")
    except NotLoaded:
        pytest.skip("the area given by OC_TEST_AREA holds no counts of potentially avoidable activity")


def words(answer):
    return html.unescape(answer.content.decode())


def test_every_shown_kind_is_on_the_page_with_its_counts(client, told):
    page = words(client.get(f"/organisation/{told.organisation}/avoidable/"))
    for section in told.sections:
        assert section.sentence in page
        for line in section.lines:
            assert (line.kind.title in page) == (line.activity is not None), line.kind.id
            assert line.activity is None or counted(line.activity) in page


def test_the_organisation_page_leads_there(client, told):
    assert f"/organisation/{told.organisation}/avoidable/" in words(
        client.get(f"/organisation/{told.organisation}/")
    )


def test_the_file_holds_every_kind_with_its_source(client, told):
    answer = client.get(f"/organisation/{told.organisation}/avoidable/table.csv", {"overlaps": "evenly"})
    rows = list(csv.DictReader(io.StringIO(words(answer).lstrip("\ufeff"))))
    assert len(rows) == sum(len(section.lines) for section in told.sections)
    assert {row["review"] for row in rows} == {"not clinically reviewed"}
    assert all(row["kept_source"] for row in rows)
    counts = [int(row["count"]) for row in rows if row["count"]]
    assert counts
    assert min(counts) >= 15


def test_what_is_not_known_is_said(client, told):
    assert (
        client.get(f"/organisation/{told.organisation}/avoidable/", {"overlaps": "by size"}).status_code
        == 400
    )
    assert client.get(f"/organisation/{told.organisation}/avoidable/table.doc").status_code == 404
    page = client.get("/organisation/RZ1/avoidable/")
    assert page.status_code == 200
    assert "has no counts of potentially avoidable activity" in words(page)


def test_a_standardised_measure_leads_to_its_page_by_deprivation(client, site):
    from opencommissioning.web import questions

    if "standardised_emergency_all" not in questions.build().measures:
        pytest.skip("the area given by OC_TEST_AREA holds no admissions by age and sex")
    address = "/measure/standardised_emergency_all/practice/deprivation/"
    assert address in words(client.get("/measure/standardised_emergency_all/practice/"))
    page = words(client.get(address))
    assert "practices are put into 5 groups" in page
    beyond = int(re.search(r"(\d+) of \d+ practices lie beyond the 95 % limits", page)[1])
    assert page.count("<tr") == (beyond + 1 if beyond else 0)  # each in a row below the heading
    assert ("None lies beyond chance" in page) == (beyond == 0)
    other = words(client.get("/measure/emergency_all/practice/deprivation/"))
    assert "is not standardised by age and sex" in other
    assert client.get("/measure/nothing/practice/deprivation/").status_code == 404

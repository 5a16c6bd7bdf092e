"""Waiting pages and the workbench: what they show is what flow says; a scenario is an address; what cannot be is refused in words."""

from fractions import Fraction

import pytest

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.list_percentiles import list_percentile


@pytest.fixture
def lists(site):
    """The invented hospital's lists; skipped when the given area was built without them."""
    from opencommissioning.errors import NotLoaded
    from opencommissioning.web import questions

    try:
        return flowing.lists_of(questions.area().store, "RZ1")
    except NotLoaded:
        pytest.skip("the area given by OC_TEST_AREA holds no waiting lists")


def words(answer):
    return answer.content.decode()


def test_a_hospital_has_a_page_and_a_way_to_its_lists(client, lists):
    page = words(client.get("/organisation/RZ1/"))
    assert "/organisation/RZ1/waiting/" in page


def test_all_lists_longest_first(client, lists):
    page = words(client.get("/organisation/RZ1/waiting/"))
    longest = lists.every[0].model
    assert f"{longest.waiting.sum():,.0f}" in page
    assert page.index(longest.name) < page.index(lists.every[-1].model.name)
    wait = list_percentile(lists, "502", Fraction(92, 100))
    assert wait.low < wait.weeks < wait.high
    assert wait.words in page


def test_a_list_says_what_it_takes_and_how_it_was_tried(client, lists):
    page = words(client.get("/organisation/RZ1/waiting/502/", {"weeks": "26"}))
    assert "for the longest waiters" in page
    assert "Tried on its own past" in page
    assert client.get("/organisation/RZ1/waiting/gynaecology/").status_code == 200


@pytest.mark.parametrize("kind", ["weeks", "fan"])
def test_charts_are_pictures_with_words(client, lists, kind):
    answer = client.get(f"/organisation/RZ1/waiting/502/{kind}.svg?narrow=1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<desc" in answer.content


def test_the_workbench_shows_both_courses_of_the_others(client, lists):
    asked = {"list": "502", "share": "30", "freed": "shared", "weeks": "26"}
    page = words(client.get("/organisation/RZ1/flow/", asked))
    told = flowing.scenario(lists, 26, {"502": 0.3}, {}, "shared")
    assert told.sentences[0] in page
    for row in told.rows:
        assert f"{row.waiting_changed:,.0f}" in page


@pytest.mark.parametrize(
    "query", [{"weeks": "0"}, {"weeks": "x"}, {"share": "101"}, {"freed": "sold"}, {"list": "999"}]
)
def test_what_cannot_be_is_refused_in_words(client, lists, query):
    answer = client.get("/organisation/RZ1/flow/", query)
    assert answer.status_code == 400
    assert "must be" in words(answer) or "Choose one" in words(answer)


def test_an_organisation_without_lists_says_so(client, site):
    from opencommissioning.web import questions

    practice = questions.build().register.practices[0]
    answer = client.get(f"/organisation/{practice}/waiting/")
    assert answer.status_code == 200
    assert "No RTT file with" in words(answer)


def test_a_published_measure_is_looked_at_where_it_is_published(client, lists):
    answer = client.get("/measure/within_18_weeks_provider/")
    assert (answer.status_code, answer["Location"]) == (302, "/measure/within_18_weeks_provider/provider/")
    page = words(client.get("/measure/within_18_weeks_provider/provider/?organisation=RZ1"))
    assert "RZ8" in page
    assert client.get("/measure/within_18_weeks_provider/practice/").status_code == 200
    assert client.get("/organisation/9A1/").status_code == 200

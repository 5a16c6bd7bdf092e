"""A measure per patient against need: spend against weighted patients by default, choices as links, refusals as sentences."""

from html import unescape

import pytest


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def practice(site):
    from opencommissioning.web import questions

    return questions.build().register.practices[3]


def test_spend_opens_with_weighted_patients(client, practice):
    page = words(client.get(f"/measure/cost_per_patient/practice/need/?organisation={practice}"))
    assert "weighted by NHS England's allocation formula for prescribing" in page
    assert "taken for spend unless another is asked for" in page
    assert "registered patients, as on the measure's page" in page


def test_the_estimate_is_refused_below_a_thousand_practices(client):
    answer = client.get("/measure/cost_per_patient/practice/need/?per=age")
    assert answer.status_code == 200
    assert "needs at least 1,000 practices" in words(answer)


def test_star_pu_is_a_choice(client):
    page = words(client.get("/measure/cost_per_patient/practice/need/?per=astro_pu_cost"))
    assert "The weights are of 2013" in page


def test_measures_that_count_no_spend_ask_for_a_base(client):
    page = words(client.get("/measure/all_items/practice/need/"))
    assert "say against which need" in page


def test_a_share_and_a_base_that_does_not_exist(client):
    assert "is not per registered patient" in words(
        client.get("/measure/trimethoprim_share/practice/need/?per=weighted")
    )
    assert client.get("/measure/cost_per_patient/practice/need/?per=wieghted").status_code == 400
    assert client.get("/measure/nothing/practice/need/").status_code == 404


def test_the_measures_page_leads_there(client):
    assert "/measure/cost_per_patient/practice/need/" in words(
        client.get("/measure/cost_per_patient/practice/")
    )
    assert "/need/" not in words(client.get("/measure/trimethoprim_share/practice/"))

"""The pages about money show what the area says of money, and say what they cannot show."""

from html import unescape

import pytest


@pytest.fixture
def home(site):
    from opencommissioning.web import questions

    return questions.home_code()


def words(answer):
    return unescape(answer.content.decode())


def test_spend_says_what_the_area_says(client, home):
    from opencommissioning.web.questions import money

    told = money.explanation(home)
    page = words(client.get(f"/organisation/{home}/spend/"))
    assert told.sentence in page
    assert all(mover.name in page for mover in told.movers)
    assert "The parts add up to the change" in page


def test_the_months_asked_for_are_the_months_shown(client, home):
    page = words(client.get(f"/organisation/{home}/spend/", {"from": "2026-07", "to": "2026-08"}))
    assert "July 2026 to August 2026" in page
    assert 'value="2026-07" selected' in page


def test_the_chart_is_a_picture_with_words(client, home):
    answer = client.get(f"/organisation/{home}/spend/chart.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "<title" in words(answer)
    assert answer["ETag"]


def test_months_that_are_not_loaded_are_said(client, home):
    page = words(client.get(f"/organisation/{home}/spend/", {"from": "2001-07", "to": "2001-08"}))
    assert "is not loaded" in page
    assert "<picture>" not in page
    chart = client.get(f"/organisation/{home}/spend/chart.svg", {"from": "2001-07", "to": "2001-08"})
    assert (chart.status_code, "is not loaded" in words(chart)) == (404, True)


@pytest.mark.parametrize("period", [{"from": "soon"}, {"from": "2026-08", "to": "2026-07"}])
def test_periods_that_are_none_are_refused(client, home, period):
    answer = client.get(f"/organisation/{home}/spend/", period)
    assert answer.status_code == 400
    assert "month" in words(answer)


def test_an_unknown_organisation_gets_the_nearest(client, home):
    answer = client.get(f"/organisation/{home[:-1]}Z/spend/")
    assert answer.status_code == 404
    assert "/spend/" in words(answer)

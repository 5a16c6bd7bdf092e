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


def test_savings_say_what_the_area_says(client, home):
    from opencommissioning.reports.numbers import pounds
    from opencommissioning.web.questions import money

    told = money.savings(home)
    page = words(client.get(f"/organisation/{home}/savings/"))
    assert told.sentence in page
    assert told.coverage in page
    for line in told.worth_a_look[:5]:
        assert line.title in page
        assert pounds(line.counted) in page
    for said in ("actual cost", "net ingredient cost", "Before rebates and dispensing fees", "not achieved"):
        assert said in page


@pytest.mark.parametrize("against", ["10", "20", "50", "peers"])
def test_any_target_can_be_chosen(client, home, against):
    page = words(client.get(f"/organisation/{home}/savings/", {"against": against}))
    assert f'value="{against}" selected' in page
    assert "Possible saving" in page or "no peers" in page


def test_a_target_that_there_is_not(client, home):
    assert client.get(f"/organisation/{home}/savings/", {"against": "11"}).status_code == 400


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_downloads(client, home, kind):
    for address in (
        f"/organisation/{home}/savings/table.{kind}",
        f"/organisation/{home}/spend/movers.{kind}",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert f".{kind}" in answer["Content-Disposition"]
        assert len(answer.content) > 50
    assert client.get(f"/organisation/{home}/spend/nothing.{kind}").status_code == 404


def test_the_api_tells_the_same(client, home):
    from opencommissioning.web.questions import money

    saved = client.get(f"/api/v1/organisations/{home}/savings").json()
    assert saved["headline"] == pytest.approx(money.savings(home).headline)
    assert saved["headline"] == pytest.approx(sum(each["counted"] for each in saved["items"]))
    moved = client.get(f"/api/v1/organisations/{home}/spend").json()
    assert moved["before"] + sum(each["amount"] for each in moved["causes"]) == pytest.approx(moved["after"])
    assert client.get("/api/v1/organisations/NOBODY/savings").status_code == 404
    assert client.get(f"/api/v1/organisations/{home}/savings", {"against": "7"}).status_code == 400


def test_the_organisation_page_leads_to_both(client, home):
    page = words(client.get(f"/organisation/{home}/"))
    assert f"/organisation/{home}/spend/" in page
    assert f"/organisation/{home}/savings/" in page


def test_prices_and_targets_are_said_to_be_averages(client):
    """An average over a year and a price of one month are never shown as if they were of the same time."""
    page = client.get("/organisation/ENGLAND/savings/").content.decode()
    prices = page.split("<h2>Price per unit</h2>")[1].split("</table>")[0]
    assert "Price paid and target are averages over the whole period" in prices
    assert "Paid a unit, on average</th>" in prices
    assert "Target a unit, on average</th>" in prices
    assert "in the first month and £" in prices
    assert "in a year" not in prices
    switches = page.split("<h2>Switching</h2>")[1].split("</table>")[0]
    assert "on average" not in switches

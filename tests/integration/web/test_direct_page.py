"""The page of directly standardised rates: its sentence, its table, its file, and a reason where there is none."""

from html import unescape

import pytest

NAME = "standardised_emergency_all"


@pytest.fixture
def told(site):
    from opencommissioning.web.questions import direct

    return direct.rates(NAME)


def test_the_page_says_and_lists_what_the_rates_are(client, told):
    page = unescape(client.get(f"/measure/{NAME}/standardised/directly/").content.decode())
    assert told.sentence in page
    for cell in told.rows()[0]:
        assert cell in page
    assert told.how in page
    assert (
        f"/measure/{NAME}/standardised/directly/" in client.get(f"/measure/{NAME}/practice/").content.decode()
    )


def test_the_file_has_every_year_and_who(client, told):
    lines = client.get(f"/measure/{NAME}/standardised/table.csv").content.decode().splitlines()
    assert len(lines) == 1 + len(told.rates)
    assert client.get(f"/measure/{NAME}/standardised/table.doc").status_code == 404


def test_without_ages_the_page_says_so(client):
    answer = client.get("/measure/emergency_all/standardised/directly/")
    assert answer.status_code == 200
    assert "has no events by age" in unescape(answer.content.decode())
    assert client.get("/measure/emergency_all/standardised/table.csv").status_code == 404
    assert client.get("/measure/nonsense/standardised/directly/").status_code == 404


def test_practices_stand_below_and_can_be_asked_for_alone_at_other_levels_and_over_years(client, site):
    from opencommissioning.web.questions import build, direct

    address = f"/measure/{NAME}/standardised/directly/"
    places = direct.rates_by(NAME, "practice", 1)
    page = unescape(client.get(address).content.decode())
    assert places.sentence in page
    assert places.rated[0].name in page
    code = build().register.practices[3]
    alone = unescape(client.get(f"{address}?organisation={code}&years=2").content.decode())
    assert code in alone
    assert direct.rates_by(NAME, "practice", 2).title in alone
    assert "by ICB" in unescape(client.get(f"{address}?level=icb").content.decode())
    lines = client.get(f"/measure/{NAME}/standardised/table.csv?level=icb").content.decode().splitlines()
    assert len(lines) == 1 + len(direct.rates_by(NAME, "icb", 1).places)


@pytest.mark.parametrize("asked", ["level=england", "organisation=NOPE", "years=9", "years=x"])
def test_what_cannot_be_used_is_refused(client, asked):
    assert client.get(f"/measure/{NAME}/standardised/directly/?{asked}").status_code == 400


def test_prediction_limits_are_an_option_of_the_measures_page(client, site):
    from opencommissioning.web.questions import predicting

    address = "/measure/broad_spectrum_antibiotics/practice/"
    assert "?limits=prediction#by-size" in client.get(address).content.decode()
    page = unescape(client.get(f"{address}?limits=prediction").content.decode())
    assert predicting.limits("broad_spectrum_antibiotics", "practice", "").sentence in page
    assert "/chart/prediction/broad_spectrum_antibiotics/practice/all.svg" in page
    amount = client.get("/measure/cost_per_patient/practice/?limits=prediction")
    assert "is an amount or a wait" in unescape(amount.content.decode())
    assert "limits=prediction" not in client.get("/measure/cost_per_patient/practice/").content.decode()
    assert client.get(f"{address}?limits=none").status_code == 400

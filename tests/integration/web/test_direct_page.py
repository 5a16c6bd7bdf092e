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

"""Control charts on pages: which one and why, another by the address or the form, new limits at what was said, refusals at their field."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from opencommissioning.catalogue.period import spoken

SVG = "{http://www.w3.org/2000/svg}"
MEASURE = "all_items"


@pytest.fixture
def practice(site):
    from opencommissioning.web import questions

    return questions.build().register.practices[3]


@pytest.fixture
def months(site, practice):
    from opencommissioning.web import questions

    series = questions.build().series_of_one(MEASURE, practice, 1)
    return [month for month, value in zip(series.months, series.values[0], strict=True) if value == value]


def page_of(client, practice, **asked):
    answer = client.get(f"/measure/{MEASURE}/practice/", {"organisation": practice, **asked})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_page_says_which_chart_it_shows_and_why(client, practice):
    page = page_of(client, practice)
    assert re.search("U′? chart: the measure is a rate of counts", page)
    assert "Limits rest on all months." in page
    assert "7 in a row on one side of the middle" in page


def test_another_chart_by_its_address(client, practice, months):
    asked = {"spc": "xmr", "rebase": f"{months[-6]:%Y-%m}", "shift": "8", "trend": "6"}
    page = page_of(client, practice, **asked)
    assert (
        "XmR chart: its limits follow from how much it moves from month to month. It was asked for." in page
    )
    assert "8 in a row on one side of the middle; 6 in a row rising or falling" in page
    picture = re.search(r'src="(/chart/control/[^"]*)"', page)[1]
    told = {name: values[0] for name, values in parse_qs(urlsplit(picture).query).items()}
    assert told == asked
    words = ElementTree.fromstring(client.get(picture).content).find(f"{SVG}desc").text
    assert words.startswith("XmR chart of")
    assert "New limits from" in words
    assert f'alt="{words}"' in page


def test_what_was_chosen_stands_in_the_form(client, practice):
    page = page_of(client, practice, spc="u", baseline="12")
    assert re.search('<option value="u" selected>U chart</option>', page)
    assert re.search('name="baseline"[^>]*value="12"', page)
    assert '<option value="p"' not in page


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"spc": "p"}, "spc", "is no part of its denominator"),
        ({"spc": "pie"}, "spc", "is not a control chart"),
        ({"baseline": "5"}, "baseline", "at least 12 months"),
        ({"baseline": "many"}, "baseline", "is not a number of months"),
        ({"rebase": "soon"}, "rebase", "'soon' is not a month"),
        ({"rebase": "2001-01"}, "rebase", "new limits cannot begin with January 2001"),
        ({"rebase": ",".join(f"2025-{month:02d}" for month in range(1, 14))}, "rebase", "12 times at most"),
        ({"shift": "5"}, "shift", "choose 6 or 7 or 8"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field_and_the_chart_stays(client, practice, asked, field, says):
    page = page_of(client, practice, **asked)
    error = re.search(f'id="{field}-error">(.*?)</span>(.*?)</span>', page, re.DOTALL)
    assert error, page[-4000:]
    assert says.lower() in error[0].lower()
    assert "/chart/control/" in page
    answer = client.get(f"/chart/control/{MEASURE}/practice/{practice}.svg", asked)
    assert answer.status_code == 404
    assert says.lower() in ElementTree.fromstring(answer.content).find(f"{SVG}title").text.lower()


def test_new_limits_are_offered_where_something_was_said(client, practice, months, monkeypatch):
    from opencommissioning.area.annotations import Annotation
    from opencommissioning.web.questions import process

    when = months[-5]
    note = Annotation(practice, when, "new care home", "A. Pharmacist", None)
    far = Annotation(practice, date(2001, 1, 1), "long ago", "A. Pharmacist", None)
    monkeypatch.setattr(process, "notes_of", lambda code, measure: [far, note])
    link = re.search(r'<a href="([^"]*)">New limits from ([^<]*)</a>', page_of(client, practice))
    assert "(new care home)" in link[2]
    assert f"rebase={when:%Y-%m}" in link[1]
    page = unescape(client.get(link[1].partition("#")[0]).content.decode())
    assert f"New limits begin with {spoken(when)}." in page
    back = re.search(r'<a href="([^"]*)">Without the new limits from ([^<]*)</a>', page)
    assert "new care home" in back[2]
    page = unescape(client.get(back[1].partition("#")[0]).content.decode())
    assert f"New limits begin with {spoken(when)}" not in page
    assert "long ago" not in page


def test_a_measure_without_a_chart_says_why(client, site, practice):
    from opencommissioning.area.comparison.control import process_of
    from opencommissioning.errors import NotLoaded, OpenCommissioningError
    from opencommissioning.web import questions

    for name in questions.build().measures:
        try:
            process_of(questions.build(), name, practice)
        except NotLoaded as why:
            if "too few events" in str(why) or "same in most months" in str(why):
                page = client.get(f"/measure/{name}/practice/?organisation={practice}").content.decode()
                assert "There is no control chart:" in page
                assert "/chart/control/" not in page
                return
        except (OpenCommissioningError, ValueError):
            continue
    pytest.fail("every measure has a chart")


def test_the_summary_takes_the_same_choices_and_hands_them_on(client, practice, months):
    address = f"/organisation/{practice}/variation/"
    plain = unescape(client.get(address).content.decode())
    assert '<th scope="col">Chart</th>' in plain
    assert "Charts: " in plain
    chosen = unescape(client.get(address, {"spc": "xmr", "shift": "8"}).content.decode())
    assert "Charts: XmR, by each measure's shape unless one was chosen" in chosen
    assert "8 on one side" in chosen
    later = unescape(client.get(address, {"rebase": f"{months[-6]:%Y-%m}"}).content.decode())
    assert f"New limits begin with {spoken(months[-6])}." in later
    link = re.search(r'href="(/measure/[a-z_0-9]+/practice/[^"]*)"', chosen)[1]
    assert "spc=xmr" in link
    assert "shift=8" in link
    csv = re.search(rf'href="({address}table.csv[^"]*)"', chosen)[1]
    rows = client.get(csv).content.decode().splitlines()
    at = rows[0].split(",").index("chart")
    assert {row.split(",")[at] for row in rows[1:] if row.count(",") == rows[0].count(",")} == {"xmr"}
    refused = unescape(client.get(address, {"spc": "p"}).content.decode())
    assert "'p' does not fit every measure" in refused
    assert client.get(f"{address}table.csv", {"spc": "p"}).status_code == 400

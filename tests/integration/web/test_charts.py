"""Charts at their own addresses: drawn once per build, spoken by title and description, and a sentence where there is nothing to draw."""

import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest

SVG = "{http://www.w3.org/2000/svg}"
MEASURE = "broad_spectrum_antibiotics"


@pytest.fixture
def known(site):
    from opencommissioning.web import questions

    return questions.build()


@pytest.fixture
def practice(known):
    return known.register.practices[3]


@pytest.fixture
def nobody(known):
    """A practice without a value in any month."""
    import numpy as np

    series = known.series(MEASURE, "practice", 1)
    return series.organisations[int(np.flatnonzero(~np.isfinite(series.values).any(axis=1))[0])]


@pytest.mark.parametrize("kind", ["deciles", "organisations", "funnel", "prediction", "control", "map"])
def test_a_chart_is_a_picture_that_speaks(client, practice, kind):
    answer = client.get(f"/chart/{kind}/{MEASURE}/practice/{practice}.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    root = ElementTree.fromstring(answer.content)
    assert root.get("role") == "img"
    assert [root.find(f"{SVG}title").text, bool(root.find(f"{SVG}desc").text)] == [
        "Broad-spectrum share of antibacterial items",
        True,
    ]
    assert b"style=" not in answer.content
    assert b"<script" not in answer.content


@pytest.mark.parametrize("kind", ["deciles", "organisations", "funnel", "control", "children", "map"])
def test_each_kind_is_what_vega_lite_takes(known, practice, kind):
    """Altair judges against Vega-Lite's own schema; pictures are drawn without it."""
    from opencommissioning.area.drawing.charting import draw

    code, level = (
        (practice, "practice") if kind != "children" else (known.organisations_of("pcn")[0].code, "pcn")
    )
    assert draw(known, MEASURE, level, code, kind).chart.to_dict(validate=True)["layer"]


def test_the_picture_and_the_page_say_the_same_words(client, practice):
    picture = client.get(f"/chart/control/{MEASURE}/practice/{practice}.svg").content
    words = ElementTree.fromstring(picture).find(f"{SVG}desc").text
    page = client.get(f"/measure/{MEASURE}/practice/?organisation={practice}").content.decode()
    assert f'alt="{words}"' in unescape(page)


def test_png_and_the_specification(client, practice):
    address = f"/chart/deciles/{MEASURE}/practice/{practice}"
    assert client.get(f"{address}.png").content[:8] == b"\x89PNG\r\n\x1a\n"
    told = client.get(f"{address}.json").json()
    assert "vega-lite" in told["$schema"]


def test_a_chart_is_drawn_once_and_then_answered_from_disk(client, practice, monkeypatch):
    from opencommissioning.web.questions import charts

    address = f"/chart/deciles/{MEASURE}/practice/{practice}.svg"
    first = client.get(address)
    monkeypatch.setattr(charts, "_drawing", lambda asked: pytest.fail("drawn again"))
    assert client.get(address).content == first.content
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_new_build_is_another_chart(client, practice, monkeypatch):
    from opencommissioning.web import questions
    from opencommissioning.web.questions import charts

    address = f"/chart/deciles/{MEASURE}/practice/{practice}.svg"
    before = client.get(address)
    drawn = []
    monkeypatch.setattr(questions, "build_id", lambda: "another")
    real = charts._drawing
    monkeypatch.setattr(charts, "_drawing", lambda asked: drawn.append(asked) or real(asked))
    charts.caches["charts"].clear()
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, len(drawn)) == (200, 1)
    assert after["ETag"] != before["ETag"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/chart/pie/{measure}/practice/all.svg", "choose from children"),
        ("/chart/deciles/broad_spectrum_antibiotic/practice/all.svg", "did you mean"),
        ("/chart/deciles/{measure}/practice/NOBODY.svg", "no organisation"),
        ("/chart/control/{measure}/practice/all.svg", "say which"),
        ("/chart/control/{measure}/practice/{nobody}.svg", "no value"),
        ("/chart/deciles/{measure}/practice/all.gif", "not a kind of picture"),
        ("/chart/deciles/{measure}/practice/all.svg?membership=tomorrow", "not a kind of membership"),
    ],
)
def test_what_cannot_be_drawn_is_a_picture_of_a_sentence(client, nobody, address, says):
    answer = client.get(address.format(measure=MEASURE, nobody=nobody))
    assert (answer.status_code, answer["Content-Type"]) == (400 if "?" in address else 404, "image/svg+xml")
    assert says in ElementTree.fromstring(answer.content).find(f"{SVG}title").text


def test_no_empty_chart_on_the_page_of_a_practice_without_values(client, nobody):
    page = client.get(f"/measure/{MEASURE}/practice/?organisation={nobody}").content.decode()
    assert "/chart/control/" not in page
    assert "No row" in page or "Not open" in page or "no value" in page


def test_membership_changes_what_is_drawn_only_where_practices_moved(known):
    import numpy as np

    as_was, current = (known.series(MEASURE, "pcn", 3, membership=each) for each in ("as_was", "current"))
    register = known.register
    moved = (register.parents["pcn"] != register.current("pcn")).any(axis=1)
    touched = set(register.parents["pcn"][moved].ravel().tolist())
    for row, code in enumerate(as_was.organisations):
        same = np.array_equal(as_was.values[row], current.values[row], equal_nan=True)
        assert same or register.codes["pcn"].index(code) in touched


def test_a_process_chart_of_a_share_stays_between_nothing_and_all(site):
    from opencommissioning.area.drawing.charting import draw
    from opencommissioning.catalogue.measure import Shape
    from opencommissioning.errors import OpenCommissioningError
    from opencommissioning.web import questions

    build, drawn = questions.build(), 0
    shares = [name for name, each in build.measures.items() if each.shape() is Shape.PROPORTION][:12]
    practice = build.register.practices[3]
    for name in shares:
        try:
            told = draw(build, name, "practice", practice, "control")
        except OpenCommissioningError:
            continue
        lower, upper = (told.columns.index(f"{side} limit") for side in ("Lower", "Upper"))
        for row in told.rows:
            assert float(row[lower] or 0) >= 0, (name, row)
            assert float(row[upper] or 0) <= 100, (name, row)
        drawn += 1
    assert drawn

"""The analyse page: the address holds the definition, the answer is what a build would give, only analysts save."""

import re
from html import unescape

import pytest

ANTIBIOTICS = {"sum": "items", "by": "patients", "codes": "0501", "without": "050109,050110", "window": "3"}


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def patient(monkeypatch):
    """Pages wait as long as it takes."""
    from opencommissioning.web.questions import analysing

    monkeypatch.setattr(analysing, "WAIT", 60)


def test_the_empty_page_is_a_form_that_needs_no_script(client):
    page = words(client.get("/analyse/"))
    assert '<form class="oc-analyse oc-no-print" action="/analyse/" method="get">' in page
    assert 'formaction="/analyse/codes/"' in page
    assert "star_pu_antibacterials" in page


def test_an_analysis_shows_its_table_sentence_sql_and_file(client, patient):
    from opencommissioning.web.questions import analysing

    page = words(client.get("/analyse/", ANTIBIOTICS))
    found = analysing.answer(analysing.draft({key: [value] for key, value in ANTIBIOTICS.items()}))
    assert page.count('<th scope="row"') == found.report.verdicts.height
    assert found.report.luck in page
    assert "SELECT" in page
    assert "not clinically reviewed" in page
    assert 'under = ["0501"]' in page
    assert "/analyse/chart/deciles.svg?sum=items" in page


@pytest.mark.parametrize("kind", ["deciles", "organisations", "funnel"])
def test_its_charts_are_drawn(client, patient, kind):
    answer = client.get(f"/analyse/chart/{kind}.svg", ANTIBIOTICS)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in answer.content[:200]


@pytest.mark.parametrize("level", ["practice", "pcn", "sub_icb", "icb", "region"])
def test_every_level_answers(client, patient, level):
    assert client.get("/analyse/", ANTIBIOTICS | {"level": level}).status_code == (
        302 if level == "practice" else 200
    )


def test_an_address_as_a_form_sends_it_leads_to_the_short_one(client):
    answer = client.get(
        "/analyse/", ANTIBIOTICS | {"named": "", "level": "practice", "better": "neither", "title": ""}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/analyse/?sum=items&by=patients&codes=0501&without=050109,050110&window=3"


def test_while_it_is_summed_the_page_says_so(client, monkeypatch, area_folder):
    import shutil

    from opencommissioning.web.questions import analysing

    shutil.rmtree(area_folder / "analyses", ignore_errors=True)
    monkeypatch.setattr(analysing, "WAIT", 0)
    wanted = ANTIBIOTICS | {"most": "7"}
    first = client.get("/analyse/", wanted)
    assert first.status_code == 202
    assert "Still working" in words(first)
    assert "Look whether it is ready" in words(first)
    assert "ETag" not in first
    monkeypatch.setattr(analysing, "WAIT", 60)
    assert client.get("/analyse/", wanted).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sum": "cost"}, "“Add up” is 'cost'"),
        ({"codes": "05OI"}, "“BNF codes” holds '05OI'"),
        ({"codes": "5"}, "no BNF code"),
        ({"by": "list"}, "“Divided by” is 'list'"),
        ({"by_codes": "05"}, "takes no codes"),
        ({"window": "5"}, "“Months together” is '5'"),
        ({"window": "many"}, "choose from 1, 12, 3, 6"),
        ({"least": "lots"}, "“Quantity per item, at least” needs a number"),
        ({"least": "NaN"}, "“Quantity per item, at least” needs a number"),
        ({"least": "1e400"}, "“Quantity per item, at least” needs a number"),
        ({"level": "england"}, "“By” is 'england'"),
        ({"title": "x" * 200}, "“Title” needs at most 150"),
        ({"code": "05"}, "did you mean 'codes'"),
        ({"sum": "items", "by": "items"}, "the same"),
        ({"named": "\x00"}, "cannot be printed"),
    ],
)
def test_what_is_malformed_gets_a_sentence(client, wrong, sentence):
    answer = client.get("/analyse/", wrong)
    assert answer.status_code == 400
    assert sentence in words(answer)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [("codes", "05OI"), ("by_without", "x"), ("least", "lots"), ("by_most", "-1"), ("window", "5")],
)
def test_what_is_malformed_comes_back_filled_in_with_the_error_at_its_field(client, wrong, field):
    page = words(client.get("/analyse/", ANTIBIOTICS | {"by": "items", "title": "Ours"} | {wrong: field}))
    assert "<title>Error: Analyse" in page
    assert f'<a href="#{wrong}">' in page.split("<h1>")[0]
    assert f'id="{wrong}-error"' in page
    assert 'value="Ours"' in page
    assert (
        wrong == "window"
        or f'name="{wrong}" type="text" autocomplete="off" spellcheck="false" value="{field}"' in page
    )
    assert wrong == "codes" or 'value="0501"' in page


ALL_WRONG = {
    "title": "x" * 200,
    "codes": "05OI,0501,O5",
    "least": "lots",
    "by": "items",
    "by_least": "9",
    "by_most": "2",
    "window": "5",
}


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_form(client):
    answer = client.get("/analyse/", ALL_WRONG)
    page = words(answer)
    assert answer.status_code == 400
    linked = re.findall(r'<a href="#(\w+)">', page.split("<h1>")[0])
    assert [each for each in linked if each != "maincontent"] == [
        "title",
        "codes",
        "least",
        "by_most",
        "window",
    ]
    assert all(f'id="{key}-error"' in page for key in ("title", "codes", "least", "by_most", "window"))
    assert "“BNF codes” holds '05OI', 'O5', which are no BNF codes" in page
    assert (
        "“Quantity per item, at most” of what it is divided by is 2, less than the least quantity per item, 9"
        in page
    )


def test_saving_what_is_malformed_shows_the_form_again(client, sign_in):
    sign_in("analyst@*")
    answer = client.post("/analyse/save/", ANTIBIOTICS | {"window": "5", "level": "moon"})
    assert answer.status_code == 400
    assert 'id="window-error"' in words(answer)
    assert 'id="level-error"' in words(answer)


def test_codes_are_chosen_by_links_alone(client, patient):
    """From the form to the tree, a search, two choices, and back: no script, and the address remembers."""
    page = words(
        client.get(
            "/analyse/codes/", ANTIBIOTICS | {"codes": "", "without": "", "side": "top", "q": "trimethoprim"}
        )
    )
    count = re.search(r'href="(/analyse/codes/[^"]*codes=0501080W0&[^"]*)">Count', page)[1]
    page = words(client.get(count))
    assert "(counted)" in page
    back = re.search(r'href="(/analyse/\?[^"]*)">Done', page)[1]
    assert "codes=0501080W0" in back
    answer = client.get(back)
    assert answer.status_code == 200
    assert "Trimethoprim" in words(answer)


def test_browsing_goes_from_chapters_to_products(client):
    page = words(client.get("/analyse/codes/", {"side": "top"}))
    assert "at=05" in page
    page = words(client.get("/analyse/codes/", {"side": "top", "at": "0501080W0"}))
    assert "Trimethoprim 200mg tablets" in page
    assert "All chapters" in page


def test_patients_have_no_codes(client):
    answer = client.get("/analyse/codes/", ANTIBIOTICS | {"side": "bottom"})
    assert answer.status_code == 400
    assert "Patients have no BNF codes" in words(answer)


def test_a_download_of_the_table_holds_both_parts(client, patient):
    answer = client.get("/analyse/table.csv", ANTIBIOTICS)
    heading = answer.content.decode("utf-8-sig").splitlines()[0]
    assert {"numerator", "denominator", "missing"} <= set(heading.split(","))


def test_saving_needs_the_role(client, sign_in):
    assert client.post("/analyse/save/", ANTIBIOTICS).status_code == 403
    sign_in("prescribing lead@*")
    assert client.post("/analyse/save/", ANTIBIOTICS).status_code == 403


def test_an_analyst_saves_under_a_title_and_twice_is_refused(client, sign_in, patient, area_folder):
    sign_in("analyst@*")
    titled = ANTIBIOTICS | {"title": "Antibacterials of our own"}
    path = area_folder / "definitions" / "measures" / "own" / "antibacterials_of_our_own.toml"
    try:
        assert "Save in this area" in words(client.get("/analyse/", titled))
        answer = client.post("/analyse/save/", titled)
        assert answer.status_code == 302
        assert 'author = "Some One"' in path.read_text(encoding="utf-8")
        page = words(client.get("/analyse/saved/"))
        assert "Antibacterials of our own" in page
        assert 'href="/analyse/?title=' in page or 'href="/analyse/?sum=' in page
        again = client.post("/analyse/save/", titled)
        assert again.status_code == 400
        assert "already" in words(again)
    finally:
        path.unlink(missing_ok=True)
    assert client.post("/analyse/save/", ANTIBIOTICS).status_code == 400


def test_a_country_of_practices_is_shown_by_its_ends(client, patient, monkeypatch):
    from opencommissioning.web.views import analyse

    whole = words(client.get("/analyse/", ANTIBIOTICS)).count('<th scope="row"')
    monkeypatch.setattr(analyse, "HALF", 3)
    page = words(client.get("/analyse/", ANTIBIOTICS | {"title": "By its ends"}))
    assert page.count('<th scope="row"') == 6
    assert f"{whole - 6} between are in the download" in page


def test_more_analyses_than_a_queue_takes_are_put_off(client, monkeypatch):
    from opencommissioning.web.questions import analysing

    monkeypatch.setattr(analysing, "MOST_WAITING", 0)
    answer = client.get("/analyse/", ANTIBIOTICS | {"most": "9"})
    assert answer.status_code == 503
    assert "try again in a minute" in words(answer)

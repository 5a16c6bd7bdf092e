"""The open API: the area's own numbers, in pages, with both parts; refusals are JSON."""

import pytest


@pytest.fixture
def known(site):
    from opencommissioning.web import questions

    return questions.build()


@pytest.fixture
def measure(known):
    return "broad_spectrum_antibiotics"  # every invented practice has a value


def test_values_are_the_areas_own_with_both_parts(client, known, measure):
    code = known.register.practices[0]
    answer = client.get(f"/api/v1/measures/{measure}/values", {"organisation": code})
    series = known.series(measure, "practice")
    row = series.row(code)
    items = answer.json()["items"]
    assert len(items) == len(known.months)
    for column, item in enumerate(items):
        if item["value"] is None:
            assert item["missing"]
        else:
            assert item["value"] == series.values[row, column]
            assert item["numerator"] / item["denominator"] * series.measure.per == pytest.approx(
                item["value"]
            )


def test_pages_hold_everything_once(client, known):
    seen = []
    for page in range(1, 100):
        answer = client.get(
            "/api/v1/organisations", {"level": "practice", "per_page": 7, "page": page}
        ).json()
        seen += [each["code"] for each in answer["items"]]
        if page == answer["pages"]:
            break
    assert sorted(seen) == sorted(known.register.practices)
    assert answer["count"] == len(seen)
    assert answer["build"] == known.id


def test_between_two_months(client, known, measure):
    wanted = known.months[2:5]
    answer = client.get(
        f"/api/v1/measures/{measure}/values", {"first": wanted[0], "last": wanted[-1], "per_page": 5000}
    ).json()
    assert {each["month"] for each in answer["items"]} == {str(month) for month in wanted}


def test_verdicts(client, measure):
    from opencommissioning.web import questions

    answer = client.get(f"/api/v1/measures/{measure}/verdicts", {"per_page": 5000}).json()
    assert [each["organisation"] for each in answer["items"]] == questions.all_rows(measure, "practice")[
        "organisation"
    ].to_list()


def test_one_of_each(client, known, measure):
    code = known.register.practices[0]
    assert client.get(f"/api/v1/organisations/{code}").json()["code"] == code
    assert client.get(f"/api/v1/measures/{measure}").json()["title"] == known.measures[measure].title
    assert client.get("/api/v1/build").json()["build"] == known.id
    assert client.get("/api/v1/measures").json()["count"] == len(known.measures)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/measures/none", 404),
        ("/api/v1/organisations/NONE", 404),
        ("/api/v1/organisations?level=parish", 400),
        ("/api/v1/organisations?page=0", 400),
        ("/api/v1/organisations?per_page=100000", 400),
        ("/api/v1/organisations?page=many", 400),
        ("/api/v1/nothing", 404),
    ],
)
def test_refusals_are_json(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("organisations?page=0", "'page' must be at least 1, got '0'."),
        ("organisations?per_page=100000", "'per_page' must be at most 5000, got '100000'."),
        ("organisations?page=many", "'page' needs a whole number, got 'many'."),
        ("organisations?q=" + "x" * 101, "'q' may have at most 100 characters, got 'xxxx"),
        ("measures/{measure}/values?first=soon", "'first' needs a day such as 2026-04-01, got 'soon'."),
    ],
)
def test_what_cannot_be_used_is_a_sentence(client, measure, query, sentence):
    answer = client.get(f"/api/v1/{query.format(measure=measure)}")
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


def test_head_tells_what_get_would_without_the_body(client, measure):
    address = f"/api/v1/measures/{measure}"
    read, asked = client.get(address), client.head(address)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked["ETag"] == read["ETag"]
    assert asked["Content-Length"] == str(len(read.content))
    assert client.head("/api/v1/measures/none").status_code == 404


def test_a_browser_may_ask_first_whether_another_sites_page_may_read(client, settings_site):
    answer = client.options(
        "/api/v1/measures",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Headers": "if-none-match"},
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
    assert "POST" not in answer["Access-Control-Allow-Methods"]
    assert client.get("/api/v1/build")["Access-Control-Expose-Headers"] == "ETag"
    settings_site(public=False)
    assert "Access-Control-Allow-Origin" not in client.options("/api/v1/measures")


def test_a_page_describes_every_route_and_is_linked(client):
    page = client.get("/api/v1/").content.decode()
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page
    assert "from 1 to 5000" in page
    assert 'href="/api/v1/"' in client.get("/about/").content.decode()
    assert "Open Government Licence v3.0" in client.get("/glossary/").content.decode()


def test_tables_begin_with_code_and_name(client, measure):
    for file in ("table", "months"):
        text = client.get(f"/measure/{measure}/practice/{file}.csv").content.decode("utf-8-sig")
        heading, first = text.splitlines()[:2]
        assert heading.startswith("organisation,name,")
        code, name = first.split(",")[:2]
        from opencommissioning.web import questions

        assert questions.build().organisation(code).name == name.strip('"')


def test_writing_is_refused(client):
    assert client.post("/api/v1/measures", {"a": 1}).status_code == 405
    assert client.delete("/api/v1/measures").status_code == 405


def test_any_page_may_read_it_but_only_without_an_account(client, sign_in):
    assert client.get("/api/v1/build")["Access-Control-Allow-Origin"] == "*"
    sign_in("viewer@*")
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/build")


def test_an_etag_saves_the_second_answer(client, measure):
    first = client.get(f"/api/v1/measures/{measure}")
    assert (
        client.get(f"/api/v1/measures/{measure}", headers={"If-None-Match": first["ETag"]}).status_code == 304
    )


def test_openapi_takes_no_parameters(client):
    assert client.get("/api/v1/openapi.json", {"format": "yaml"}).status_code == 400


def test_openapi_describes_every_route(client):
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert set(told["paths"]) == {
        "/api/v1/build",
        "/api/v1/organisations",
        "/api/v1/organisations/{organisation}",
        "/api/v1/organisations/{organisation}/savings",
        "/api/v1/organisations/{organisation}/spend",
        "/api/v1/measures",
        "/api/v1/measures/{name}",
        "/api/v1/measures/{name}/values",
        "/api/v1/measures/{name}/verdicts",
    }

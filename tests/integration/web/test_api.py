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
        ("/api/v1/organisations?level=parish", 404),
        ("/api/v1/organisations?page=0", 422),
        ("/api/v1/organisations?per_page=100000", 422),
        ("/api/v1/organisations?page=many", 422),
        ("/api/v1/nothing", 404),
    ],
)
def test_refusals_are_json(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["detail"]


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

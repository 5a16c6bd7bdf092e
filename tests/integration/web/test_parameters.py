"""What an address may be asked with: told once by every view, refused in a sentence otherwise."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest


@pytest.fixture
def build(site):
    from opencommissioning.web import questions

    return questions.build()


@pytest.fixture
def practice(build):
    return build.register.practices[3]


def said(answer):
    return answer.content.decode().replace("&#39;", "'")


def test_every_route_of_the_api_reads_what_its_description_tells(site):
    from opencommissioning.web.api import api

    described = api.get_openapi_schema()["paths"]
    reads = {
        f"/api/v1{path}": set(operation.run.reads)
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if operation.include_in_schema
    }
    told = {
        path: {each["name"] for each in ways["get"].get("parameters", ()) if each["in"] == "query"}
        for path, ways in described.items()
    }
    assert told == reads


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "/measure/broad_spectrum_antibiotics/practice/?month=2026-02",
            "names 'month', which it does not take",
        ),
        ("/?nonsense=1", "names 'nonsense', but nothing can be asked of this address"),
        ("/organisation/{practice}/?peer=NOPE", "did you mean 'peers'? It takes compare, membership, peers."),
        ("/organisation/{practice}/savings/?target=zzz", "It takes against."),
        ("/organisation/{practice}/notes/?nonsense=1", "names 'nonsense'"),
        ("/glossary/?nonsense=1", "names 'nonsense'"),
        ("/chart/deciles/broad_spectrum_antibiotics/practice/all.svg?nonsense=1", "names 'nonsense'"),
        ("/scheme/?nonsense=1", "names 'nonsense'"),
    ],
)
def test_a_parameter_that_no_page_reads_is_refused_with_those_that_it_does(
    client, practice, address, sentence
):
    answer = client.get(address.format(practice=practice))
    assert answer.status_code == 400
    assert sentence in said(answer)
    assert "Page not found" not in said(answer)
    assert "The page without it" in said(answer)


def test_the_offered_address_keeps_what_the_page_does_read(client, practice):
    answer = client.get(f"/organisation/{practice}/?membership=current&nonsense=1&more=2")
    offered = re.search(r'<a href="([^"]*)">The page without it', said(answer))[1]
    assert offered == f"/organisation/{practice}/?membership=current"
    assert client.get(offered).status_code == 200


def test_what_newsletters_add_to_a_link_is_dropped(client, practice):
    added = "utm_source=letter&utm_campaign=june&fbclid=abc&mc_cid=1"
    for address in (f"/organisation/{practice}/", "/analyse/", "/glossary/"):
        assert client.get(f"{address}?{added}").status_code == 200, address
    plain = client.get(f"/organisation/{practice}/")
    assert client.get(f"/organisation/{practice}/?{added}")["ETag"] == plain["ETag"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "/measure/broad_spectrum_antibiotics/practice/?organisation=NOPE",
            "The parameter 'organisation' cannot be used",
        ),
        (
            "/measure/broad_spectrum_antibiotics/practice/?organisation=ENGLAND",
            "is not compared with organisations",
        ),
        (
            "/measure/broad_spectrum_antibiotics/practice/months.csv?organisation=NOPE",
            "'organisation' cannot be used",
        ),
        (
            "/organisation/{practice}/?peers=NOPE",
            "The parameter 'peers' cannot be used: there is no organisation 'NOPE'",
        ),
        ("/organisation/{practice}/?compare=broad_spectrum", "did you mean 'broad_spectrum_"),
        ("/organisation/{practice}/spend/?from=2030-01&to=2031-01", "longer than a year"),
        ("/organisation/{practice}/spend/?from=2030-01", "the newest month here is"),
        ("/organisation/{practice}/spend/movers.csv?from=2020-01&to=2024-01", "longer than a year"),
        ("/organisation/{practice}/spend/chart.svg?from=2020-01&to=2024-01", "longer than a year"),
        ("/organisation/{practice}/spend/chart.svg?narrow=yes", "it is 1 for yes, 0 for no"),
        ("/organisation/{practice}/savings/?against=zzz", "there is no target 'zzz'; choose from"),
        ("/organisation/{practice}/savings/table.csv?against=zzz", "there is no target 'zzz'; choose from"),
        ("/organisation/{practice}/summary/?membership=foo", "choose from as_was, current"),
        ("/measure/cost_per_patient/practice/need/?per=foo", "there is no base 'foo'"),
        ("/subscribe/", "Letters are about one organisation or one measure"),
        ("/subscribe/?organisation=NOPE", "The parameter 'organisation' cannot be used"),
        ("/subscribe/?measure=nope", "The parameter 'measure' cannot be used"),
    ],
)
def test_a_value_that_cannot_be_used_is_no_page_that_is_not_found(client, practice, address, sentence):
    answer = client.get(address.format(practice=practice))
    assert answer.status_code == 400
    assert sentence in said(answer)
    assert "Page not found" not in said(answer)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "organisations?limit=2",
            "'limit', which it does not take; did you mean 'per_page'? It takes level, page, per_page, q.",
        ),
        ("organisations?level=practise", "There is no level 'practise'; did you mean 'practice'?"),
        (
            "measures/broad_spectrum_antibiotics/values?organisation=NOPE",
            "The parameter 'organisation' cannot be used",
        ),
        ("measures/broad_spectrum_antibiotics/verdicts?level=nope", "The parameter 'level' cannot be used"),
        ("organisations/{practice}/savings?against=zzz", "There is no target 'zzz'; choose from"),
        ("organisations/{practice}/spend?first=2020-01-01&last=2024-01-01", "longer than a year"),
        ("organisations/{practice}/spend?from=2020-01-01", "It takes first, last."),
        ("build?nonsense=1", "nothing can be asked of this address"),
    ],
)
def test_the_api_refuses_alike(client, practice, address, sentence):
    answer = client.get("/api/v1/" + address.format(practice=practice))
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert client.get("/api/v1/organisations/NOPE/spend").status_code == 404


def test_another_spelling_of_a_code_keeps_what_was_asked(client, practice):
    answer = client.get(f"/organisation/{practice.lower()}/savings/?against=10")
    assert answer["Location"] == f"/organisation/{practice}/savings/?against=10"


def test_a_measure_without_a_level_keeps_what_was_asked(client, practice):
    answer = client.get(f"/measure/broad_spectrum_antibiotics/?organisation={practice}")
    assert answer["Location"] == f"/measure/broad_spectrum_antibiotics/practice/?organisation={practice}"


def test_every_link_and_field_of_a_page_is_one_that_its_view_takes(client, practice, build):
    """The other side: no page of ours leads to a refusal."""
    from django.urls import resolve

    sub_icb = build.parent(practice, "sub_icb")
    starts = [
        "/",
        "/find/?q=a",
        f"/organisation/{practice}/",
        f"/organisation/{sub_icb}/",
        "/organisation/ENGLAND/",
        "/status/",
    ]
    starts += [
        f"/organisation/{practice}/{each}/"
        for each in ("summary", "spend", "savings", "variation", "waiting", "notes", "avoidable", "flow")
    ]
    starts += [
        f"/measure/broad_spectrum_antibiotics/practice/?organisation={practice}&membership=current&spc=xmr",
        "/api/v1/",
    ]
    starts += [
        f"/measure/cost_per_patient/practice/need/?organisation={practice}",
        "/analyse/",
        "/analyse/?sum=items&by=patients&codes=0501&level=pcn&window=3",
    ]
    starts += [
        f"/organisation/{practice}/measure/broad_spectrum_antibiotics/products/",
        "/organisation/RZ1/flow/?list=502&share=30",
        "/organisation/RZ1/waiting/502/",
    ]
    asked = 0
    for start in starts:
        page = client.get(start, follow=True).content.decode()
        for path, names in (*links(page), *fields(page)):
            reads = getattr(resolve(path).func, "reads", None)
            if reads is None or "*" in reads:
                continue
            asked += len(names)
            assert set(names) <= set(reads), (start, path)
    assert asked > 100


def links(page):
    """(path, names of parameters) of every address of the site in a page."""
    for text in re.findall(r'(?:href|src|srcset)="(/[^"]*)"', page):
        parts = urlsplit(text.replace("&amp;", "&"))
        if not parts.path.startswith("/static/"):
            yield parts.path, [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]


def fields(page):
    """(path, names of fields) of every form of a page that asks."""
    for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S):
        action = re.search(r'<form[^>]*action="([^"#?]*)', form)
        if action and 'method="post"' not in form:
            yield action[1], re.findall(r'<(?:input|select|button|textarea)[^>]*\bname="([^"]*)"', form)

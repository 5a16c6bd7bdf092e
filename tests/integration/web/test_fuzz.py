"""Hostile addresses never break a page: every answer is a page, a redirection or a refusal with a sentence."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANALYSED = ["sum", "by", "codes", "by_codes", "without", "named", "least", "window", "months", "level"]
ANALYSED += ["title", "side", "at", "q"]
ANSWERS = {200, 202, 301, 302, 304, 400, 404, 405, 422}
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
text = st.text(max_size=60)


def query(address):
    """Up to four of the parameters that the view of an address takes, now and then one that it does not."""
    from django.urls import Resolver404, resolve

    try:
        reads = getattr(resolve(address).func, "reads", ())
    except Resolver404:
        reads = ()
    names = [*(each for each in reads if each != "*"), *(ANALYSED if "*" in reads else ())] * 4 + ["nonsense"]
    return st.dictionaries(st.sampled_from(names), st.one_of(text, st.integers().map(str)), max_size=4)


def reading_patterns():
    """Every address pattern that readers use, with `%s` where a word goes."""
    return [
        "/find/",
        "/organisation/%s/",
        "/organisation/%s/summary/",
        "/organisation/%s/spend/",
        "/organisation/%s/spend/chart.svg",
        "/organisation/%s/waiting/",
        "/organisation/%s/waiting/%s/",
        "/organisation/%s/waiting/%s/%s.svg",
        "/organisation/%s/flow/",
        "/organisation/%s/flow/chart.svg",
        "/organisation/%s/flow/scenario.toml",
        "/organisation/%s/flow/saved/",
        "/organisation/%s/flow/compare/",
        "/organisation/%s/avoidable/",
        "/organisation/%s/avoidable/table.%s",
        "/organisation/%s/notes/",
        "/subscribe/",
        "/subscribe/confirm/%s/",
        "/subscribe/end/%s/",
        "/account/password/new/%s/",
        "/organisation/%s/pack.pdf",
        "/organisation/%s/spend/%s.%s",
        "/organisation/%s/savings/",
        "/organisation/%s/variation/",
        "/organisation/%s/variation/table.%s",
        "/organisation/%s/savings/table.%s",
        "/api/v1/organisations/%s/savings",
        "/api/v1/organisations/%s/spend",
        "/measure/%s/",
        "/measure/%s/%s/",
        "/measure/%s/%s/table.%s",
        "/measure/%s/%s/need/",
        "/measure/%s/%s/deprivation/",
        "/measure/%s/standardised/directly/",
        "/measure/%s/standardised/table.%s",
        "/measure/%s/%s/months.%s",
        "/organisation/%s/measure/%s/products/",
        "/organisation/%s/measure/%s/products/%s.%s",
        "/chart/%s/%s/%s/%s.%s",
        "/status/",
        "/status/new-products.%s",
        "/scheme/%s/",
        "/scheme/%s/%s/",
        "/analyse/",
        "/analyse/codes/",
        "/analyse/definition.toml",
        "/analyse/chart/%s.svg",
        "/analyse/table.%s",
        "/api/v1/organisations",
        "/api/v1/organisations/%s",
        "/api/v1/measures/%s/values",
        "/api/v1/measures/%s/verdicts",
        "/account/login/",
    ]


@pytest.fixture
def words(site):
    """Real words of the area beside invented ones, so that the fuzz gets past the first check."""
    from opencommissioning.web import questions

    known = questions.build()
    real = [known.register.practices[0], sorted(known.measures)[0], "practice", "pcn", "csv", "ENGLAND"]
    real += ["deciles", "svg", "all", "current", "1"]
    return st.one_of(st.sampled_from(real), text.filter(bool))


@few
@given(data=st.data())
def test_any_address_is_answered(client, words, data):
    pattern = data.draw(st.sampled_from(reading_patterns()))
    filled = tuple(quote(data.draw(words), safe="") for _ in range(pattern.count("%s")))
    address = pattern % filled
    answer = client.get(address, data.draw(query(unquote(address))))
    assert answer.status_code in ANSWERS
    if answer.status_code >= 400:
        assert len(answer.content) > 20


@few
@given(method=st.sampled_from(["post", "put", "delete", "patch", "options"]), body=st.binary(max_size=200))
def test_no_reading_address_takes_anything(client, words, method, body):
    for pattern in ("/find/", "/measure/", "/status/", "/api/v1/measures"):
        answer = getattr(client, method)(pattern, body, content_type="application/octet-stream")
        asks_first = method == "options" and pattern.startswith("/api/")  # a browser of another site's page
        assert answer.status_code == (204 if asks_first else 405)


def test_the_api_keeps_its_own_description(site, db):
    """schemathesis draws requests from the OpenAPI description and holds the answers to it."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from django.core.wsgi import get_wsgi_application
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    here = {"Host": "127.0.0.1"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=here)
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) == 9
    for operation in operations:

        @settings(max_examples=15, deadline=None)
        @given(case=operation.as_strategy())
        def answers_as_described(case):
            # which organisations, levels and months there are no description tells: 400 says so
            answer = case.call_and_validate(headers=here, excluded_checks=[positive_data_acceptance])
            assert answer.status_code != 400 or len(answer.json()["detail"]) > 20

        answers_as_described()

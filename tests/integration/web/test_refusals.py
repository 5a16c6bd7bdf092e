"""What is refused gets a sentence, and changes nothing."""

import pytest


def words(answer):
    return answer.content.decode()


def test_an_unknown_address(client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in words(answer)


def test_a_method_a_page_does_not_take(client):
    answer = client.post("/glossary/", {"a": "b"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "only answers GET, HEAD" in words(answer)


def test_an_address_that_is_too_long(client):
    answer = client.get("/find/", {"q": "x" * 3000})
    assert answer.status_code == 400
    assert "The address is too long" in words(answer)


@pytest.mark.parametrize("length", ["2000000", "many"])
def test_a_body_that_is_too_large_or_lies_about_its_size(client, length):
    answer = client.post("/account/login/", data=b"x", content_type="text/plain", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "Too much was sent" in words(answer)


def test_a_form_from_elsewhere(site, db):
    from django.test import Client

    answer = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True).post(
        "/account/login/", {"login": "a", "password": "b"}
    )
    assert answer.status_code == 403
    assert "did not come from this site" in words(answer)


def test_a_fault_of_ours_says_so_and_keeps_the_details_to_itself(client, monkeypatch):
    from opencommissioning.web.views import about

    client.raise_request_exception = False

    def broken():
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(about, "terms", broken)
    answer = client.get("/glossary/")
    assert answer.status_code == 500
    assert "The fault is ours" in words(answer)
    assert "secret detail" not in words(answer)


def test_a_host_that_is_not_ours(site, db):
    from django.test import Client

    answer = Client(SERVER_NAME="evil.example").get("/glossary/")
    assert answer.status_code == 400
    assert "The request cannot be used" in words(answer)


def test_hostile_words_are_shown_as_words(client):
    answer = client.get("/find/", {"q": "<script>alert(1)</script>'\"&"})
    assert answer.status_code == 200
    assert "<script>alert" not in words(answer)


def test_every_page_carries_the_headers(client):
    answer = client.get("/about/")
    assert "'unsafe" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].count("default-src 'none'") == 1
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_no_page_sets_a_cookie_before_somebody_signs_in(client):
    for address in ("/", "/find/?q=x", "/glossary/", "/about/", "/privacy/"):
        assert not client.get(address).cookies, address


def test_an_organisation_that_is_not_there_suggests_those_that_begin_so(client, area_folder):
    from opencommissioning.web import questions

    codes = sorted(each.code for each in questions.build().organisations_of("practice"))
    short = codes[0][:-1]
    beginning = [each for each in codes if each.startswith(short)]
    answer = client.get(f"/organisation/{short}/")
    assert answer.status_code == 404
    listed = words(answer).split("Did you mean:")[1]
    places = [listed.index(f"({each})") for each in beginning[:9]]
    assert places == sorted(places)
    others = set(codes) - set(beginning)
    assert all(f"({each})" not in listed[: places[-1]] for each in others)


def test_a_measure_that_is_not_there_suggests_those_that_begin_so(client):
    answer = client.get("/measure/broad_spectrum/practice/")
    assert answer.status_code == 404
    assert "/measure/broad_spectrum_antibiotics/practice/" in words(answer)
    answer = client.get("/measure/broad_spectrum/practice/deprivation/")
    assert answer.status_code == 404
    assert "/measure/broad_spectrum_antibiotics/practice/" in words(answer)


def test_readers_are_not_told_where_files_lie(client):
    """Who looks for a scheme that there is not cannot put a file into the area."""
    answer = client.get("/scheme/nope/")
    assert answer.status_code == 404
    assert "This area has no incentive scheme." in words(answer)
    assert ".toml" not in words(answer)


def test_letters_about_nothing_say_where_to_ask(client):
    answer = client.get("/subscribe/")
    assert answer.status_code == 400
    assert "Letters are about one organisation or one measure" in words(answer)


def test_sentences_begin_with_a_capital(client):
    answer = client.get("/organisation/ZZZ/")
    assert answer.status_code == 404
    assert "<p>There is no organisation" in words(answer)

"""Scenarios kept by name: who may, that a name is one scenario's, renamed, deleted, three side by side, and what no longer can be asked."""

import pytest

from opencommissioning.area.waiting import flowing
from opencommissioning.errors import NotLoaded

FLOW = "/organisation/RZ1/flow/"


@pytest.fixture(autouse=True)
def none_yet(db):
    """The given area may hold scenarios of its own: they are there again after the test."""
    from opencommissioning.web.models import SavedScenario

    SavedScenario.objects.all().delete()


@pytest.fixture
def planner(client, sign_in):
    """An analyst, where the invented hospital has lists."""
    from opencommissioning.web import questions

    try:
        flowing.lists_of(questions.area().store, "RZ1")
    except NotLoaded:
        pytest.skip("the area given by OC_TEST_AREA holds no waiting lists")
    sign_in("analyst@*")
    return client


def save(client, name, **words):
    return client.post(f"{FLOW}save/", {"list": "502", "share": "30", **words, "name": name})


def text(answer):
    return answer.content.decode()


def kept():
    from opencommissioning.web.models import SavedScenario

    return SavedScenario.objects.order_by("pk")


def test_a_scenario_is_kept_under_a_name_and_opened_again(planner):
    answer = save(planner, "  Closer   to home ", freed="closed", price="180", cost="110")
    assert (answer.status_code, answer["Location"]) == (302, f"{FLOW}saved/")
    (one,) = kept()
    assert (one.name, one.organisation, str(one.by)) == ("Closer to home", "RZ1", "Some One")
    page = text(planner.get(f"{FLOW}saved/"))
    assert "Closer to home" in page
    assert "30 % of new people seen in the community, freed treatments are closed" in page
    assert "Some One" in page
    opened = text(planner.get(f"{FLOW}?{one.query}"))
    assert 'name="price" type="text" inputmode="decimal" autocomplete="off" value="180"' in opened


def test_a_name_is_one_scenarios_and_the_error_is_at_its_field(planner):
    save(planner, "One")
    for name, sentence in (("one", "Another scenario is called"), ("", "Give the scenario a name"), ("a\x00b", "Give the scenario a name"), ("x" * 81, "Give the scenario")):  # fmt: skip
        answer = save(planner, name, share="40")
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert 'href="#save-name"' in text(answer)
    assert kept().count() == 1
    assert save(planner, "Two", share="400").status_code == 400


def test_three_are_compared_on_one_chart_and_in_one_table(planner):
    from opencommissioning.area.waiting.moving import Asked, ListChange, answer
    from opencommissioning.reports.numbers import whole
    from opencommissioning.web import questions

    lists = flowing.lists_of(questions.area().store, "RZ1")
    for share in (10, 20, 40):
        save(planner, f"Move {share}", share=str(share), freed="shared", weeks=str(share))
    numbers = [each.pk for each in kept()]
    page = text(planner.get(f"{FLOW}compare/", {"with": numbers}))
    for share in (10, 20, 40):  # all as far as the longest looks
        told = answer(lists, Asked(40, {"502": ListChange(share / 100, freed="shared")}))
        for row in told.comparison.rows:
            assert whole(row.waiting_changed) in page
    assert "40 weeks" in page
    drawn = planner.get(
        f"{FLOW}compare.svg", {"with": ",".join(map(str, numbers)), "list": "110", "narrow": "1"}
    )
    assert drawn["Content-Type"] == "image/svg+xml"
    assert all(f"Move {share}" in text(drawn) for share in (10, 20, 40))


@pytest.mark.parametrize("chosen", ["", "1", "1,2,3,4,5,6", "1,x", "1,999999999999999"])
def test_what_cannot_be_compared_is_refused_in_words(planner, chosen):
    answer = planner.get(f"{FLOW}compare/", {"with": chosen})
    assert answer.status_code in (400, 404)
    assert "Choose two to 5" in text(answer) or "no saved scenario" in text(answer)


def test_renamed_and_deleted(planner):
    save(planner, "One")
    save(planner, "Two")
    one, two = kept()
    assert planner.post(f"{FLOW}rename/", {"scenario": one.pk, "name": "two"}).status_code == 422
    assert planner.post(f"{FLOW}rename/", {"scenario": one.pk, "name": "ONE"}).status_code == 302
    assert planner.post(f"{FLOW}delete/", {"scenario": two.pk}).status_code == 302
    assert [each.name for each in kept()] == ["ONE"]
    assert planner.post(f"{FLOW}delete/", {"scenario": two.pk}).status_code == 404
    assert planner.post("/organisation/RZ2/flow/delete/", {"scenario": one.pk}).status_code == 404


def test_a_scenario_of_a_list_that_is_gone_says_so_beside_the_others(planner):
    from opencommissioning.web.models import SavedScenario

    save(planner, "One")
    save(planner, "Two", share="10")
    SavedScenario.objects.create(organisation="RZ1", name="Old", query="list=400&share=30")
    page = text(planner.get(f"{FLOW}compare/", {"with": [each.pk for each in kept()]}))
    assert "“Old” can no longer be asked" in page
    assert "Two" in page


def test_who_may(client, sign_in, planner):
    save(planner, "One")
    client.logout()
    assert client.get(f"{FLOW}saved/").status_code == 302  # to the sign-in page
    assert client.get(f"{FLOW}compare/").status_code == 302
    assert save(client, "Two").status_code == 403
    assert "One" not in text(client.get(FLOW))


def test_reading_is_for_all_who_sign_in_and_keeping_is_not(client, sign_in):
    sign_in("viewer@*")
    page = text(client.get(f"{FLOW}saved/"))
    assert "analysts and programme managers can keep it" in page
    assert save(client, "Two").status_code == 403
    assert kept().count() == 0


def test_there_is_an_end_to_saving(planner, monkeypatch):
    from opencommissioning.web.views import workbench

    monkeypatch.setattr(workbench, "MOST_SAVED", 1)
    save(planner, "One")
    assert "delete one first" in text(save(planner, "Two"))


def test_models_and_migrations_are_the_same(site):
    from django.core.management import call_command

    call_command("makemigrations", "web", check=True, dry_run=True, verbosity=0)

"""Waiting pages and the workbench: what they show is what flow says; a scenario is an address; what cannot be is refused in words."""

from fractions import Fraction

import pytest

from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.list_percentiles import list_percentile
from opencommissioning.area.waiting.moving import Asked, Contact, ListChange
from opencommissioning.area.waiting.moving import answer as told_of
from opencommissioning.area.waiting.plans import steps_of
from opencommissioning.catalogue.period import shift
from opencommissioning.reports.numbers import whole


@pytest.fixture
def lists(site):
    """The invented hospital's lists; skipped when the given area was built without them."""
    from opencommissioning.errors import NotLoaded
    from opencommissioning.web import questions

    try:
        return flowing.lists_of(questions.area().store, "RZ1")
    except NotLoaded:
        pytest.skip("the area given by OC_TEST_AREA holds no waiting lists")


def words(answer):
    return answer.content.decode()


def test_a_hospital_has_a_page_and_a_way_to_its_lists(client, lists):
    page = words(client.get("/organisation/RZ1/"))
    assert "/organisation/RZ1/waiting/" in page


def test_all_lists_longest_first(client, lists):
    page = words(client.get("/organisation/RZ1/waiting/"))
    longest = lists.every[0].model
    assert f"{longest.waiting.sum():,.0f}" in page
    assert page.index(longest.name) < page.index(lists.every[-1].model.name)
    wait = list_percentile(lists, "502", Fraction(92, 100))
    assert wait.low < wait.weeks < wait.high
    assert wait.words in page


def test_a_list_says_what_it_takes_and_how_it_was_tried(client, lists):
    page = words(client.get("/organisation/RZ1/waiting/502/", {"weeks": "26"}))
    assert "for the longest waiters" in page
    assert "Tried on its own past" in page
    assert client.get("/organisation/RZ1/waiting/gynaecology/").status_code == 200


@pytest.mark.parametrize("kind", ["weeks", "fan"])
def test_charts_are_pictures_with_words(client, lists, kind):
    answer = client.get(f"/organisation/RZ1/waiting/502/{kind}.svg?narrow=1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<desc" in answer.content


def test_the_workbench_shows_both_courses_of_the_others(client, lists):
    asked = {"list": "502", "share": "30", "freed": "shared", "weeks": "26"}
    page = words(client.get("/organisation/RZ1/flow/", asked))
    told = told_of(lists, Asked(26, {"502": ListChange(0.3, freed="shared")})).comparison
    assert told.sentences[0] in page
    for row in told.rows:
        assert f"{row.waiting_changed:,.0f}" in page


@pytest.mark.parametrize(
    ("query", "label"), [({"weeks": "0"}, "Weeks from now"), ({"extra": "many"}, "Treatments a week more")]
)
def test_a_list_says_at_the_field_what_cannot_be(client, lists, query, label):
    answer = client.get("/organisation/RZ1/waiting/502/", query)
    assert answer.status_code == 400
    page, field = words(answer), next(iter(query))
    assert f'<a href="#{field}">“{label}” must be a whole number' in page
    assert f'value="{query[field]}" aria-describedby="{field}-error" aria-invalid="true"' in page


@pytest.mark.parametrize(
    "query",
    [
        {"weeks": "0"},
        {"weeks": "x"},
        {"share": "101"},
        {"freed": "sold"},
        {"list": "999"},
        {"kind": "spa"},
        {"price": "a"},
        {"stranded": "101"},
    ],
)
def test_what_cannot_be_is_refused_in_words(client, lists, query):
    answer = client.get("/organisation/RZ1/flow/", query)
    assert answer.status_code == 400
    page = words(answer)
    assert "must be" in page or "Choose one" in page
    assert f'href="#{next(iter(query))}"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"kind": "tests", "share": "30"}, "who join the hospital&#39;s list after all"),
        ({"price": "180"}, "Give both"),
        ({"plan": "soon=5"}, "no step of a plan"),
        ({"plan": "2050-01=5"}, "lies after"),
        ({"list": "gynecology"}, "did you mean"),
    ],
)
def test_what_does_not_fit_together_is_said_at_its_field(client, lists, query, sentence):
    answer = client.get("/organisation/RZ1/flow/", query)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert client.get("/organisation/RZ1/flow/chart.svg", query).status_code == 400


def test_the_workbench_tells_money_as_both_see_it(client, lists):
    asked = {"list": "502", "share": "30", "price": "180", "cost": "110", "stranded": "40", "freed": "closed"}
    page = words(client.get("/organisation/RZ1/flow/", asked))
    told = told_of(lists, Asked(26, {"502": ListChange(0.3, freed="closed", contacts={"contact": Contact(1, 180, 110)}, stranded=0.4)}))  # fmt: skip
    assert told.money.found.sentence.replace("'", "&#39;") in page
    assert whole(told.money.found.net_commissioner) in page
    assert whole(told.money.found.net_system) in page
    assert "The commissioner’s view" not in words(client.get("/organisation/RZ1/flow/", {"share": "30"}))


def test_a_plan_in_the_address_is_the_plan_of_the_list(client, lists):
    month = shift(lists.latest, 2)
    plan = f"{month:%Y-%m}=400"
    page = words(client.get("/organisation/RZ1/flow/", {"list": "502", "plan": plan}))
    told = told_of(lists, Asked(26, {"502": ListChange(steps=steps_of([plan]), freed="shared")}))
    row = next(row for row in told.comparison.rows if row.name == "Gynaecology")
    assert row.waiting_changed < row.waiting_as_is
    assert whole(row.waiting_changed) in page


def test_a_practices_page_shows_whose_lists_stand_for_it(client, lists):
    from opencommissioning.web import questions

    build = questions.build()
    practice = next(each for each in build.register.practices if build.parent(each, "sub_icb") == "9A1")
    page = words(client.get(f"/organisation/{practice}/waiting/"))
    above = build.organisation("9A1")
    assert f"these are the lists of all of {above.name} (9A1)" in page
    assert '<a href="/organisation/9A1/waiting/">' in page
    assert "/organisation/9A1/waiting/502/" in page
    for rest in ("waiting/502/?weeks=13", "flow/?share=30"):
        answer = client.get(f"/organisation/{practice}/{rest}")
        assert (answer.status_code, answer["Location"]) == (302, f"/organisation/9A1/{rest}")


def test_an_icb_has_the_lists_of_its_locations_added_up_or_says_what_is_missing(client, lists):
    from opencommissioning.web import questions

    build, store = questions.build(), questions.area().store
    for code in build.register.codes["icb"]:
        page = words(client.get(f"/organisation/{code}/waiting/"))
        inside = {build.parent(each, "sub_icb") for each in build.register.practices if build.parent(each, "icb") == code}  # fmt: skip
        held = inside & flowing.commissioners_with_lists(store)
        if held == inside:
            people = sum(flowing.lists_of(store, each).months["999"][-1].waiting.sum() for each in inside)
            assert f"{people:,.0f}" in page
            assert f"{len(held)} of {len(inside)} sub-ICB locations" in page
        elif not held:
            assert f"lists of 0 of {len(inside)} sub-ICB locations are loaded, with 0 % of its people" in page.replace("Lists", "lists")  # fmt: skip


def test_england_is_not_made_of_some_of_its_locations(client, lists):
    from opencommissioning.web import questions

    build, store = questions.build(), questions.area().store
    page = words(client.get("/organisation/ENGLAND/waiting/"))
    missing = set(build.register.codes["sub_icb"]) - flowing.commissioners_with_lists(store)
    assert ("below 90 % they are not shown as its own" in page) == bool(missing)


def test_the_backlog_is_what_the_standard_does_not_allow(client, lists):
    waiting = lists.months["502"][-1].waiting
    over = waiting[18:].sum()
    late = flowing.backlog_of(lists, "502")
    assert late.over == over
    assert late.beyond == pytest.approx(max(0, over - 0.08 * waiting.sum()))
    assert f"{late.over:,.0f}" in words(client.get("/organisation/RZ1/waiting/"))


def test_a_published_measure_is_looked_at_where_it_is_published(client, lists):
    answer = client.get("/measure/within_18_weeks_provider/")
    assert (answer.status_code, answer["Location"]) == (302, "/measure/within_18_weeks_provider/provider/")
    page = words(client.get("/measure/within_18_weeks_provider/provider/?organisation=RZ1"))
    assert "RZ8" in page
    assert client.get("/measure/within_18_weeks_provider/practice/").status_code == 200
    assert client.get("/organisation/9A1/").status_code == 200


@pytest.mark.parametrize("written", ["30", "30%", "30 %", "0.3", "30 per cent"])
def test_per_cent_is_understood_as_people_write_it(client, lists, written):
    page = client.get("/organisation/RZ1/flow/", {"share": written, "weeks": "13"}).content.decode()
    plain = client.get("/organisation/RZ1/flow/", {"share": "30", "weeks": "13"}).content.decode()
    assert 'name="share" type="text" inputmode="decimal" autocomplete="off" value="30"' in page
    told = [each.split("<h2>What would come of it</h2>")[1].split("</section>")[0] for each in (page, plain)]
    assert told[0] == told[1]


@pytest.mark.parametrize("written", ["thirty", "120 %", "-1", "3000"])
def test_what_is_no_share_is_told_at_its_field_with_how_to_write_it(client, lists, written):
    answer = client.get("/organisation/RZ1/flow/", {"share": written})
    assert answer.status_code == 400
    assert "must be from 0 to 100 %, written as 30 %, 30 or 0.3" in answer.content.decode()
    assert 'id="share-error"' in answer.content.decode()


def test_own_lists_stand_below_those_of_returns(client, site):
    from opencommissioning.web.questions import flow

    found = flow.own_lists("9A1")
    if not found:
        pytest.skip("the area given by OC_TEST_AREA was built without lists of its own")
    page = words(client.get("/organisation/9A1/waiting/"))
    for each in found:
        assert f"<h2>{each.title}</h2>" in page
        assert f"{each.rows[0][1][0]:,}" in page
    assert "<h2>Own waiting lists</h2>" not in words(client.get("/organisation/ENGLAND/waiting/"))


TWO = {"list": "502", "share": "30", "freed": "closed", "price": "180", "cost": "110", "list-2": "110", "extra-2": "20", "weeks": "13"}  # fmt: skip


def of_two(lists):
    change = ListChange(0.3, freed="closed", contacts={"contact": Contact(1, 180, 110)})
    return told_of(lists, Asked(13, {"502": change, "110": ListChange(extra=20, freed="shared")}))


def test_a_scenario_changes_several_lists(client, lists):
    told = of_two(lists)
    page = words(client.get("/organisation/RZ1/flow/", TWO))
    for each in told.sentences:
        assert each in page
    assert whole(told.comparison.together.waiting_changed) in page
    assert "Second list that changes" in page
    assert "All lists together" in page
    assert whole(told.money.found.net_system) in page


def test_another_list_is_added_and_taken_out_without_a_script(client, lists):
    page = words(client.get("/organisation/RZ1/flow/", {"list": "502", "share": "30", "add": "1"}))
    assert 'name="list-2"' in page
    assert 'name="list-3"' not in page
    assert "Second list that changes" not in words(client.get("/organisation/RZ1/flow/", {"share": "30"}))
    page = words(client.get("/organisation/RZ1/flow/", TWO))
    assert "?weeks=13&amp;list=110&amp;extra=20" in page  # without the first
    assert "Leave this list as it is" in page


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"share-2": "300"}, "share-2", "must be from 0 to 100 %"),
        ({"list-2": "502"}, "list-2", "changed above"),
        ({"list-2": "", "share-2": "5"}, "list-2", "Choose the list that changes"),
        ({"freed-2": "moved", "share-2": "5"}, "into-2", "choose which they join"),
    ],
)
def test_what_is_wrong_with_the_second_list_is_told_at_its_field(client, lists, more, field, sentence):
    answer = client.get("/organisation/RZ1/flow/", TWO | more)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in words(answer)
    assert sentence in words(answer)


def test_the_chart_is_of_the_list_asked_for(client, lists):
    answer = client.get("/organisation/RZ1/flow/chart.svg", TWO | {"show": "100"})
    assert "General surgery" in words(answer)
    assert "All lists together" in words(client.get("/organisation/RZ1/flow/chart.svg", TWO))
    assert client.get("/organisation/RZ1/flow/", TWO | {"show": "nobody"}).status_code in (400, 404)


def test_a_scenario_is_a_file_that_the_command_reads(client, lists, tmp_path):
    from opencommissioning.area.waiting.scenario_files import scenario_of_file

    answer = client.get("/organisation/RZ1/flow/scenario.toml", TWO)
    path = tmp_path / "it.toml"
    path.write_bytes(answer.content)
    told = told_of(lists, scenario_of_file(path, lists).asked)
    assert told.sentences == of_two(lists).sentences
    assert client.get("/organisation/RZ1/flow/scenario.toml", {"share": "300"}).status_code == 400


@pytest.fixture
def podiatry(lists, monkeypatch, tmp_path):
    """The invented hospital with a list in buckets of its own."""
    from opencommissioning.area.waiting.bucketed import lists_from_any
    from opencommissioning.web.questions import flow

    path = tmp_path / "podiatry.csv"
    path.write_text(
        "organisation,list,month,what,bucket_from,bucket_to,unit,count\nRZ1,podiatry <b>,2026-09,waiting,0,18,weeks,400\n"
        "RZ1,podiatry <b>,2026-09,waiting,18,,weeks,60\nRZ1,podiatry <b>,2026-09,treated,,,,90\n"
    )
    found = lists_from_any([path])
    monkeypatch.setattr(flow, "organisations_with_buckets", lambda store: {"RZ1"})
    monkeypatch.setattr(flow, "stored_lists", lambda store, code: found)
    return found


def test_lists_in_buckets_of_their_own_stand_on_the_waiting_page_with_their_chart(client, sign_in, podiatry):
    sign_in("viewer@*")  # pages of people signed in are never kept
    page = words(client.get("/organisation/RZ1/waiting/"))
    assert "Lists in buckets of their own" in page
    assert "/organisation/RZ1/waiting/own-podiatry-b/weeks.svg" in page
    assert "Podiatry &lt;b&gt;" in page
    one = words(client.get("/organisation/RZ1/waiting/own-podiatry-b/"))
    assert "460 waiting" in one
    drawn = client.get("/organisation/RZ1/waiting/own-podiatry-b/weeks.svg")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert client.get("/organisation/RZ1/waiting/own-chiropody/").status_code == 404


def test_one_question_has_one_answer(client, lists):
    """The list by itself, the workbench's table and its chart tell the same numbers for what nobody changes."""
    fan = flowing.fan(lists, "502", 26)
    told = told_of(lists, Asked(26, {"502": ListChange(freed="shared")}))
    row, spread = next(pair for pair in told.lines if pair[0].name == "Gynaecology")
    assert spread.as_is == pytest.approx(fan.waiting)
    assert row.waiting_as_is == pytest.approx(fan.waiting[2, -1])
    centre, low, high = (whole(fan.waiting[number, -1]) for number in (2, 0, 4))
    one = words(client.get("/organisation/RZ1/waiting/502/", {"weeks": "26"}))
    assert centre in one.split("Where it may go")[1]
    assert f'{centre} <span class="oc-range">({low}–{high})' in words(client.get("/organisation/RZ1/flow/"))


def test_who_joins_is_treated_and_leaves_adds_up(client, lists):
    """Over the months that are loaded: the list's growth is joined less treated less left, week by week."""
    found, months = lists.calibrated("502"), lists.months["502"]
    weeks = sum(each.weeks for each in months[1:])
    grown = (months[-1].waiting.sum() - months[0].waiting.sum()) / weeks
    joined = sum(each.started for each in months[1:]) / weeks
    treated = sum(each.treated.sum() for each in months[1:]) / weeks
    left = found.evidence.out - found.evidence.inward
    assert joined - treated - left == pytest.approx(grown)
    assert "Leave untreated a week" in words(client.get("/organisation/RZ1/waiting/"))
    assert "leave untreated a week" in words(client.get("/organisation/RZ1/waiting/502/"))


def test_what_does_not_change_is_drawn_once(client, lists):
    plain = words(client.get("/organisation/RZ1/flow/chart.svg"))
    assert "as it is" in plain
    assert "B, changed" not in plain
    assert "B, changed" in words(
        client.get("/organisation/RZ1/flow/chart.svg", {"list": "502", "extra": "20"})
    )

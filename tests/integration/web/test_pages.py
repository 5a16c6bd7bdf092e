"""The pages over a small invented area: what they show is what the area says, and what is not there is said."""

from dataclasses import replace

import pytest

from opencommissioning.area.comparison.special import age_flag


@pytest.fixture
def known(site):
    """The build that the pages show."""
    from opencommissioning.web import questions

    return questions.build()


@pytest.fixture
def practice(known):
    return known.register.practices[3]


@pytest.fixture
def measure(known):
    return "broad_spectrum_antibiotics"  # every invented practice has a value


def words(answer):
    return answer.content.decode()


def test_home_finds_and_tells_of_the_area(client, known):
    answer = client.get("/")
    assert answer.status_code == 200
    home = known.organisation(known.settings.home or "ENGLAND")
    assert home.name in words(answer)
    assert 'action="/find/"' in words(answer)


def test_every_page_says_who_runs_it_and_how_old_it_is(client, known, practice):
    from opencommissioning.catalogue.period import spoken

    for address in ("/", f"/organisation/{practice}/", "/measure/", "/glossary/"):
        page = words(client.get(address))
        assert "Run by Example ICB." in page, address
        assert f"Data to {spoken(known.latest)}; build {known.id}." in page, address
        assert "not an official NHS site" in page, address


def test_a_code_leads_straight_to_its_organisation(client, practice):
    answer = client.get("/find/", {"q": practice.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"/organisation/{practice}/")


def test_a_whole_postcode_leads_there_or_comes_first(client, known):
    organisations = [each for each in known.organisations.values() if each.postcode and not each.closed]
    postcodes = [each.postcode.lower().replace(" ", "") for each in organisations]
    for each, key in list(zip(organisations, postcodes, strict=True))[:10]:
        answer = client.get("/find/", {"q": each.postcode.lower()})
        if postcodes.count(key) == 1:
            assert answer["Location"] == f"/organisation/{each.code}/"
        else:
            assert known.find(each.postcode)[0].postcode == each.postcode


def test_a_misspelt_name_is_answered_with_names_like_it(client, known):
    practice = next(
        each for each in known.organisations.values() if each.level == "practice" and len(each.name) > 9
    )
    first = practice.name.split()[0].lower()
    page = client.get("/find/", {"q": first[:2] + first[3:]}).content.decode()
    assert "Did you mean" in page
    assert practice.name.split()[0] in page.split("Did you mean")[1]


def test_beyond_four_hundred_organisations_one_is_picked_by_writing(client, known, monkeypatch):
    from opencommissioning.web.views import measure

    monkeypatch.setattr(measure, "MOST_CHOICES", 3)
    address = "/measure/broad_spectrum_antibiotics/practice/"
    page = client.get(address).content.decode()
    assert '<input class="nhsuk-input nhsuk-input--width-20" id="find" name="find"' in page
    practice = next(each for each in known.organisations.values() if each.level == "practice")
    assert (
        client.get(address, {"find": practice.code.lower()})["Location"]
        == f"{address}?organisation={practice.code}"
    )
    several = client.get(address, {"find": practice.code[:2]}).content.decode()
    assert f"{address}?organisation=" in several.split("Several answer to")[1]
    nobody = client.get(address, {"find": "qqqqqqq"}).content.decode()
    assert (
        "There is no practice with “qqqqqqq”" in nobody or "There is no GP practice with “qqqqqqq”" in nobody
    )


def test_a_name_and_a_postcode_find(client, known, practice):
    organisation = known.organisation(practice)
    assert f"/organisation/{practice}/" in words(client.get("/find/", {"q": organisation.name}))
    if organisation.postcode:
        answer = client.get("/find/", {"q": organisation.postcode.replace(" ", "")}, follow=True)
        assert f"/organisation/{practice}/" in words(answer)


def test_what_is_not_found_suggests_the_nearest(client, practice):
    wrong = practice[:-1] + "X"
    answer = client.get(f"/organisation/{wrong}/")
    assert answer.status_code == 404
    assert "Did you mean" in words(answer)
    assert 'href="/organisation/' in words(answer)
    assert "Did you mean" in words(client.get("/find/", {"q": wrong}))


def test_an_organisation_shows_every_measure_with_its_verdict(client, practice):
    from html import unescape

    from opencommissioning.web import questions

    told = questions.report(practice)
    page = unescape(words(client.get(f"/organisation/{practice}/")))
    assert told.luck in page
    for lines in told.topics.values():
        for line in lines:
            assert line.measure.title in page
            assert line.value in page
    for line in (*told.worse, *told.better, *told.moved):
        assert line.words.capitalize() in page


@pytest.mark.parametrize("level", ["practice", "pcn", "sub_icb", "icb", "region"])
def test_an_organisation_of_every_level_has_a_page(client, known, level):
    code = next(each.code for each in known.organisations.values() if each.level == level)
    assert client.get(f"/organisation/{code}/").status_code == 200
    assert client.get(f"/organisation/{code}/summary/").status_code == 200


def test_england_is_a_page_of_its_regions(client):
    assert client.get("/organisation/ENGLAND/").status_code == 200


def test_parents_lead_upwards(client, known, practice):
    page = words(client.get(f"/organisation/{practice}/"))
    for level in ("pcn", "sub_icb", "icb"):
        above = known.parent(practice, level)
        assert above is None or f'href="/organisation/{above}/"' in page


def test_special_practices_are_marked_where_age_counts(client, known):
    """The planted practice of students is told at its verdict and in the table; a measure kept to some ages does not speak of it."""
    code = next(
        each
        for each in known.register.practices
        if age_flag(known, each).startswith("A practice of students")
    )
    page = words(client.get(f"/measure/statin_items/practice/?organisation={code}"))
    assert age_flag(known, code) in page
    assert '<span class="oc-special-mark">Practice of students</span>' in page
    kept_to_ages = next(
        each.id for each in known.measures.values() if not each.ignores_age and each.id in known.measures
    )
    assert "Practice of students" not in words(
        client.get(f"/measure/{kept_to_ages}/practice/?organisation={code}")
    )
    assert (
        "special" in client.get("/measure/statin_items/practice/table.csv").content.decode().splitlines()[0]
    )


def test_a_measure_lists_all_organisations_with_both_parts(client, known, measure):
    from opencommissioning.reports.numbers import valued
    from opencommissioning.web import questions

    page = words(client.get(f"/measure/{measure}/practice/"))
    rows = questions.all_rows(measure, "practice")
    assert (
        page.count('<th scope="row" class="nhsuk-table__header"><a ')
        == rows.height
        == questions.measure_report(measure, "practice").verdicts["organisation"].n_unique()
    )
    top = rows.row(0, named=True)
    assert valued(top["value"], known.measures[measure]) in page.replace("\xa0", " ")
    assert "SELECT" in page
    assert "linically reviewed" in page or "eviewed by" in page


def test_one_organisation_is_picked_out(client, measure, practice):
    page = words(client.get(f"/measure/{measure}/practice/?organisation={practice}"))
    assert page.count("oc-mine") == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/measure/no_such_measure/practice/", 404),
        ("/measure/{measure}/parish/", 404),
        ("/measure/{measure}/pcn/?organisation={practice}", 400),
        ("/measure/{measure}/practice/?organisation=NOBODY", 400),
        ("/measure/{measure}/practice/table.exe", 404),
        ("/organisation/%00/", 404),
        ("/organisation/../../etc/passwd/", 404),
    ],
)
def test_what_does_not_exist_is_a_sentence(client, measure, practice, address, status):
    answer = client.get(address.format(measure=measure, practice=practice))
    assert answer.status_code == status
    assert "<h1>" in words(answer)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_tables_can_be_taken_away(client, measure, kind):
    answer = client.get(f"/measure/{measure}/practice/table.{kind}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{measure}-practice.{kind}"'


def test_the_file_holds_what_the_page_shows(client, measure):
    import io

    import polars as pl

    from opencommissioning.web import questions

    body = client.get(f"/measure/{measure}/practice/table.parquet").content
    assert pl.read_parquet(io.BytesIO(body)).equals(questions.all_rows(measure, "practice"))


def test_months_of_one_organisation(client, measure, practice, known):
    body = client.get(f"/measure/{measure}/practice/months.csv?organisation={practice}").content.decode(
        "utf-8-sig"
    )
    assert len(body.strip().splitlines()) == 1 + len(known.months)


def test_status_lists_what_is_loaded(client):
    page = words(client.get("/status/"))
    assert "Prescribing" in page
    assert "Registered patients" in page


def test_a_page_is_kept_until_the_build_changes(client, practice):
    address = f"/organisation/{practice}/"
    first = client.get(address)
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address).content == first.content
    assert client.get(address, headers={"If-None-Match": '"of an older build"'}).status_code == 200


def test_what_a_page_does_not_read_makes_no_other_page(client, practice):
    address = f"/organisation/{practice}/"
    tag = client.get(address)["ETag"]
    for added in ("?utm_source=x", "?utm_medium=1&utm_medium=2&fbclid=3"):
        assert client.get(address + added)["ETag"] == tag
    assert client.get(address + "?zzz=1&zzz=2").status_code == 400
    assert client.get(address + "?membership=current")["ETag"] != tag
    mixed = client.get(address + "?utm_source=1&membership=as_was&membership=current")["ETag"]
    assert mixed == client.get(address + "?membership=current")["ETag"]


def test_a_page_that_reads_what_it_does_not_tell_fails_loudly(site):
    from types import SimpleNamespace

    from django.test import RequestFactory

    from opencommissioning.web.caching import by_build

    @by_build("told")
    def page(request):
        return request.GET.get("untold")

    request = RequestFactory().get("/?told=1")
    request.standing = SimpleNamespace(signed_in=True)
    with pytest.raises(KeyError, match="by_build"):
        page(request)


def test_a_definition_that_changed_says_so_on_its_page_and_in_the_api(client, site, measure):
    from dataclasses import replace

    from opencommissioning.area.defining.changes import FILE, FOLDER, look
    from opencommissioning.web import questions

    area = questions.area()
    path, asked = area.folder / FOLDER / FILE, f"/measure/{measure}/practice/"
    before = path.read_bytes() if path.exists() else b""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    kept = client.get(asked)
    assert "How the definition changed" not in words(kept)
    try:
        was = replace(area.library.measures[measure], window=7)
        look(area.folder, "b1", area.library, [was])
        look(area.folder, "b2", area.library, [area.library.measures[measure]])
        page = words(client.get(asked, headers={"If-None-Match": kept["ETag"]}))
        assert "Values of earlier months are recomputed with today's definition" in page
        assert "The definition changed on" in page
        told = client.get(f"/api/v1/measures/{measure}").json()["changes"]
        assert told[0]["by"] == "seen by this area, build b2"
    finally:
        path.write_bytes(before)


def test_a_worker_opens_the_area_with_pages_that_are_there(client, site):
    from opencommissioning.web.questions.examples import addresses

    found = addresses()
    assert len(found) == 5
    assert {client.get(address).status_code for address in found} == {200}


def test_a_new_build_is_a_new_tag(client, practice, monkeypatch):
    from opencommissioning.web import caching

    before = client.get("/measure/")["ETag"]
    monkeypatch.setattr(caching.questions, "build_id", lambda: "another")
    assert client.get("/measure/")["ETag"] != before


def test_a_download_is_a_download_the_second_time_too(client, measure):
    address = f"/measure/{measure}/practice/table.csv"
    assert client.get(address)["Content-Disposition"] == client.get(address)["Content-Disposition"]


def test_nothing_of_a_person_signed_in_is_kept_for_others(client, sign_in, practice):
    sign_in("analyst@*")
    page = client.get(f"/organisation/{practice}/")
    assert page["Cache-Control"] == "private, no-store"
    client.logout()
    assert "Your account" not in words(client.get(f"/organisation/{practice}/"))


def test_before_the_first_build_the_site_says_so(client, monkeypatch, tmp_path):
    from opencommissioning.area import Area
    from opencommissioning.web import questions

    empty = Area.create(tmp_path / "empty", "Empty")
    monkeypatch.setattr(questions, "area", lambda: empty)
    told = words(client.get("/"))
    assert "There are no figures here yet" in told
    assert "opencommissioning build" not in told
    answer = client.get("/measure/")
    assert answer.status_code == 503
    assert "no build yet" in words(answer)


def test_a_measure_without_values_says_so_and_still_tells_its_definition(client, known, monkeypatch):
    from opencommissioning.web import questions

    told = questions.measure_report("broad_spectrum_antibiotics", "practice")
    nobody = replace(told, verdicts=told.verdicts.clear())
    monkeypatch.setattr(questions, "measure_report", lambda name, level, membership="": nobody)
    page = words(client.get("/measure/broad_spectrum_antibiotics/practice/"))
    assert "has a value: nothing of this measure" in page
    assert "How it is defined" in page
    assert "<table" not in page


def test_peers_are_named_and_can_be_chosen(client, known, practice):
    from opencommissioning.web.questions import organisation as of_organisation

    _, alike = of_organisation.peers_of(practice)
    page = words(client.get(f"/organisation/{practice}/"))
    assert len(alike) == 10
    assert all(each.name in page for each in alike)
    one, other = known.register.practices[5:7]
    chosen = words(client.get(f"/organisation/{practice}/?peers={one.lower()},{other}"))
    assert "Named by you." in chosen
    assert f'value="{one} {other}"' in chosen


@pytest.mark.parametrize("wrong", ["NOBODY", "{pcn}", " ".join(f"A{n}" for n in range(31))])
def test_peers_that_cannot_be_are_refused_with_a_sentence(client, known, practice, wrong):
    answer = client.get(
        f"/organisation/{practice}/", {"peers": wrong.format(pcn=known.register.codes["pcn"][0])}
    )
    assert answer.status_code in (400, 404)
    assert "<h1>" in words(answer)


def test_members_are_compared_on_a_measure_that_can_be_chosen(client, known):
    code = known.register.codes["sub_icb"][0]
    page = words(client.get(f"/organisation/{code}/?compare=trimethoprim_share"))
    assert f"/chart/children/trimethoprim_share/sub_icb/{code}.svg" in page
    assert '<option value="trimethoprim_share" selected>' in page
    assert client.get(f"/organisation/{code}/?compare=no_such_measure").status_code == 400


def test_membership_is_a_choice_above_practices(client, known):
    code = known.register.codes["pcn"][0]
    page = words(client.get(f"/organisation/{code}/?membership=current"))
    assert "practices are counted as they are today" in page
    assert client.get(f"/organisation/{code}/?membership=never").status_code == 400


def test_membership_reaches_peers_members_and_charts_and_is_kept(client, known):
    from opencommissioning.area.comparison.comparing import middle_of
    from opencommissioning.reports.numbers import valued
    from opencommissioning.web import questions

    code = known.register.codes["sub_icb"][0]
    others = known.register.codes["sub_icb"][1:4]
    page = words(
        client.get(f"/organisation/{code}/?membership=current&peers={'+'.join(others)}&compare=all_items")
    )
    middle = middle_of(known, "sub_icb", others, "current")["all_items"]
    assert f">{valued(middle, known.measures['all_items'])}</td>" in page.replace("\xa0", " ")
    assert f"/chart/children/all_items/sub_icb/{code}.svg?membership=current" in page
    assert f"?membership=as_was&amp;peers={'%20'.join(others)}&amp;compare=all_items#everything" in page
    assert page.count('<input type="hidden" name="membership" value="current">') == 2
    _, told = questions.children(code, "current")
    for child in told:
        report = questions.report(child.organisation.code, "current")
        if not child.reason:
            stand = (len(report.worse), len(report.better), len(report.moved), len(report.lasting))
            assert (child.worse, child.better, child.moved, child.lasting, child.judged) == (
                *stand,
                report.judged,
            )


def test_the_headline_of_money_is_the_areas(client, known):
    from opencommissioning.web import questions

    for code in known.register.practices[:6]:
        told = questions.area().money(code)
        if told and questions.report(code):
            assert told.sentence in words(client.get(f"/organisation/{code}/"))
            assert told.sentence in words(client.get(f"/organisation/{code}/summary/"))


def test_home_tells_what_is_new(client):
    from opencommissioning.web import questions
    from opencommissioning.web.questions import organisation as of_organisation

    count, items = of_organisation.new_this_month(questions.home_code())
    page = words(client.get("/"))
    assert "What changed" in page
    assert page.count('class="oc-news__now"') == len(items) <= count or not items


def test_a_page_of_a_long_table_that_is_not_there(client, measure):
    assert client.get(f"/measure/{measure}/practice/?page=2").status_code == 400
    assert client.get(f"/measure/{measure}/practice/?page=1").status_code == 200
    assert client.get(f"/measure/{measure}/practice/?page=-1").status_code == 400


def test_the_summary_of_variation_says_what_changed_and_can_be_taken_away(client, known):
    page = words(client.get("/organisation/9A1/variation/"))
    assert "Making Data Count" in page
    assert "vary as they always have" in page
    assert page.index("ask for attention first") < page.index("with ordinary variation")
    file = client.get("/organisation/9A1/variation/table.csv")
    assert (
        file.content.decode("utf-8-sig").splitlines()[0].startswith("measure,title,latest,mean,lower,upper")
    )


def test_a_new_build_serves_without_a_restart(client, known, practice):
    """A second build beside the first, made current as `build` makes it: pages, charts and tags follow at once."""
    import json
    import shutil

    from opencommissioning.web import questions

    builds = questions.area().builds
    before = builds.current()
    other = before.with_name("feedfacecafe")
    page, chart = (
        f"/organisation/{practice}/",
        f"/chart/organisations/trimethoprim_share/practice/{practice}.svg",
    )
    tags = [client.get(address)["ETag"] for address in (page, chart)]
    try:
        shutil.copytree(before, other, ignore=shutil.ignore_patterns("build.json"))
        meta = json.loads((before / "build.json").read_text(encoding="utf-8"))
        (other / "build.json").write_text(json.dumps({**meta, "id": other.name}), encoding="utf-8")
        builds.use(other.name)
        answers = [
            client.get(address, headers={"If-None-Match": tag})
            for address, tag in zip((page, chart), tags, strict=True)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert f"build {other.name}." in words(answers[0])
    finally:
        builds.use(before.name)
        shutil.rmtree(other, ignore_errors=True)
    assert client.get(page)["ETag"] == tags[0]

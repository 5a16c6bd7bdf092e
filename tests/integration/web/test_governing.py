"""What an area lays down: who signs a definition, who sees what a scheme pays, what the formulary says beside products."""

from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from opencommissioning.measures.series import Missing

SOON = (date.today() + timedelta(days=200)).isoformat()
SCHEME = """title = "Quality scheme (invented)"
from = {first}
to = {last}
per_point = "25.00"
public = {public}
organisation = "{organisation}"

[[indicator]]
measure = "broad_spectrum_antibiotics"
months = 3
thresholds = {{ "12" = 5, "9" = 10 }}
"""


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def known(site):
    from opencommissioning.web import questions

    return questions.build()


@pytest.fixture
def place(area_folder):
    """Write a file into the area for one test."""
    written = []

    def place(name, text):
        path = area_folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
        return path

    yield place
    for path in written:
        path.unlink(missing_ok=True)


@pytest.fixture
def scheme(place, known):
    """A scheme over the last months of the invented area, among the practices of its largest network."""

    def scheme(public):
        organisation = known.settings.home
        first, last = known.months[-6], known.months[-1]
        text = SCHEME.format(first=first, last=last, public=str(public).lower(), organisation=organisation)
        place("schemes/quality.toml", text)
        there = zip(known.register.practices, known.register.open[:, -1], strict=True)
        return [code for code, is_open in there if is_open and known.parent(code, "sub_icb") == organisation]

    return scheme


@pytest.fixture
def signatures(area_folder):
    path = area_folder / "sign-offs" / "sign-offs.jsonl"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_only_a_pharmacist_of_the_area_signs(client, sign_in, signatures):
    address = "/measure/trimethoprim_share/definition/sign-off/"
    assert client.get(address).status_code == 302
    sign_in("analyst@*", "pharmacist@X81001")
    assert client.get(address).status_code == 403
    assert client.post(address, {"by": "A", "read": "yes"}).status_code == 403
    assert not signatures.exists()


def test_a_sign_off_is_shown_at_once_also_to_the_public(client, sign_in, signatures):
    from opencommissioning.web.questions import governing

    page = "/measure/trimethoprim_share/practice/"
    assert "linically reviewed" in words(client.get(page))
    sign_in("pharmacist@*")
    address = "/measure/trimethoprim_share/definition/sign-off/"
    form = words(client.get(address))
    seen = governing.hash_of(governing.questions.build().measure("trimethoprim_share"))
    assert f'name="seen" value="{seen}"' in form
    given = {"by": "Some One", "qualification": "GPhC 1234567", "due": SOON, "seen": seen}
    assert "Tick that you have read" in words(client.post(address, given))
    assert "needs a day such as" in words(client.post(address, given | {"read": "yes", "due": "soon"}))
    stale = client.post(address, given | {"read": "yes", "seen": "0" * 16})
    assert stale.status_code == 400
    assert "has changed since you read it" in words(stale)
    assert 'value="GPhC 1234567"' in words(stale)
    assert client.post(address, given | {"read": "yes"}).status_code == 302
    client.logout()
    assert "signed off locally by Some One (GPhC 1234567)" in words(client.get(page)).replace(
        "Signed", "signed"
    )


def test_a_public_scheme_is_seen_by_everybody(client, scheme, known):
    practices = scheme(public=True)
    page = words(client.get("/scheme/quality/"))
    assert page.count('<th scope="row"') == len(practices)
    assert "not final" not in page
    assert "A practice without data gets no points" in page
    answer = client.get("/scheme/quality/achievement.xlsx")
    assert answer.content[:2] == b"PK"
    assert client.get(f"/scheme/quality/{practices[1]}/").status_code == 200
    assert client.get("/scheme/quality/ENGLAND/").status_code == 404


def test_points_and_pounds_are_those_of_a_slow_reckoning(scheme, known):
    from opencommissioning.web.questions import governing

    scheme(public=True)
    told = governing.achieved("quality")
    series = known.series("broad_spectrum_antibiotics", "practice", 1)
    for row in told.lines.iter_rows(named=True):
        at = series.row(row["practice"])
        months = [(int(series.numerator[at, c]), int(series.denominator[at, c])) for c in (-3, -2, -1)]
        complete = set(series.missing[at, -3:].tolist()) <= {Missing.NOTHING, Missing.DENOMINATOR_ZERO}
        value = Decimal(100 * sum(n for n, _ in months)) / sum(d for _, d in months) if complete else None
        small = known.grid.patients[at, -1] < 1000 or sum(d for _, d in months) < 20
        points = 0 if value is None or small else 10 if value <= 9 else 5 if value <= 12 else 0
        assert row["points"] == points, row
        assert value is None or bool(small) == ("too small to judge" in row["outcome"])
        pounds = told.of(row["practice"]).totals["pounds"][0]
        assert pounds == 25 * points


def test_a_scheme_that_is_not_public_is_seen_by_its_own_people(client, scheme, sign_in):
    mine, other = scheme(public=False)[:2]
    assert client.get("/scheme/quality/").status_code == 302
    assert client.get(f"/scheme/quality/{mine}/").status_code == 302
    assert "Quality scheme" not in words(client.get("/scheme/"))
    sign_in(f"prescribing lead@{mine}")
    assert client.get("/scheme/quality/").status_code == 403
    assert client.get("/scheme/quality/achievement.xlsx").status_code == 403
    assert client.get(f"/scheme/quality/{other}/").status_code == 403
    own = client.get(f"/scheme/quality/{mine}/")
    assert own.status_code == 200
    assert "10" in words(own)
    assert f"/scheme/quality/{mine}/" in words(client.get("/scheme/"))


@pytest.mark.parametrize("role", ["analyst@*", "pharmacist@*", "programme manager@*"])
def test_area_roles_see_all_of_it(client, scheme, sign_in, role):
    scheme(public=False)
    sign_in(role)
    assert client.get("/scheme/quality/").status_code == 200
    assert client.get("/scheme/quality/achievement.xlsx").status_code == 200


def test_a_scheme_that_has_not_begun_says_when_it_can_be_shown(client, place):
    text = SCHEME.format(first="2031-04-01", last="2032-03-31", public="true", organisation="ENGLAND")
    place("schemes/later.toml", text)
    assert "it can be shown once June 2031 is loaded" in words(client.get("/scheme/later/"))


def test_the_formulary_stands_beside_products_at_once(client, place):
    address = "/analyse/codes/?side=top&at=0501080W0"
    assert "Formulary:" not in words(client.get(address))
    place("formulary.csv", 'code,status,note\n0501080W0,amber,"<b>second</b> line"\n')
    page = client.get(address).content.decode()
    assert "Amber: &lt;b&gt;second&lt;/b&gt; line" in page


def test_a_pharmacist_of_the_schemes_organisation_sees_all_of_it(client, sign_in, scheme, known):
    practices = scheme(public=False)
    sign_in(f"pharmacist@{known.settings.home}")
    assert "/scheme/quality/" in words(client.get("/scheme/"))
    assert words(client.get("/scheme/quality/")).count('<th scope="row"') == len(practices)
    assert client.get("/scheme/quality/achievement.xlsx").status_code == 200


def test_who_may_not_is_told_which_role_would_do(client, sign_in, scheme):
    practices = scheme(public=False)
    sign_in(f"pharmacist@{practices[0]}")
    page = words(client.get("/scheme/quality/"))
    assert "It needs the role analyst or pharmacist or programme manager" in page
    assert f"You hold: pharmacist for {practices[0]}." in page
    assert "You hold: pharmacist" in words(client.get("/measure/trimethoprim_share/definition/sign-off/"))


def test_an_administrator_who_is_no_pharmacist_cannot_sign_and_is_not_asked_to(client, sign_in, signatures):
    sign_in("administrator@*")
    address = "/measure/trimethoprim_share/definition/sign-off/"
    assert address not in words(client.get("/measure/trimethoprim_share/practice/"))
    answer = client.get(address)
    assert answer.status_code == 403
    assert "It needs the role pharmacist, held for the whole area." in words(answer)
    assert client.post(address, {"by": "A", "read": "yes"}).status_code == 403
    assert not signatures.exists()


def test_the_account_page_names_and_links_organisations(client, sign_in, known):
    practice = known.register.practices[0]
    sign_in(f"pharmacist@{practice}")
    page = words(client.get("/account/"))
    assert f'<a href="/organisation/{practice}/">{known.organisation(practice).name}</a>' in page

"""Notes on points: who may say something, what is shown, and that nothing is ever removed."""

import pytest

from opencommissioning.area import annotations
from pdf_text import Pdf, squeezed


@pytest.fixture
def practice(site):
    """A practice with values, whose notes are put back as they were after the test."""
    from opencommissioning.web import questions

    path = questions.area().folder / "annotations" / annotations.FILE
    before = path.read_bytes() if path.exists() else None
    path.unlink(missing_ok=True)
    yield questions.build().children(questions.home_code())[1][2]
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)


def send(client, practice, **changes):
    from opencommissioning.web.questions import saying

    given = {"month": f"{saying.months()[0]:%Y-%m}", "text": "new care home with 60 residents", "measure": ""}
    return client.post(f"/organisation/{practice}/notes/add/", {**given, **changes})


def text(answer):
    return answer.content.decode()


def test_a_practice_member_explains_a_point_and_everybody_reads_it(client, sign_in, practice):
    sign_in(f"practice member@{practice}")
    assert "Add a note" in text(client.get(f"/organisation/{practice}/notes/"))
    answer = send(client, practice)
    assert (answer.status_code, answer["Location"]) == (302, f"/organisation/{practice}/notes/")
    client.logout()
    for address in (f"/organisation/{practice}/", f"/organisation/{practice}/notes/"):
        page = text(client.get(address))
        assert "new care home with 60 residents" in page
        assert "Some One, practice member" in page
        assert "someone@example.nhs.uk" not in page


def test_a_page_that_was_kept_shows_a_note_at_once(client, practice):
    from opencommissioning.web.questions import saying

    address = f"/organisation/{practice}/notes/"
    before = client.get(address)
    assert "Nothing has been said yet" in text(before)
    saying.add(practice, f"{saying.months()[0]:%Y-%m}", "flood", "A. Person", "")
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "flood" in text(after)


def test_a_note_reaches_chart_measure_page_and_pack(client, practice):
    from opencommissioning.web.questions import packs, saying

    letter = packs._letters.__wrapped__("fresh", "practice").of(practice)
    measure = next(
        line.measure.id for lines in letter.report.topics.values() for line in lines if line.value != "–"
    )
    chart = f"/chart/deciles/{measure}/practice/{practice}.svg"
    before = client.get(chart).content
    saying.add(practice, f"{saying.months()[2]:%Y-%m}", "care home opened", "A. Person", measure)
    assert client.get(chart).content != before
    page = text(client.get(f"/measure/{measure}/practice/?organisation={practice}"))
    assert "care home opened (A. Person" in page
    answer = client.get(f"/organisation/{practice}/pack.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert squeezed("care home opened (A. Person") in Pdf(answer.content).words(0)


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [
        ("pharmacist", "parent", True),
        ("prescribing lead", "own", True),
        ("administrator", "*", True),
        ("practice member", "other", False),
        ("viewer", "own", False),
        ("analyst", "*", False),
    ],
)
def test_who_may_explain(client, sign_in, practice, role, place, allowed):
    from opencommissioning.web import questions

    others = [code for code in questions.build().register.practices if code != practice]
    places = {"own": practice, "other": others[0], "parent": questions.parents(practice)[-1].code}
    sign_in(f"{role}@{places.get(place, place)}")
    assert send(client, practice).status_code == (302 if allowed else 403)
    assert bool(annotations.annotations(questions.area().folder / "annotations", practice)) is allowed


def test_nobody_explains_without_signing_in(client, practice):
    assert send(client, practice).status_code == 403
    assert client.get(f"/organisation/{practice}/notes/add/").status_code == 302
    page = text(client.get(f"/organisation/{practice}/notes/"))
    assert "/account/login/?next=" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "  "}, "Write what happened."),
        ({"text": "x" * 501}, "in at most 500 characters; this has 501"),
        ({"month": "never"}, "Choose the month"),
        ({"month": "1999-01"}, "Choose a month that the figures reach"),
        ({"measure": "no_such"}, "no measure"),
    ],
)
def test_what_cannot_be_said_is_answered_with_a_sentence(client, sign_in, practice, changes, sentence):
    sign_in(f"pharmacist@{practice}")
    answer = send(client, practice, **changes)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_the_same_note_twice_is_one_note(client, sign_in, practice):
    sign_in(f"pharmacist@{practice}")
    assert send(client, practice).status_code == 302
    assert "there already" in text(send(client, practice))


def test_words_are_words_and_never_markup(client, sign_in, practice):
    sign_in(f"pharmacist@{practice}")
    send(client, practice, text="<script>alert(1)</script>")
    assert "<script>alert" not in text(client.get(f"/organisation/{practice}/"))


def test_a_note_that_is_taken_back_stays_in_the_history(client, sign_in, practice):
    from opencommissioning.web.questions import saying

    sign_in(f"pharmacist@{practice}")
    send(client, practice)
    note = saying.notes_of(practice)[0]
    address = f"/organisation/{practice}/notes/withdraw/"
    answer = client.post(address, {"note": note.id, "why": ""})
    assert answer.status_code == 422
    assert f'<a href="#why-{note.id}">Write why the note is taken back.</a>' in text(answer)
    assert client.post(address, {"note": note.id, "why": "wrong month"}).status_code == 302
    assert saying.notes_of(practice) == []
    page = text(client.get(f"/organisation/{practice}/notes/"))
    assert "new care home" in page
    assert "wrong month" in page
    assert client.post(address, {"note": note.id, "why": "again"}).status_code == 404
    assert client.post(address, {"note": "forged", "why": "again"}).status_code == 404


def test_a_practices_word_is_taken_back_by_nobody_but_the_practice(client, sign_in, practice):
    from opencommissioning.web import questions
    from opencommissioning.web.models import Person
    from opencommissioning.web.questions import saying

    sign_in(f"practice member@{practice}")
    send(client, practice)
    Person.objects.all().delete()
    note, address = saying.notes_of(practice)[0], f"/organisation/{practice}/notes/withdraw/"
    client.logout()
    for role in (f"pharmacist@{questions.home_code()}", "pharmacist@*", f"pharmacist@{practice}"):
        sign_in(role)
        page = text(client.get(f"/organisation/{practice}/notes/"))
        assert "Add a note" in page
        assert "Take this note back" not in page
        assert client.post(address, {"note": note.id, "why": "I disagree"}).status_code == 403
        client.logout()
        Person.objects.all().delete()
    assert saying.notes_of(practice) == [note]
    sign_in("administrator@*")
    assert client.post(address, {"note": note.id, "why": "names a patient"}).status_code == 302
    assert saying.notes_of(practice) == []


def test_a_note_travels_with_downloads_the_api_the_control_chart_and_to_the_board(client, practice):
    from opencommissioning.web import questions
    from opencommissioning.web.questions import saying

    month, measure = saying.months()[2], "broad_spectrum_antibiotics"
    saying.add(practice, f"{month:%Y-%m}", "care home <opened>", "A. Person", measure)
    rows = client.get(f"/measure/{measure}/practice/months.csv?organisation={practice}")
    told = [line for line in rows.content.decode("utf-8-sig").splitlines() if "care home" in line]
    assert len(told) == 1
    assert told[0].startswith(f"{practice},")
    assert f",{month}," in told[0]
    found = client.get(f"/api/v1/measures/{measure}/values", {"organisation": practice}).json()["items"]
    said = {each["month"]: each["note"] for each in found}
    assert said.pop(month.isoformat()) == "care home <opened> (A. Person)"
    assert set(said.values()) == {""}
    page = text(client.get(f"/measure/{measure}/practice/?organisation={practice}"))
    assert "What was said</th>" in page  # the control chart's table
    assert "care home &lt;opened&gt;" in page
    assert "care home" in client.get(f"/chart/control/{measure}/practice/{practice}.svg").content.decode()
    board = next(each.code for each in questions.parents(practice) if each.level == "sub_icb")
    assert "care home &lt;opened&gt;" in text(client.get(f"/organisation/{board}/summary/"))
    letter = packs_of(board)
    assert any("care home <opened>" in sentence for sentence in letter.notes)


def packs_of(code):
    from opencommissioning.web import questions
    from opencommissioning.web.questions import packs

    return packs._letters.__wrapped__("fresh", questions.build().organisation(code).level).of(code)


def test_every_level_with_a_meeting_has_packs(client, practice):
    from opencommissioning.web import questions

    for above in questions.parents(practice):
        if above.level == "region":
            continue
        got = client.get(f"/organisation/{above.code}/pack.pdf")
        assert got["Content-Disposition"] == f'inline; filename="{above.code}-pack.pdf"'
        assert len(Pdf(got.content).pages) == 2


def test_a_pack_is_kept_and_england_has_none(client, practice):
    assert client.get("/organisation/ENGLAND/pack.pdf").status_code == 404
    assert client.get("/organisation/NOBODY/pack.pdf").status_code == 404
    first = client.get(f"/organisation/{practice}/pack.pdf")
    assert len(Pdf(first.content).pages) == 2
    again = client.get(f"/organisation/{practice}/pack.pdf", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "says"),
    [("month=2026-13", "not a month that can be explained"), ("measure=nope", "there is no measure")],
)
def test_a_link_that_fills_in_what_the_form_does_not_offer_is_told(client, sign_in, practice, asked, says):
    sign_in(f"practice member@{practice}")
    answer = client.get(f"/organisation/{practice}/notes/add/?{asked}")
    assert answer.status_code == 400
    assert says in text(answer).replace("There is", "there is")

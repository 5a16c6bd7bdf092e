"""The journey of a practice member: signs in, explains a point, sees it stand on the page. Pages behind sign-in are checked by axe too."""

import os
import subprocess
import sys

import pytest

from browser.conftest import ROOT
from browser.test_every_page import AXE_RUN

EMAIL, PASSWORD = "member@example.nhs.uk", "correct horse battery staple"
ACCOUNT = """
import sys
from opencommissioning import web
web.configure(sys.argv[1])
from opencommissioning.web.accounts import create_user
from opencommissioning.web.models import Person
Person.objects.filter(email=sys.argv[2]).delete()
create_user(sys.argv[2], "A Member", sys.argv[3], ["practice member@" + sys.argv[4]])
"""


@pytest.fixture
def member(area_folder, known):
    """An account of a member of the practice, and the area's notes put back as they were."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    arguments = [sys.executable, "-c", ACCOUNT, str(area_folder), EMAIL, PASSWORD, known["practice"]]
    subprocess.run(arguments, env=environment, check=True)
    path = area_folder / "annotations" / "annotations.jsonl"
    before = path.read_bytes() if path.exists() else b""
    yield
    path.write_bytes(before)


def violations(page, axe):
    page.evaluate(axe)
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in page.evaluate(AXE_RUN)
    ]


def test_a_practice_member_explains_a_point(visit, keep, axe, known, member):
    page = visit("/organisation/{practice}/notes/", checked_by_axe=True)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Add a note")
    assert violations(page, axe) == []
    keep(page, "note-form")
    page.get_by_role("button", name="Add the note").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page, axe) == []
    keep(page, "note-form-refused")
    page.get_by_label("What happened").fill("New care home with 60 residents")
    page.get_by_role("button", name="Add the note").click()
    assert page.get_by_role("status").is_visible()
    assert page.get_by_text("New care home with 60 residents").first.is_visible()
    assert violations(page, axe) == []
    keep(page, "notes")
    page.get_by_text("Take this note back").first.click()
    page.get_by_label("Why").first.fill("wrong month")
    page.get_by_role("button", name="Take it back").first.click()
    assert page.get_by_text("Taken back by A Member, practice member").is_visible()
    assert violations(page, axe) == []
    keep(page, "notes-taken-back")

"""Pages that need a role: no accessibility violations, nothing off the side at 400 %."""

import pytest

from browser.test_every_page import AXE_RUN

PASSWORD = "correct horse battery"
PAGES = [
    ("reconcile", "/status/reconcile/"),
    ("sign-off", "/measure/{measure}/definition/sign-off/"),
    ("analysis-to-save", "/analyse/?sum=items&by=patients&codes=0501&level=pcn&title=Ours"),
    ("schemes-signed-in", "/scheme/"),
    ("workbench-to-save", "/organisation/RZ1/flow/?list=502&share=30"),
    ("scenarios-saved", "/organisation/RZ1/flow/saved/"),
    ("scenarios-beside", "/organisation/RZ1/flow/compare/?with=9001,9002,9003"),
]
ACCOUNT = """
import sys
from opencommissioning import web
web.configure(sys.argv[1])
from opencommissioning.errors import OpenCommissioningError
from opencommissioning.web.accounts import create_user
try:
    create_user("pharmacist@example.nhs.uk", "A. Pharmacist", sys.argv[2], ["pharmacist@*", "analyst@*"])
except OpenCommissioningError:
    pass  # made by an earlier run on this area
from opencommissioning.web.models import SavedScenario
for number, query in ((9001, "share=20"), (9002, "share=30&freed=closed&price=180&cost=110"), (9003, "extra=20")):
    SavedScenario.objects.update_or_create(
        pk=number, defaults={"organisation": "RZ1", "name": f"Scenario {number}", "query": f"list=502&{query}"}
    )
"""


@pytest.fixture(scope="module")
def account(area_folder, address):
    """An account of a pharmacist of the whole area."""
    import os
    import subprocess
    import sys

    from browser.conftest import ROOT

    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", ACCOUNT, str(area_folder), PASSWORD], env=environment, check=True)
    return "pharmacist@example.nhs.uk"


@pytest.mark.parametrize(("name", "path"), PAGES, ids=[name for name, _ in PAGES])
def test_axe_finds_nothing_for_somebody_signed_in(visit, keep, axe, account, known, name, path):
    page = visit("/account/login/", width=320, checked_by_axe=True)
    page.get_by_label("E-mail address").fill(account)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account/")
    page.goto(path.format(**known))
    assert page.locator("h1").count() == 1
    page.evaluate(axe)
    found = page.evaluate(AXE_RUN)
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    keep(page, f"{name}-signed-in")


LINK = """
import sys
from opencommissioning import web
web.configure(sys.argv[1])
from opencommissioning.web.one_time import make_link
print(make_link("pharmacist@example.nhs.uk"))
"""


def test_axe_finds_nothing_on_the_form_of_a_one_time_link(visit, keep, axe, account, area_folder):
    import os
    import subprocess
    import sys

    from browser.conftest import ROOT

    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", LINK, str(area_folder)]
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    page = visit("/" + made.strip().split("/", 3)[3], width=320, checked_by_axe=True)
    assert page.url.endswith("/account/password/new/"), "the address does not keep the link"
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("other")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="The two passwords differ").wait_for()
    page.evaluate(axe)
    found = page.evaluate(AXE_RUN)
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    keep(page, "one-time-link")

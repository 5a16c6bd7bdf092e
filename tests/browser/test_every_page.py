"""What holds for every page: no accessibility violations, nothing from outside, readable at 400 %, without script, on paper."""

import pytest

from browser.addresses import ANYBODY

every_page = pytest.mark.parametrize(("name", "path"), ANYBODY, ids=[name for name, _ in ANYBODY])
AXE_RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


@every_page
def test_axe_finds_nothing(visit, keep, axe, name, path):
    page = visit(path, checked_by_axe=True)
    page.evaluate(axe)
    found = page.evaluate(AXE_RUN)
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []
    keep(page, name)


@every_page
def test_nothing_is_asked_of_another_site_and_the_policy_is_kept(visit, address, name, path):
    page = visit(path)
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if not url.startswith(address)] == []
    expected = [words for words in page.heard if "Failed to load resource" in words and "40" in words]
    assert [words for words in page.heard if words not in expected] == []


@every_page
def test_nothing_runs_off_the_side_at_400_percent(visit, keep, name, path):
    page = visit(path, width=320)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    keep(page, f"{name}-400-percent")
    assert wide <= 320


@every_page
def test_it_reads_without_script(visit, name, path):
    page = visit(path, script=False)
    assert page.locator("h1").count() == 1
    assert "not an official NHS site" in page.locator("footer").inner_text()


@every_page
def test_it_prints_without_the_menu(visit, keep, name, path):
    page = visit(path)
    page.emulate_media(media="print")
    assert not page.locator(".oc-header").is_visible()
    assert page.locator("h1").is_visible()
    keep(page, f"{name}-print")


def test_the_first_tab_skips_to_the_content_and_every_stop_is_visible(visit):
    page = visit("/about/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
    for _ in range(5):
        outline = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return s.boxShadow + s.outlineStyle }"
        )
        assert outline != "nonenone", page.evaluate("() => document.activeElement.outerHTML")
        page.keyboard.press("Tab")

"""What holds for every page: no accessibility violations, nothing from outside, readable at 400 %, without script, on paper.

A page is loaded twice, with script and without, and looked at in every way while it is there: opening it costs more than all that is asked of it.
"""

from dataclasses import dataclass

import pytest

from browser.addresses import ANYBODY

every_page = pytest.mark.parametrize(("name", "path"), ANYBODY, ids=[name for name, _ in ANYBODY])
AXE_RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
HEADINGS = "h1"


@dataclass(frozen=True)
class Seen:
    """What was seen of a page with script: addresses asked for, words on the console, what print hides, width at 320 pixels, axe's findings."""

    asked: list[str]
    heard: list[str]
    printed: dict[str, bool]
    wide: int
    found: list


@pytest.fixture(scope="module")
def windows(browser, address):
    """`windows[script]`: a browser in which one page after another is opened, with script and without."""
    opened = {
        script: browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 900}, java_script_enabled=script
        )
        for script in (True, False)
    }
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture(scope="module")
def look(windows, known, axe):
    """`look(name, path, keep)`: what is seen of a page, which is opened once."""
    seen = {}

    def look(name: str, path: str, keep) -> Seen:
        if name not in seen:
            page = windows[True].new_page()
            try:
                seen[name] = looked_at(page, name, path.format(**known), axe, keep)
            finally:
                page.close()
        return seen[name]

    return look


def looked_at(page, name: str, path: str, axe: str, keep) -> Seen:
    """Open a page and look at it: first as it comes, then on paper, then at 400 per cent, and last with the checker inside it."""
    asked, heard = [], []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda problem: heard.append(str(problem)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path)
    keep(page, name)
    page.emulate_media(media="print")
    printed = {place: page.locator(place).is_visible() for place in (".oc-header", HEADINGS)}
    keep(page, f"{name}-print")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 320, "height": 900})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    keep(page, f"{name}-400-percent")
    page.set_viewport_size({"width": 1280, "height": 900})
    told = list(heard)  # what the checker itself does is no fault of the page
    page.evaluate(axe)
    return Seen(asked, told, printed, wide, page.evaluate(AXE_RUN))


@every_page
def test_axe_finds_nothing(look, keep, name, path):
    found = look(name, path, keep).found
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []


@every_page
def test_nothing_is_asked_of_another_site_and_the_policy_is_kept(look, keep, address, name, path):
    seen = look(name, path, keep)
    assert seen.asked
    assert [url for url in seen.asked if not url.startswith(address)] == []
    expected = [words for words in seen.heard if "Failed to load resource" in words and "40" in words]
    assert [words for words in seen.heard if words not in expected] == []


@every_page
def test_nothing_runs_off_the_side_at_400_percent(look, keep, name, path):
    assert look(name, path, keep).wide <= 320


@every_page
def test_it_prints_without_the_menu(look, keep, name, path):
    assert look(name, path, keep).printed == {".oc-header": False, HEADINGS: True}


@every_page
def test_it_reads_without_script(windows, known, name, path):
    page = windows[False].new_page()
    page.goto(path.format(**known), wait_until="domcontentloaded")
    assert page.locator(HEADINGS).count() == 1
    assert "not an official NHS site" in page.locator("footer").inner_text()
    page.close()


def test_what_a_page_must_not_do_is_noticed(windows, address, axe, keep):
    """A page with each fault, for otherwise nobody would see that the checks have stopped looking."""
    page = windows[True].new_page()
    page.route("**/faulty/", lambda route: route.fulfill(body=FAULTY, headers=POLICY))
    page.route("**/elsewhere.png", lambda route: route.abort())
    seen = looked_at(page, "faulty", "/faulty/", axe, lambda *_: None)
    page.close()
    assert [url for url in seen.asked if not url.startswith(address)] == [
        "https://elsewhere.example/elsewhere.png"
    ]
    assert any("Content Security Policy" in words for words in seen.heard)
    assert seen.printed == {".oc-header": True, HEADINGS: False}
    assert seen.wide > 320
    assert "image-alt" in {each["id"] for each in seen.found}


POLICY = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src 'none'; img-src *; style-src 'self'",
}
FAULTY = """<!doctype html><html lang="en"><title>Faulty</title><div class="oc-header">Menu</div><pre>%s</pre>
<img src="https://elsewhere.example/elsewhere.png"><script>document.title = "never"</script></html>""" % (
    "wide " * 200
)


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

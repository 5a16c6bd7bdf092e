"""Four people with a question each, from the home page to the answer, in a real browser."""

import re

import pytest


def eager(page):
    """Pictures further down the page are fetched when one scrolls; a screenshot wants them now."""
    page.evaluate(
        "() => document.querySelectorAll('img[loading]').forEach(each => { each.loading = 'eager' })"
    )
    page.wait_for_load_state("networkidle")


def loaded(page) -> list[bool]:
    """Whether each picture of the page has arrived and has a size."""
    eager(page)
    return page.evaluate("() => [...document.images].map(each => each.complete && each.naturalWidth > 100)")


@pytest.fixture
def lively(known) -> str:
    """A practice with values, so that every chart can be drawn."""
    return known["lively"]


def test_a_prescribing_lead_finds_what_stands_out_and_takes_it_to_the_meeting(visit, keep, lively):
    """Own practice by code; what stands out; one measure; the page for the meeting."""
    page = visit("/")
    page.get_by_label("Find your practice, network, location or board").fill(lively)
    page.locator("form.oc-find button").click()
    assert page.url.endswith(f"/organisation/{lively}/")
    assert page.locator("h2", has_text="What stands out").count() == 1
    page.locator("#everything").scroll_into_view_if_needed()
    page.locator(".oc-topics summary").first.click()
    page.locator(".oc-topics details[open] tbody a").first.click()
    assert f"organisation={lively}" in page.url
    assert page.locator(".oc-verdict").is_visible()
    assert all(loaded(page))
    keep(page, "journey-prescribing-lead-measure")
    page.go_back()
    page.get_by_role("link", name="One-page summary to print").click()
    assert "in brief" in page.locator("h1").inner_text()
    page.emulate_media(media="print")
    keep(page, "journey-prescribing-lead-summary")


def test_the_summary_is_one_sheet_of_paper(visit, lively):
    page = visit(f"/organisation/{lively}/summary/")
    page.wait_for_load_state("networkidle")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def test_a_pharmacist_asks_which_practices_and_which_products(visit, keep, known, lively):
    """From the location to the practices compared, to one practice's measure, to the products behind it."""
    page = visit("/organisation/{sub_icb}/")
    page.locator("#oc-compare").select_option(known["measure"])
    page.locator("form.oc-choose button").click()
    assert page.url.endswith(f"compare={known['measure']}#members")
    figure = page.locator("figure[data-chart*='/children/']")
    figure.locator("summary").click()
    names = figure.locator("tbody th").all_inner_texts()
    assert len(names) > 1
    assert all(loaded(page))
    keep(page, "journey-pharmacist-members")
    page.goto(f"/measure/{known['measure']}/practice/?organisation={lively}")
    page.get_by_role("link", name=re.compile("Which products make it")).click()
    assert page.locator("#numerator").is_visible()
    assert page.locator("section[aria-labelledby=numerator] tbody tr").count() > 0
    keep(page, "journey-pharmacist-products")


def test_an_analyst_takes_every_figure_away(visit, known):
    """From the list of measures to a table as a file whose rows are those of the page."""
    page = visit("/measure/")
    page.locator(f"a[href='/measure/{known['measure']}/practice/']").click()
    page.get_by_text("View as table, with numerators and denominators").click()
    rows = page.locator("#all ~ details tbody tr, section[aria-labelledby=all] tbody tr").count()
    with page.expect_download() as taken:
        page.locator("section[aria-labelledby=all] a", has_text="csv").first.click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(lines) == rows + 1 > 10
    page.get_by_text("The definition as SQL").click()
    assert "SELECT" in page.locator(".oc-sql").inner_text()
    page.get_by_text("The codes", exact=True).click()
    assert page.locator(".oc-codes li").count() > 0


def test_a_member_of_the_public_understands_a_word_and_who_runs_this(visit, keep, known):
    """By telephone, without JavaScript: the practice by postcode or name, a word explained, who to write to."""
    page = visit("/", width=390, script=False)
    page.get_by_label("Find your practice, network, location or board").fill("surgery")
    page.locator("form.oc-find button").click()
    page.locator("main ul a").first.click()
    assert page.locator("h1").is_visible()
    keep(page, "journey-public-practice")
    page.goto(f"/measure/{known['measure']}/practice/")
    page.get_by_role("link", name="over-dispersion", exact=True).click()
    assert page.url.endswith("#overdispersion")
    page.get_by_role("link", name="About this site").click()
    assert "not an official NHS site" in page.locator("main").inner_text()


def test_everything_of_the_measure_page_is_reached_by_keyboard(visit, lively):
    page = visit(f"/measure/{{measure}}/practice/?organisation={lively}")
    seen = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break  # round once
        where = page.evaluate(
            "() => { const e = document.activeElement; return e.id || e.getAttribute('href') || e.textContent.trim() }"
        )
        seen.add(where)
        outline = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return s.boxShadow + s.outlineStyle }"
        )
        assert outline != "nonenone", where
    assert "oc-organisation" in seen
    assert {"Point at marks, zoom", "The definition as SQL"} <= seen
    page.locator("summary", has_text="The definition as SQL").focus()
    page.keyboard.press("Enter")
    assert page.locator(".oc-sql").is_visible()


@pytest.mark.parametrize("kind", ["deciles", "organisations", "funnel", "map"])
def test_pointing_at_a_chart_tells_figures_and_breaks_no_policy(visit, lively, kind):
    page = visit(f"/measure/{{measure}}/practice/?organisation={lively}")
    figure = page.locator(f"figure[data-chart*='/{kind}/']")
    figure.locator(".oc-closer").click()
    figure.locator(".oc-live svg").wait_for(timeout=20_000)
    assert not figure.locator("picture").is_visible()
    assert figure.locator(".oc-live").get_attribute("aria-label")
    figure.scroll_into_view_if_needed()
    marks = figure.locator(".mark-symbol path")
    tooltip = page.locator("#vg-tooltip-element.visible")
    for place in range(min(marks.count(), 40)):
        marks.nth(place).hover(force=True)
        if tooltip.count():
            break
    assert tooltip.inner_text(timeout=3000).strip()
    assert [words for words in page.heard if "Content Security Policy" in words] == []
    figure.locator(".oc-closer").click()
    assert figure.locator("picture").is_visible()


def test_a_chart_that_cannot_be_moved_stays_a_picture(visit):
    page = visit("/measure/{measure}/practice/")
    page.route("**/vega.min.js", lambda route: route.abort())
    figure = page.locator("figure[data-chart]").first
    figure.locator(".oc-closer").click()
    figure.get_by_text("cannot be moved in this browser").wait_for()
    assert figure.locator("picture").is_visible()


def test_no_chart_without_script_lacks_its_table_and_its_words(visit, lively):
    page = visit(f"/measure/{{measure}}/practice/?organisation={lively}", script=False)
    figures = page.locator("figure")
    assert figures.count() >= 4
    for place in range(figures.count()):
        picture = figures.nth(place).locator("img")
        assert len(picture.get_attribute("alt")) > 40
    assert page.locator("figure details").count() >= 2

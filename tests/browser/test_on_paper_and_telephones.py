"""Paper without addresses behind links, a summary on one page; telephones with a way back; pictures that keep their place."""

import re

import pytest


def test_a_summary_is_one_page_and_nothing_prints_addresses(visit):
    page = visit("/organisation/{lively}/summary/")
    page.wait_for_load_state("networkidle")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page = visit("/organisation/{lively}/")
    page.emulate_media(media="print")
    behind = page.evaluate(
        "() => [...document.querySelectorAll('main a')].map(a => getComputedStyle(a, '::after').content)"
    )
    assert behind
    assert [each for each in behind if "Link" in each] == []
    assert not page.get_by_text("View as table").first.is_visible()


@pytest.mark.parametrize("path", ["/organisation/{lively}/", "/measure/{measure}/practice/", "/status/"])
def test_a_telephone_shows_a_way_back_and_whole_captions(visit, path):
    page = visit(path, width=400)
    assert page.locator(".nhsuk-breadcrumb .nhsuk-back-link").is_visible()
    wide = page.evaluate(
        "() => [...document.querySelectorAll('.oc-scroll caption')].filter(c => c.checkVisibility())"
        ".map(c => c.getBoundingClientRect().width)"
    )
    assert max(wide, default=0) <= 400


def test_pictures_say_how_large_they_are_before_they_come(visit):
    page = visit("/measure/{measure}/practice/?organisation={lively}", script=False)
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('img.oc-chart')].map(i => [i.getAttribute('src'), i.width, i.getAttribute('height')])"
    )
    kinds = {src.split("/")[2]: height for src, _, height in sizes}
    assert {"deciles", "funnel", "control", "organisations"} <= set(kinds)
    assert all(kinds[kind] for kind in ("deciles", "funnel", "control", "organisations")), kinds

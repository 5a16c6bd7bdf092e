"""The documents: links lead somewhere, and what they show as a definition is one that loads."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FENCED = re.compile(r"```toml\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", DOCS, ids=[str(page.relative_to(ROOT)) for page in DOCS])
def test_links_lead_somewhere(page):
    words = CODE.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(words) if "://" not in link]
    lost = [link for link in links if not link.startswith("mailto:") and not (page.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", DOCS, ids=[str(page.relative_to(ROOT)) for page in DOCS])
def test_toml_is_toml(page):
    for text in FENCED.findall(page.read_text(encoding="utf-8")):
        tomllib.loads(text)


def test_the_measure_in_the_guide_loads():
    from opencommissioning.area.library import Library
    from opencommissioning.language.definitions import World, measure_from
    from opencommissioning.language.reading import Reader

    guide = (ROOT / "docs" / "how-to" / "write-a-measure.md").read_text(encoding="utf-8")
    library = Library()
    table = tomllib.loads("\n".join(FENCED.findall(guide)))
    measure = measure_from(
        Reader(table, "guide"), World(library.contracts, library.codelists), "guide", "antibiotics"
    )
    assert measure.narrowed
    assert measure.window == 3
    assert measure.review.by == "A. Name, pharmacist"

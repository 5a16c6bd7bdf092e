"""What products give to quantities is the same whether asked now or read from what an earlier process kept."""

from decimal import Decimal

import numpy as np
import pytest

from opencommissioning.area.library import Library
from opencommissioning.measures import answers, resolving
from opencommissioning.measures.answers import Answers
from opencommissioning.measures.medicines import Medicines
from opencommissioning.measures.quantities import quantities_of
from opencommissioning.measures.resolving import Resolver
from opencommissioning.sources.prescribing import PRESCRIBING

PRODUCTS = [
    ("0501080W0AAAEAE", "Trimethoprim 200mg tablets"),
    ("0501130R0AAAGAG", "Nitrofurantoin 50mg tablets"),
    ("0212000B0AAABAB", "Atorvastatin 20mg tablets"),
    ("0407020Q0AAAAAA", "Morphine 10mg/5ml oral solution"),
    ("0301011R0BEAIAP", "Ventolin 100micrograms/dose Evohaler"),
    ("21480000100", "Dressing"),
]


@pytest.fixture(scope="module")
def asked():
    """Every shipped quantity over prescribing, and the codelists."""
    library = Library()
    wanted = [each for each in quantities_of(library.measures.values()) if each.dataset == "prescribing"]
    return wanted, library.codelists


def given(asked, path, products, quantities=None):
    """code → what it gives, whatever the numbers of bundles; what was newly asked is kept."""
    resolver = Resolver(PRESCRIBING, *asked, Medicines(), path)
    bundles = resolver.bundles(products, asked[0] if quantities is None else quantities)
    resolver.keep()
    return {code: bundles.gives[number] for code, number in bundles.bundle_of.items()}


def test_what_was_kept_is_what_would_be_asked(asked, tmp_path):
    path = tmp_path / "kept.json"
    fresh = given(asked, None, PRODUCTS)
    assert len(fresh) > 3
    given(asked, path, PRODUCTS[:3])
    given(asked, path, PRODUCTS)
    assert given(asked, path, PRODUCTS[::-1]) == fresh


def test_some_quantities_are_given_what_all_of_them_are(asked, tmp_path):
    path, some = tmp_path / "kept.json", asked[0][10:40]
    fresh = given(asked, path, PRODUCTS)
    mine = {
        code: tuple((number - 10, factor) for number, factor in each if 10 <= number < 40)
        for code, each in fresh.items()
    }
    assert given(asked, path, PRODUCTS, some) == {code: each for code, each in mine.items() if each}


def test_only_new_products_are_asked_about(asked, tmp_path, monkeypatch):
    path, seen, coded = tmp_path / "kept.json", [], resolving.Coded
    given(asked, path, PRODUCTS[:3])
    monkeypatch.setattr(
        resolving, "Coded", lambda products, *rest: seen.extend(products) or coded(products, *rest)
    )
    given(asked, path, PRODUCTS)
    assert [code for code, _ in seen] == [code for code, _ in PRODUCTS[3:]]


def test_nothing_asked_is_nothing_given(asked, tmp_path):
    assert given(asked, tmp_path / "kept.json", []) == {}
    assert not list(tmp_path.iterdir())


def test_old_answers_go(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "MOST", 2)
    for name in "abc":
        kept = Answers()
        kept.factors.number(Decimal("0.25"))
        kept.add([("0101", name), ("0102", None)], np.array([[0, 1], [0, 0]], np.uint16))
        kept.write(tmp_path / f"{name}.json")
    assert len(list(tmp_path.glob("*.json"))) == 2
    back = Answers.read(tmp_path / "c.json", 2)
    assert (back.kind_of, back.table(2).tolist(), back.factors.values) == (
        {("0101", "c"): 0, ("0102", None): 1},
        [[0, 1], [0, 0]],
        [Decimal(0), Decimal("0.25")],
    )

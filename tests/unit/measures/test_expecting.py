"""Expected numbers: the published example, a slow oracle, and the definition that uses them."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from opencommissioning.area.data.expecting import rated
from opencommissioning.area.library import Library
from opencommissioning.catalogue.measure import Shape
from opencommissioning.catalogue.period import months_between
from opencommissioning.errors import DefinitionError
from opencommissioning.language.codelists import read_codelist
from opencommissioning.language.definitions import World, read_measure
from opencommissioning.measures.expecting import rates_by_age_and_sex

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def people(rows):
    return pl.DataFrame(rows, schema=["month", "practice", "age_sex", "patients"], orient="row")


def test_the_example_of_indirect_standardisation():
    """Reference 50 in 10,000 and 200 in 20,000; 800 and 1,000 people: 14 are expected, and 18 observed are 1.286 of it."""
    lists = people([(APRIL, "A", "F20_24", 10_000), (APRIL, "A", "F70_74", 20_000)])
    events = pl.DataFrame({"month": [APRIL, APRIL], "age_sex": ["F20_24", "F70_74"], "value": [50, 200]})
    rates = rates_by_age_and_sex(events, lists, lists.select("month", "practice"))
    expected = rates["F20_24"] * 800 + rates["F70_74"] * 1000
    assert expected == 14
    assert 18 / float(expected) == pytest.approx(1.286, abs=0.0005)


def test_all_practices_together_are_as_expected():
    """Σ observed = Σ expected over the reference itself."""
    lists = people(
        [
            (m, p, b, n)
            for m in (APRIL, MAY)
            for p, n in (("A", 700), ("B", 300))
            for b in ("F20_24", "M70_74")
        ]
    )
    events = pl.DataFrame(
        {"month": [APRIL, MAY] * 2, "age_sex": ["F20_24"] * 2 + ["M70_74"] * 2, "value": [3, 5, 40, 47]}
    )
    rates = rates_by_age_and_sex(events, lists, lists.select("month", "practice"))
    expected = sum(rates[band] * n for _, _, band, n in lists.iter_rows())
    assert float(expected) == pytest.approx(95, abs=1e-5)


def test_the_reference_is_the_last_year_so_that_its_own_value_is_100():
    months = months_between(date(2024, 4, 1), date(2026, 3, 1))
    lists = people([(month, "A", "F20_24", 1000) for month in months])
    falling = [200] * 12 + [100] * 12
    events = pl.DataFrame({"month": months, "age_sex": ["F20_24"] * 24, "value": falling})
    rates = rates_by_age_and_sex(events, lists, lists.select("month", "practice"))
    assert float(rates["F20_24"]) * 1000 * 12 == pytest.approx(sum(falling[12:]))


def test_people_of_practices_and_months_without_counts_do_not_dilute_the_rates():
    lists = people([(APRIL, "A", "F20_24", 1000), (APRIL, "B", "F20_24", 9000), (MAY, "A", "F20_24", 1000)])
    events = pl.DataFrame({"month": [APRIL], "age_sex": ["F20_24"], "value": [10]})
    present = pl.DataFrame({"month": [APRIL], "practice": ["A"]})
    assert rates_by_age_and_sex(events, lists, present) == {"F20_24": Decimal("0.01")}


def test_a_standardised_measure_is_a_rate_whose_expected_numbers_add_up():
    measure = Library().measures["standardised_emergency_copd"]
    assert measure.standardised
    assert measure.shape() is Shape.RATE


def test_rates_become_the_weights_of_the_list():
    library = rated(Library(), {"expected_emergency_copd": {"F20_24": Decimal("0.000123456")}})
    (entry,) = library.codelists["expected_emergency_copd"].entries
    assert entry.factor == Decimal("0.000123456")
    assert library.measures["standardised_emergency_copd"].standardised


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("admission_ages.spells", "admission_age.spells", "did you mean 'admission_ages'"),
        ("admission_ages.spells", "admission_ages.spell", "did you mean 'spells'"),
        ("where.category", "where.categry", "did you mean 'category'"),
        ('among = "admissions"', 'among = "admission"', "did you mean 'admissions'"),
    ],
)
def test_rates_that_could_not_be_worked_out_are_refused(tmp_path, old, new, word):
    library = Library()
    shipped = next(folder for folder in library._folders) / "codelists" / "expected_emergency_copd.toml"
    path = tmp_path / "expected_emergency_copd.toml"
    path.write_text(shipped.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    lists = library.codelists | {path.stem: read_codelist(path)[0]}
    measure = shipped.parent.parent / "measures" / "urgent_care" / "standardised_emergency_copd.toml"
    with pytest.raises(DefinitionError, match=word):
        read_measure(measure, World(library.contracts, lists))

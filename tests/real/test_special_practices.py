"""Special practices in the real list of April 2013, found by the ages of their patients alone."""

from opencommissioning.area import Area
from opencommissioning.area.comparison.special import practice_ages
from opencommissioning.variation.special import special_by_age


def test_of_all_practices_of_2013_the_students_and_the_homeless_are_found(shared_data, tmp_path):
    """Known by name: Doctor Hickey and Health E1 care for homeless people, Cripps for a university, Nightingale House is a care home."""
    area = Area.create(tmp_path / "area", "England")
    area.load([shared_data("registrations/hscic_gp_reg_sex_5yr_2013-04.csv")])
    kinds = {code: special_by_age(each) for code, each in practice_ages(area.store).items()}
    flagged = {code: words for code, words in kinds.items() if words}
    assert len(kinds) > 8000
    assert 60 <= len(flagged) <= 100
    for code in ("E87740", "F84733"):
        assert "homeless" in flagged[code]
    assert "students" in flagged["C84023"]
    assert "care homes" in flagged["H85691"]

"""Planted special practices are flagged above their verdicts and neither praised nor blamed for their patients' ages; no other practice is."""

import tomllib

import pytest

from opencommissioning.area.comparison.comparing import counts_of
from opencommissioning.area.comparison.special import age_flag, said_special
from opencommissioning.area.letters.writing import Letters
from opencommissioning.area.settings import read_settings, write_settings
from opencommissioning.errors import DefinitionError

WORDS = {
    "university": "A practice of students: ",
    "homeless": "A practice of adults of working age, mostly men, as where homeless people are cared for: ",
    "dispensing": "A dispensing practice: it hands out medicines itself (this area's settings say so).",
}


@pytest.fixture(scope="module")
def special(invented_files):
    """Planted kind → practice."""
    truths = tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))["truth"]
    return {each["id"]: each["organisations"][0] for each in truths if each["kind"] == "special"}


def test_each_planted_special_practice_is_flagged_before_all_else(invented, special):
    assert set(special) == set(WORDS)
    for kind, code in special.items():
        assert invented.report(code).flags[0].startswith(WORDS[kind])
        assert Letters(invented.current, "practice").of(code).report.flags[0].startswith(WORDS[kind])


def test_no_ordinary_practice_is(invented, special):
    build = invented.current
    codes = [each.code for each in build.organisations_of("practice")]
    flagged = {code for code in codes if age_flag(build, code) or said_special(build, code)}
    assert flagged == set(special.values())
    assert len(codes) >= 130


def test_students_are_shown_but_neither_praised_nor_blamed_for_their_age(invented, special):
    """The same lines lie on the better side of the limits; none that takes no account of age is called better or worse."""
    report = invented.report(special["university"])
    lines = [line for topic in report.topics.values() for line in topic]
    assert not [line for line in lines if line.judgement and line.measure.ignores_age]
    unjudged = [line for line in report.different if str(line.measure.better) != "neither"]
    wanted = [str(line.measure.better) == ("higher" if line.z > 0 else "lower") for line in unjudged]
    assert any(wanted)
    assert not all(wanted)  # few statins among them: no neglect either
    assert "neither praised nor blamed" in report.ages
    letter = Letters(invented.current, "practice").of(report.code)
    assert not [point for point in (*letter.celebrate, *letter.look) if point.line.measure.ignores_age]


def test_members_are_counted_as_their_own_reports_count(invented, special):
    codes = [*special.values(), "X81010"]
    counted = counts_of(invented.current, "practice", codes)
    for code in codes:
        report = invented.report(code)
        assert (counted[code]["worse"], counted[code]["better"]) == (len(report.worse), len(report.better))


def test_only_measures_for_some_ages_or_weighted_take_account_of_age(invented):
    measures = invented.current.measures
    assert measures["broad_spectrum_antibiotics"].ignores_age
    assert measures["statin_items"].ignores_age
    assert not measures["special_infant_formula_cost"].ignores_age
    weighted = [each for each in measures.values() if each.denominator.times]
    assert weighted
    assert not any(each.ignores_age for each in weighted)


def test_settings_refuse_words_that_are_none(tmp_path):
    path = write_settings(tmp_path / "area", "Any", "")
    assert read_settings(tmp_path / "area").special == {}
    path.write_text(
        path.read_text(encoding="utf-8").replace("[special]\n", '[special]\n"X81004" = 3\n'), encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="'X81004' needs text in quotes"):
        read_settings(tmp_path / "area")

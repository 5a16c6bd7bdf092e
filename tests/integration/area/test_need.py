"""A measure against need: prescribing-weighted patients, STAR-PU, and what age and sex let expect."""

import numpy as np
import polars as pl
import pytest

from opencommissioning.area.comparison import need
from opencommissioning.errors import DefinitionError, NotLoaded, UnknownName
from opencommissioning.measures.series import Missing


def test_per_weighted_patient_is_the_allocation_file_s_population(invented):
    found = invented.adjusted("cost_per_patient", "weighted")
    shipped = invented.current.series("cost_per_weighted_patient", "practice", 3)
    row, column = found.series.row("X81010"), len(found.series.months) - 1
    assert found.series.values[row, column] == pytest.approx(shipped.values[shipped.row("X81010"), -1])
    assert "per 1,000 prescribing-weighted patients" in found.report.title


def test_per_star_pu_is_the_list_times_the_weights(invented):
    found = invented.adjusted("oral_antibiotics", "star_pu_antibacterials")
    shipped = invented.current.series("antibiotics_per_star_pu", "practice", 3)
    there = np.isfinite(shipped.values[:, -1])
    np.testing.assert_allclose(found.series.values[there, -1] / 1000, shipped.values[there, -1])
    assert "2013" in found.how


def test_what_age_lets_expect_adds_up_to_what_was_seen(invented, monkeypatch):
    monkeypatch.setattr(need, "FEWEST_PRACTICES", 100)
    found = invented.adjusted("all_items", "age")
    last = found.series.missing[:, -1] == Missing.NOTHING
    observed, expected = found.series.numerators[last, -1].sum(), found.series.denominators[last, -1].sum()
    assert observed == pytest.approx(expected, rel=0.02)
    rates = found.rates
    assert rates["women 75 and over"] > 2 * rates["women 15–24"]
    assert found.report.verdicts.height == len(found.series.organisations)
    england = invented.adjusted("all_items", "age", "england")
    assert england.series.values[0, -1] == pytest.approx(100, abs=2)


def test_age_takes_away_what_age_explains(invented, monkeypatch):
    """Practices of old lists stand high per patient, and no longer against what age lets expect."""
    monkeypatch.setattr(need, "FEWEST_PRACTICES", 100)
    build = invented.current
    plain = build.series("all_items", "practice", 3).values[:, -1]
    adjusted = invented.adjusted("all_items", "age").series.values[:, -1]
    bands = need._bands(build, invented.store)
    old = (bands[:, 7:9].sum(axis=1) + bands[:, 16:18].sum(axis=1)) / np.maximum(bands.sum(axis=1), 1)
    large = np.isfinite(plain) & np.isfinite(adjusted) & (np.asarray(build.grid.patients)[:, -1] > 1000)
    before, after = (abs(np.corrcoef(old[large], each[large])[0, 1]) for each in (plain, adjusted))
    assert before > 0.5
    assert after < before / 2


@pytest.mark.parametrize(
    ("name", "base", "error", "words"),
    [
        ("all_items", "age", NotLoaded, "needs at least 1,000 practices"),
        ("trimethoprim_share", "weighted", DefinitionError, "is not per registered patient"),
        ("all_items", "wieghted", UnknownName, "did you mean 'weighted'"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(invented, name, base, error, words):
    with pytest.raises(error, match=words):
        invented.adjusted(name, base)


def test_peers_by_chosen_characteristics(invented):
    by_size = invented.peers("X81010", by=("size",))
    assert by_size.why == "The most alike in size of list."
    sizes = dict(
        zip(
            invented.current.register.practices,
            np.asarray(invented.current.grid.patients)[:, -1],
            strict=True,
        )
    )
    own = np.log(sizes["X81010"])
    gaps = [abs(np.log(sizes[code]) - own) for code in by_size.codes]
    assert gaps == sorted(gaps)
    with pytest.raises(UnknownName, match="there is no characteristic 'sise'; did you mean 'size'"):
        invented.peers("X81010", by=("sise",))


def test_every_base_is_a_list_of_ages_or_a_word(invented):
    bases = need.bases(invented.current)
    assert {"weighted", "age", "star_pu_statins_cost", "astro_pu_items"} <= set(bases)
    frame = pl.DataFrame({"base": bases})
    assert frame["base"].is_unique().all()


def test_spend_is_set_against_weighted_patients_unless_another_base_is_asked_for(invented):
    unasked, asked = (invented.adjusted("cost_per_patient", base) for base in ("", "weighted"))
    assert unasked.measure.title == asked.measure.title
    np.testing.assert_array_equal(unasked.series.values, asked.series.values)
    assert need.default_base(invented.library.measures["cost_per_patient"]) == "weighted"
    with pytest.raises(DefinitionError, match="say against which need: weighted, age"):
        invented.adjusted("all_items")


def test_the_screen_tells_spend_against_need_unasked(invented):
    from click.testing import CliRunner

    from opencommissioning.cli.main import commands

    show = ["--area", str(invented.folder), "show", "measure"]
    said = CliRunner().invoke(commands, [*show, "cost_per_patient"]).output
    assert "Against need" in said
    assert "prescribing-weighted patients" in " ".join(said.split())
    assert (
        "Against need"
        not in CliRunner().invoke(commands, [*show, "cost_per_patient", "--per", "registered"]).output
    )
    assert "Against need" not in CliRunner().invoke(commands, [*show, "all_items"]).output

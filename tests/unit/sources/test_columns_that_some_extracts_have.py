"""Columns of hospital extracts that some have and some lack: read where they are, missing where they are not, never a refusal."""

import polars as pl
import pytest

from opencommissioning.sources.admitted_care import SUS
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.specimens import specimen
from opencommissioning.sources.visits import ECDS, HES_AE, SUS_OP
from opencommissioning.warehouse.store import Store


@pytest.fixture
def first_row(tmp_path):
    """first_row(era, column=value …) → the first stored row of the era's specimen with these columns added."""

    def read(era, **more):
        heading, row = specimen(era)[:2]
        cells = [f'"{each}"' for each in (*row, *more.values())]
        path = tmp_path / "extract.csv"
        path.write_text(",".join((*heading, *more)) + "\n" + ",".join(cells) + "\n")
        report = Store(tmp_path / "store").load(path, recognised=recognise(path))
        return pl.read_parquet(report.loaded[0].part.path).to_dicts()[0]

    return read


def test_the_hrg_of_a_spell_in_an_extract_of_SUS(first_row):
    assert first_row(SUS, Spell_Core_HRG_SUS="HE11A")["hrg"] == "HE11A"


def test_an_extract_of_SUS_without_it_has_none(first_row):
    assert first_row(SUS)["hrg"] is None


def test_who_referred_and_what_was_done_in_outpatients_of_SUS(first_row):
    found = first_row(SUS_OP, OPA_Referral_Source="03", Core_HRG="WF01B", Der_Primary_Procedure_Code="U051")
    assert (found["referred_by"], found["hrg"], found["operated"]) == ("03", "WF01B", True)


def test_outpatients_of_SUS_without_them(first_row):
    found = first_row(SUS_OP)
    assert (found["referred_by"], found["hrg"], found["operated"]) == (None, None, False)


@pytest.mark.parametrize(
    ("code", "lives"), [("160734000", True), ("394923006", True), ("224221006", False), ("", None)]
)
def test_residents_of_care_homes_are_told_by_ECDS(first_row, code, lives):
    assert first_row(ECDS, ACCOMMODATION_STATUS=code)["care_home"] is lives


def test_HES_does_not_say_where_somebody_lives(first_row):
    assert first_row(HES_AE)["care_home"] is None

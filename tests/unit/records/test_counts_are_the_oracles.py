"""Spells and counts on DuckDB equal a slow reading of the same episodes, row by row."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from opencommissioning.area.library import Library
from opencommissioning.records.counting import admission_counts, episodes_by_month, months_covered, with_zeros
from opencommissioning.records.spells import spells
from opencommissioning.records.vault import Vault
from unit.records import spell_oracle as oracle
from unit.records.conftest import LOOK, NOBODY, SCHEMA, episodes

LIBRARY = Library()
CATEGORIES = [each for each in LIBRARY.categories["spells"] if each.id in ("all", "copd")]
APRIL = date(2026, 4, 1)
MONTHS = tuple(date(2026, month, 1) for month in range(4, 9))


@st.composite
def an_episode(draw):
    admitted = APRIL + timedelta(draw(st.integers(0, 70)))
    nights = draw(st.one_of(st.none(), st.integers(0, 40)))
    return {
        "person": draw(st.sampled_from("ABC")),
        "spell": draw(st.one_of(st.none(), st.sampled_from(["1", "2", "3"]))),
        "provider": draw(st.sampled_from(["R1A", "R1B"])),
        "practice": draw(st.one_of(st.none(), st.sampled_from(["Z99001", "Z99002"]))),
        "admitted": admitted,
        "discharged": admitted + timedelta(nights) if nights is not None else None,
        "started": admitted,
        "number": draw(st.one_of(st.none(), st.integers(1, 3))),
        "status": draw(st.sampled_from(["1", "3"])),
        "method": draw(st.sampled_from(["11", "21", "2A", "28", "31", "81", None])),
        "source": draw(st.sampled_from(["19", "51", None])),
        "classification": draw(st.sampled_from(["1", "2", "3", None])),
        "diagnosis": draw(st.sampled_from(["J441", "J20", "J209", "I10X", "J40", None])),
        "diagnoses": draw(st.sampled_from(["J209 J449", "J441 I10X", "I10X", None])),
        "end_method": draw(st.sampled_from(["1", "4", None])),
    }


def numbered(rows: list[dict]) -> list[dict]:
    return [dict.fromkeys(SCHEMA) | row | {"episode": f"E{place:03d}"} for place, row in enumerate(rows)]


def read(rows, query):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault = Vault(folder / "records", folder / "key", threads=1, memory="500MB")
        episodes(rows).write_parquet(folder / "rows.parquet")
        vault.keep(
            folder / "rows.parquet", dataset="episodes", label="a", file="a.csv", checksum="1", refused=(), opt_outs=NOBODY, look=LOOK
        )  # fmt: skip
        return vault.read(query, "episodes", LOOK, NOBODY)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(an_episode(), min_size=1, max_size=12))
def test_counts(rows):
    rows = numbered(rows)
    found = read(rows, admission_counts(CATEGORIES, LIBRARY.codelists, MONTHS))
    counted = {row[:6]: row[6:] for row in found.iter_rows()}
    assert counted == oracle.counts(rows)


def test_a_spell_of_two_episodes_is_one_admission_from_first_to_last_day():
    first = {
        "person": "A",
        "provider": "R1A",
        "admitted": APRIL,
        "number": 1,
        "diagnosis": "J441",
        "practice": "Z99001",
        "method": "21",
    }
    rows = numbered([first | {"number": 2, "diagnosis": "I10X", "discharged": date(2026, 4, 9)}, first])
    (stay,) = read(rows, spells()).to_dicts()
    assert (stay["diagnosis"], stay["days"], stay["episodes"], stay["kind"]) == ("J441", 8, 2, "emergency")


def test_days_to_death_are_of_the_person_not_of_the_stay():
    died = {"provider": "R1A", "practice": "Z99001", "method": "21", "end_method": "4"}
    rows = numbered(
        [
            {"person": "A", "provider": "R1A", "admitted": APRIL, "discharged": APRIL, "end_method": "1"},
            {"person": "A", "admitted": date(2026, 5, 1), "discharged": date(2026, 5, 11)} | died,
            {"person": "B", "provider": "R1A", "admitted": APRIL, "discharged": APRIL, "end_method": "1"},
        ]
    )
    found = read(rows, spells()).sort("admitted", "days_to_death")
    assert sorted(found["days_to_death"].to_list(), key=str) == [10, 40, None]


def test_months_at_the_edge_of_a_file_do_not_count():
    ended = pl.DataFrame(
        {
            "month": [date(2026, 2, 1), APRIL, date(2026, 5, 1), date(2026, 6, 1)],
            "episodes": [3, 90, 110, 100],
        }
    )
    assert months_covered(ended) == (APRIL, date(2026, 5, 1), date(2026, 6, 1))


def test_months_are_those_in_which_episodes_ended():
    rows = numbered(
        [{"person": "A", "admitted": APRIL, "ended": date(2026, 5, 3)}, {"person": "B", "admitted": APRIL}]
    )
    assert read(rows, episodes_by_month()).sort("month", nulls_last=True).rows() == [
        (date(2026, 5, 1), 1),
        (None, 1),
    ]


def test_a_practice_without_admissions_in_a_month_has_0_between_its_first_and_last():
    row = {
        "practice": "Z99001",
        "category": "all",
        "kind": "emergency",
        "stay": "0",
        "returned": "no",
        "spells": 2,
    }
    counts = pl.DataFrame(
        [{"month": month} | row | {"finished_spells": 2, "bed_days": 0} for month in (MONTHS[0], MONTHS[2])]
    )
    filled = with_zeros(counts).sort("month")
    assert filled["spells"].to_list() == [2, 0, 2]
    assert filled["month"].to_list() == list(MONTHS[:3])

"""Opt-outs fail closed; a purpose sees what it may; nothing links two purposes."""

from datetime import date

import polars as pl
import pytest
from sqlglot import exp

from opencommissioning.errors import (
    DefinitionError,
    FileRefused,
    NotLoaded,
    OpenCommissioningError,
    StoreError,
)
from opencommissioning.records.opt_outs import Kind, OptOuts, read_opt_outs
from opencommissioning.records.pseudonyms import Keys
from opencommissioning.records.purposes import Look, Purpose
from opencommissioning.records.vault import Vault
from unit.records.conftest import LOOK, NOBODY

ALL = exp.select("*").from_("episodes")
PEOPLE = ("9990000018", "9990000026", "9990000034")
ROWS = [
    {"person": person, "episode": f"E{n}", "practice": f"Z9900{n}", "admitted": date(2026, 4, n + 1)}
    for n, person in enumerate(PEOPLE, 1)
]


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ({}, "does not say"),
        ({"none": True, "because": "short"}, "reason"),
        ({"none": "yes", "because": "nobody has to be left out"}, "true"),
        ({"none": True, "because": "no patient-level data are loaded in this area"}, "no patient-level"),
        ({"file": "absent.csv"}, "cannot be read"),
        ({"file": "empty.csv"}, "names nobody"),
        ({"allowed": "heading.csv"}, "names nobody"),
        ({"file": "spreadsheet.csv"}, "line 2"),
        ({"file": "a.csv", "allowed": "b.csv"}, "keys"),
    ],
)
def test_without_a_clear_answer_nobody_is_used(tmp_path, setting, word):
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "heading.csv").write_text("NHS_NUMBER,\n")
    (tmp_path / "spreadsheet.csv").write_text("9990000018,\n9.99E+09,\n")
    with pytest.raises(DefinitionError, match=word):
        read_opt_outs(setting, tmp_path)


def test_a_list_is_read_as_the_service_sends_it(tmp_path):
    (tmp_path / "mesh.csv").write_text("999 000 0018,\n9990000026,\n")
    found = read_opt_outs({"allowed": "mesh.csv"}, tmp_path)
    assert found.people == {"9990000018", "9990000026"}
    assert found.kind is Kind.ALLOWED


@pytest.mark.parametrize(
    ("kind", "seen"), [(Kind.DISSENT, {"E2", "E3"}), (Kind.ALLOWED, {"E1"}), (Kind.NONE, {"E1", "E2", "E3"})]
)
def test_whoever_opted_out_is_in_no_answer(vault, keep, kind, seen):
    keep(ROWS)
    people = frozenset() if kind is Kind.NONE else frozenset({"9990000018"})
    answer = vault.read(ALL, "episodes", LOOK, OptOuts(kind, people, "a list", "1"))
    assert set(answer["episode"]) == seen


def test_an_opt_out_that_comes_after_the_file_counts(vault, keep):
    keep(ROWS)
    later = OptOuts(Kind.DISSENT, frozenset({"9990000026"}), "a list", "2")
    assert "E2" not in vault.read(ALL, "episodes", LOOK, later)["episode"]


def test_opt_outs_in_another_kind_of_identifier_are_refused(keep):
    with pytest.raises(FileRefused, match="nobody could be left out"):
        keep(ROWS, OptOuts(Kind.DISSENT, frozenset({"HESID0000001"}), "a list", "1"))


def test_direct_care_sees_its_own_practice_only(vault, keep):
    keep(ROWS)
    look = Look(Purpose.DIRECT_CARE, "recall", practice="Z99002")
    assert vault.read(ALL, "episodes", look, NOBODY)["episode"].to_list() == ["E2"]


def test_pseudonyms_of_two_purposes_cannot_be_linked(vault, keep):
    keep(ROWS)
    looks = [
        LOOK,
        Look(Purpose.RESEARCH, "a study", approval="24/1"),
        Look(Purpose.RESEARCH, "another", approval="24/2"),
    ]
    seen = [set(vault.read(ALL, "episodes", look, NOBODY)["person"]) for look in looks]
    on_disk = {
        person for held in vault.held for person in pl.read_parquet(vault.folder / held.path)["person"]
    }
    assert all(len(each) == 3 for each in (*seen, on_disk))
    assert len(set().union(*seen, on_disk)) == 12


def test_the_same_person_has_the_same_pseudonym_within_a_purpose(tmp_path):
    keys = Keys.open(tmp_path / "secret.key", make=True)
    first, second = (
        keys.pseudonyms("research", pl.Series([text])) for text in ("999 000 0018", "9990000018")
    )
    assert first.item() == second.item()
    other = Keys.open(tmp_path / "other.key", make=True).pseudonyms("research", pl.Series(["9990000018"]))
    assert other.item() != first.item()


def test_another_secret_opens_nothing(vault, keep, tmp_path):
    keep(ROWS)
    (tmp_path / "keys" / "records.key").write_text("ab" * 32)
    with pytest.raises(StoreError, match="is not the secret"):
        vault.read(ALL, "episodes", LOOK, NOBODY)


@pytest.mark.parametrize(
    "arguments",
    [
        {"purpose": "curiosity", "because": "a look"},
        {"purpose": Purpose.COMMISSIONING, "because": " "},
        {"purpose": Purpose.DIRECT_CARE, "because": "recall"},
        {"purpose": Purpose.RESEARCH, "because": "a study"},
    ],
)
def test_a_look_without_a_purpose_is_refused(arguments):
    with pytest.raises(OpenCommissioningError):
        Look(**arguments)


def test_reading_what_is_not_held_says_so(tmp_path):
    with pytest.raises(NotLoaded, match="no episodes"):
        Vault(tmp_path / "none", tmp_path / "key").read(ALL, "episodes", LOOK, NOBODY)

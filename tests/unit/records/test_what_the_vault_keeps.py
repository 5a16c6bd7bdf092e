"""The log notices what is taken out of it; no identifier lies about; a file counts once."""

import json
from datetime import date

import pytest
from sqlglot import exp

from opencommissioning.errors import FileRefused
from opencommissioning.records.purposes import Log, Look, Purpose
from unit.records.conftest import LOOK, NOBODY

ALL = exp.select("*").from_("episodes")
ROWS = [{"person": "9990000018", "episode": "E1", "practice": "Z99001", "admitted": date(2026, 4, 2)}]


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path / "looks.jsonl")
    for number in range(4):
        log.add(Look(Purpose.COMMISSIONING, f"look {number}", "someone"), "read", "episodes", 10)
    return log


def test_an_untouched_log_holds(log):
    assert log.broken_at() is None
    assert [each["because"] for each in log.entries()] == [f"look {number}" for number in range(4)]


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_line_taken_out_is_noticed(log, line):
    lines = log.lines()
    del lines[line]
    log.path.write_text("\n".join(lines) + "\n")
    assert log.broken_at() == line + 1


def test_a_line_changed_is_noticed(log):
    lines = log.lines()
    lines[1] = json.dumps(json.loads(lines[1]) | {"who": "somebody else"})
    log.path.write_text("\n".join(lines) + "\n")
    assert log.broken_at() == 3


def test_a_look_is_written_down_before_it_happens(vault, keep):
    keep(ROWS)
    with pytest.raises(Exception, match="no_such_column"):
        vault.read(exp.select("no_such_column").from_("episodes"), "episodes", LOOK, NOBODY)
    assert [each["did"] for each in vault.log.entries()] == ["kept", "read"]


def test_no_identifier_lies_in_any_file_of_the_records(vault, keep):
    keep(ROWS)
    vault.read(ALL, "episodes", LOOK, NOBODY)
    for path in vault.folder.rglob("*"):
        if path.is_file():
            assert b"9990000018" not in path.read_bytes(), path


def test_only_the_owner_may_enter(vault, keep):
    keep(ROWS)
    assert vault.folder.stat().st_mode & 0o077 == 0
    assert vault.secret.stat().st_mode & 0o077 == 0


def test_other_content_under_the_same_name_is_refused_unless_asked(vault, keep):
    keep(ROWS)
    with pytest.raises(FileRefused, match="--replace"):
        keep([ROWS[0] | {"practice": "Z99002"}], checksum="2")
    keep([ROWS[0] | {"practice": "Z99002"}], checksum="2", replace=True)
    assert vault.read(ALL, "episodes", LOOK, NOBODY)["practice"].to_list() == ["Z99002"]


def test_an_episode_in_two_files_counts_once_as_in_the_later(vault, keep):
    keep(ROWS)
    keep([ROWS[0] | {"practice": "Z99003"}], label="may", checksum="2")
    assert vault.read(ALL, "episodes", LOOK, NOBODY)["practice"].to_list() == ["Z99003"]


def fail_in_staging(vault):
    with vault.staging() as folder:
        (folder / "rows.csv").write_text("9990000018")
        raise ZeroDivisionError


def test_nothing_is_left_in_staging(vault):
    with pytest.raises(ZeroDivisionError):
        fail_in_staging(vault)
    assert not list((vault.folder / "staging").iterdir())

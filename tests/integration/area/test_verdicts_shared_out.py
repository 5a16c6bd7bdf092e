"""Verdicts made by several processes are those of one, also when a helper is killed over its work."""

import polars as pl
import pytest

from opencommissioning.area.build import Build
from opencommissioning.area.comparison import pieces
from opencommissioning.area.comparison.judging import FOLDER, judge
from opencommissioning.area.comparison.lines import FOLDER as LINES
from opencommissioning.area.comparison.pieces import Made, gathered, plan, planned, work

POPEN = pieces.subprocess.Popen


def silent(*_):
    pass


@pytest.fixture
def bare(invented, tmp_path):
    """The build as it is before it is judged, with the library of the area it belongs to."""
    made = tmp_path / "build"
    made.mkdir()
    for each in invented.current.folder.iterdir():
        if each.name not in (FOLDER, LINES):
            (made / each.name).symlink_to(each)
    return Build(made, invented.library, invented.settings)


def test_helpers_find_what_one_process_finds(invented, bare, monkeypatch):
    started = []
    monkeypatch.setattr(pieces, "WORTH", 0)
    monkeypatch.setattr(
        pieces.subprocess,
        "Popen",
        lambda *given, **named: started.append(POPEN(*given, **named)) or started[-1],
    )
    judge(bare, silent, invented.folder, threads=2)
    assert [each.returncode for each in started] == [0]
    for folder in (FOLDER, LINES):
        alone = sorted((invented.current.folder / folder).iterdir())
        assert [each.name for each in alone] == sorted(each.name for each in (bare.folder / folder).iterdir())
        for path in alone:
            there = bare.folder / folder / path.name
            if path.suffix == ".parquet":
                assert pl.read_parquet(there).equals(pl.read_parquet(path)), path.name
            else:
                assert there.read_bytes() == path.read_bytes(), path.name


def test_a_piece_is_taken_once_and_one_that_was_left_is_made_at_the_end(tmp_path):
    measures = [f"m{number}" for number in range(pieces.MEASURES + 1)]
    listed = plan(tmp_path, [("practice", None), ("pcn", "current")], measures)
    assert planned(tmp_path) == listed
    assert [len(piece.measures) for piece in listed] == [pieces.MEASURES, 1, pieces.MEASURES, 1]
    made = []

    def make(piece):
        made.append(piece.number)
        frame = pl.DataFrame({"number": [piece.number]}) if piece.level == "practice" else None
        return Made(frame, {name: ["2026-01-01"] for name in piece.measures})

    killed = work(tmp_path, listed, make)
    assert next(killed).number == 0  # taken, and never finished
    assert [piece.number for piece in work(tmp_path, listed, make)] == [1, 2, 3]
    found = gathered(tmp_path, listed, make)
    assert made == [1, 2, 3, 0]
    assert [None if each.verdicts is None else each.verdicts["number"].item() for _, each in found] == [
        0,
        1,
        None,
        None,
    ]
    assert [list(each.months) for _, each in found] == [list(piece.measures) for piece in listed]
    assert not (tmp_path / pieces.FOLDER).exists()


def test_what_is_soon_done_is_done_by_one(tmp_path, monkeypatch):
    few = plan(tmp_path, [("practice", None)], ["one"])
    monkeypatch.setattr(pieces.subprocess, "Popen", None)  # whoever started a process now would fail
    done = []
    with pieces.helpers(tmp_path, tmp_path, few, threads=8):
        done += work(tmp_path, few, lambda piece: Made(None, {}))
    assert done == few

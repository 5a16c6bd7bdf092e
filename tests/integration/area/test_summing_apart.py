"""What a helper process sums is what the building process would have summed, and it is started only where that is worth it."""

import os
import pickle
import subprocess
import sys

import pytest

from opencommissioning.area import Area, summing_apart
from opencommissioning.area.building import material, sum_all
from opencommissioning.synthetic import economy, write


def silent(*_):
    pass


@pytest.fixture(scope="module")
def made_of(tmp_path_factory):
    """What a build of a small area is made of."""
    folder = tmp_path_factory.mktemp("apart")
    files = write(economy(practices=40, products=60, months=4, seed=1), folder / "files")
    area = Area.create(folder / "area")
    area.load(path for path in files if path.suffix != ".toml")
    return material(area.store, area.library, area.settings)


def told(made_of, sums):
    """(dataset, month) → who is present, and every sum."""
    out = {}
    for dataset, months in sums.months.items():
        keys = {each.key for each in made_of.wanted[dataset]}
        for month, kept in months.items():
            found = kept.read(keys)
            out[dataset, month] = (kept.present(), found.organisations, {key: each.tolist() for key, each in found.values.items()})  # fmt: skip
    return out


def who_wrote(results):
    return {path.stem.rpartition("-")[2] for path in results.rglob("*.json")}


def test_a_helpers_sums_are_our_own_and_are_not_made_again(made_of, tmp_path):
    handed = tmp_path / "handed"
    handed.write_bytes(pickle.dumps((made_of, tmp_path / "theirs")))
    with handed.open("rb") as given:
        subprocess.run([sys.executable, "-m", summing_apart.MODULE], stdin=given, check=True)
    theirs = told(made_of, sum_all(made_of, tmp_path / "theirs", silent))
    assert str(os.getpid()) not in who_wrote(tmp_path / "theirs")
    assert theirs == told(made_of, sum_all(made_of, tmp_path / "ours", silent))
    assert sum(len(found) for *_, found in theirs.values()) > 100


def test_one_is_started_for_much_that_nobody_has_summed(made_of, tmp_path, monkeypatch):
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(
        summing_apart.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
    )
    with summing_apart.summing_helper(made_of, tmp_path / "results"):
        assert started == []  # a small area
    monkeypatch.setattr(summing_apart, "WORTH", 0)
    with summing_apart.summing_helper(made_of, tmp_path / "results"):
        sums = sum_all(made_of, tmp_path / "results", silent)
    assert len(started) == 1
    assert started[0].poll() is not None
    assert told(made_of, sums) == told(made_of, sum_all(made_of, tmp_path / "alone", silent))
    with summing_apart.summing_helper(made_of, tmp_path / "results"):
        assert len(started) == 1  # a later build

"""What all tests share: the folder of real and artificial data, which may be absent."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from opencommissioning.area.comparison import pieces

# How long an example takes says how busy the machine is, not whether the code is right: bench/ measures speed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Two tests run at once on two processors: no build of theirs asks for helpers (tests/integration/area/test_verdicts_shared_out.py does).
pieces.WORTH = 10**9

# The longest first, and at the very front a file for each of the two large areas: then both workers make one, and neither waits for the other.
AREAS = ("integration/area", "integration/web")
TURNS = (*AREAS, "integration", "browser", "real", "generative", "calibration", "unit/warehouse")

SHARED = Path(os.environ.get("OC_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
HOLDS = {
    "prescribing": "real extracts of the English Prescribing Dataset",
    "registrations": "published list sizes",
    "ods": "published registers of organisations",
    "allocations": "published weighted populations",
    "deprivation": "published deprivation scores",
    "practice_panels": "practice panels derived from published figures",
    "rtt": "the published RTT files",
    "variation": "worked cases of other packages",
}


@pytest.fixture
def shared_data():
    """A function from a path inside the folder of shared data to the file; the test is skipped, saying why, when it is absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(
                f"shared/data/{name} is not on this machine; it holds {HOLDS.get(name.split('/')[0], 'data for trials')}"
            )
        return path

    return find


def pytest_collection_modifyitems(items):
    """Files in the order in which workers take them: those that wait for areas first, the many short ones where they fill what is left."""
    turns = {path: _turn(path) for path in dict.fromkeys(item.path for item in items)}
    openers = [
        min((path for path in turns if turns[path] == turn), default=None) for turn in range(len(AREAS))
    ]
    items.sort(key=lambda item: (item.path not in openers, turns[item.path]))


def _turn(path: Path) -> int:
    folder = path.parent.as_posix()
    return next((turn for turn, each in enumerate(TURNS) if f"tests/{each}" in folder), len(TURNS))

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

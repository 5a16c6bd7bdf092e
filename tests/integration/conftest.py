"""One invented area for all integration tests of a worker: written, loaded and built once."""

import pytest

from opencommissioning.area import Area
from opencommissioning.area.demo import DISPENSING, HOME, call_special, synthesise_files


@pytest.fixture(scope="session")
def invented_files(tmp_path_factory):
    """Publishers' files of 130 invented practices over 20 months."""
    folder = tmp_path_factory.mktemp("files")
    synthesise_files(
        folder, practices=130, products=300, months=20, seed=3, progress=lambda what, done, of: None
    )
    return folder


@pytest.fixture(scope="session")
def invented(invented_files, tmp_path_factory):
    """The area made of them. Tests must not change it."""
    folder = tmp_path_factory.mktemp("area")
    area = Area.create(folder, "Invented", HOME)
    call_special(folder, "X81004", DISPENSING)
    area = Area.open(folder)
    area.load([invented_files])
    area.build()
    return area

"""One invented area for all integration tests: written, loaded and built once in a run; each worker has a copy of its own."""

import pytest

import invented_areas
from opencommissioning.area import Area


@pytest.fixture(scope="session")
def invented_files(tmp_path_factory):
    """Publishers' files of 130 invented practices over 20 months. Tests must not change them."""
    return invented_areas.made_once(tmp_path_factory, "files", invented_areas.invented_files)


@pytest.fixture(scope="session")
def invented(invented_files, tmp_path_factory):
    """The area made of them. Tests must not change it."""
    made = invented_areas.made_once(
        tmp_path_factory, "invented", lambda folder: invented_areas.invented_area(folder, invented_files)
    )
    return Area.open(invented_areas.copy_of(made, tmp_path_factory.mktemp("invented") / "area"))


@pytest.fixture
def small(tmp_path_factory):
    """A small area of a test's own, to be changed and built again."""
    made = invented_areas.made_once(tmp_path_factory, "small", invented_areas.small_area)
    return Area.open(invented_areas.copy_of(made / "area", tmp_path_factory.mktemp("small") / "area"))

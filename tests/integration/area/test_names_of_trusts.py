"""A trust is called as its files call it, and by its code (as written) when no file names it."""

import pytest

from opencommissioning.area import Area
from opencommissioning.sources.specimens import write_specimen
from opencommissioning.sources.waiting_times import SOURCE


@pytest.fixture
def named(tmp_path):
    """named(change of the extract's text) → code → name of the providers of an area with that file alone."""

    def make(change=lambda text: text):
        path = write_specimen(SOURCE.eras[0], tmp_path)
        path.write_text(change(path.read_text()))
        area = Area.create(tmp_path / "area")
        area.load([path])
        area.build()
        return area.current.published["provider"].register.names

    return make


def test_by_the_file_when_no_register_is_loaded(named):
    assert named() == {"RX1": "Example Hospital"}


def test_by_the_code_as_written_when_nothing_names_it(named):
    assert named(lambda text: text.replace("EXAMPLE HOSPITAL", "")) == {"RX1": "RX1"}

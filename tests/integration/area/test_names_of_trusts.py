"""A trust is called as its files call it, and by its code (as written) when no file names it."""

import pytest

from opencommissioning.area import Area
from opencommissioning.area.levels import level_names
from opencommissioning.sources.organisations import COMMISSIONER_SOURCE, TRUST_SOURCE
from opencommissioning.sources.specimens import write_specimen
from opencommissioning.sources.waiting_times import SOURCE

LEVELS = {"trusts": "provider", "commissioners": "sub_icb"}


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


@pytest.mark.parametrize(
    ("source", "dataset"), [(TRUST_SOURCE, "trusts"), (COMMISSIONER_SOURCE, "commissioners")]
)
def test_a_register_is_kept_in_several_vintages_and_the_latest_names(tmp_path, source, dataset):
    area = Area.create(tmp_path / "area")
    path = write_specimen(source.eras[0], tmp_path)
    text = path.read_text()
    opened = min(line.split(",")[10].strip('"') for line in text.splitlines())
    for year in ("2019", "2018"):  # the newer is loaded first
        later = tmp_path / f"{path.stem}_{year}.csv"
        later.write_text(text.replace(opened, f"{year}0401").replace("EXAMPLE", f"EXAMPLE {year}"))
        area.load([later])
    assert [part.period.year for part in area.store.parts(dataset)] == [2018, 2019]
    assert all("2019" in name for name in level_names(area.store, LEVELS[dataset]).values())

"""Files loaded while later ones are still being written are what they are when loaded afterwards."""

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.data import arriving as module
from opencommissioning.area.data.arriving import arriving
from opencommissioning.errors import FileRefused
from opencommissioning.synthetic import each_written, economy, write


@pytest.fixture(scope="module")
def made():
    return economy(practices=40, products=60, months=4, seed=1)


def facts(area):
    """Every part that counts: what it is of, what was said of its file, its rows."""
    parts = area.store.manifest.latest().parts
    return [
        ((p.dataset, p.period, p.label, p.file, p.checksum, p.rows), pl.read_parquet(p.path)) for p in parts
    ]


def test_they_give_the_same_store_as_one_change(made, tmp_path):
    first, then = Area.create(tmp_path / "first"), Area.create(tmp_path / "then")
    with arriving(p for p in each_written(made, tmp_path / "a") if p.suffix != ".toml") as files:
        reports = first.load(files)
    afterwards = [path for path in write(made, tmp_path / "b") if path.suffix != ".toml"]
    assert [each.file for each in reports] == [each.file for each in then.load(afterwards)]
    here, there = facts(first), facts(then)
    assert [told for told, _ in here] == [told for told, _ in there]
    assert all(ours.equals(theirs) for (_, ours), (_, theirs) in zip(here, there, strict=True))
    assert len(first.changes()) == 1


def test_a_file_is_handed_on_as_soon_as_it_is_written_and_only_a_few_lie_ready(tmp_path):
    written = []

    def writing():
        for number in range(40):
            written.append(number)
            yield tmp_path / str(number)

    with arriving(writing()) as files:
        for number, path in enumerate(files):
            assert path == tmp_path / str(number)
            assert len(files) == number + 1
            assert (
                len(written) <= number + module.AHEAD + 3
            )  # those that lie ready, one being handed on, one being written
    assert written == list(range(40))


def test_what_goes_wrong_in_writing_is_raised_and_what_goes_wrong_in_loading_ends_the_writing(made, tmp_path):
    def breaks():
        yield from list(each_written(made, tmp_path / "files"))[1:3]
        raise OSError("no space left")

    area = Area.create(tmp_path / "area")
    with pytest.raises(OSError, match="no space left"), arriving(breaks()) as files:
        area.load(files)
    written = []

    def nonsense():
        for number in range(1000):
            path = tmp_path / f"{number}.csv"
            path.write_text("neither,here\nnor,there\n")
            written.append(path)
            yield path

    with pytest.raises(FileRefused), arriving(nonsense()) as files:
        area.load(files)
    assert len(written) < 50

"""What leaves an area as a file: the levels that are there, of those whom one wants, what it is about first."""

import polars as pl
import pytest

from opencommissioning.area.exporting import FIRST
from opencommissioning.errors import NotLoaded, UnknownName

ONE = ("trimethoprim_share",)


def test_without_levels_those_of_the_build_are_written(invented, tmp_path, monkeypatch):
    """An area without a mapping of ICBs has no organisation of that level: that is no reason to stop halfway."""
    build = invented.current
    icbs = {code for code, each in build.organisations.items() if each.level == "icb"}
    fewer = {code: each for code, each in build.organisations.items() if code not in icbs}
    monkeypatch.setitem(build.__dict__, "organisations", fewer)
    monkeypatch.setitem(build.__dict__, "_remembered", {})  # who is of which level among it
    files = invented.export(tmp_path, "parquet", measures=ONE)
    assert [path.stem for path in files if path.stem.startswith("values")] == [
        "values-practice",
        "values-sub_icb",
        "values-england",
    ]
    with pytest.raises(NotLoaded, match="icb"):
        invented.export(tmp_path / "other", "parquet", ("practice", "icb"), ONE)
    assert not (tmp_path / "other").exists()  # refused before anything is written


def test_only_one_organisation_with_what_is_below_and_above_it(invented, tmp_path):
    build = invented.current
    invented.export(tmp_path, "parquet", ("practice", "sub_icb"), ONE, within="9A1")
    practices = set(pl.read_parquet(tmp_path / "values-practice.parquet")["organisation"])
    codes, parents = build.members("sub_icb", True)
    mine = {
        code
        for code, parent in zip(build.register.practices, parents[:, -1], strict=True)
        if parent == codes.index("9A1")
    }
    assert practices
    assert practices <= mine
    assert pl.read_parquet(tmp_path / "values-sub_icb.parquet")["organisation"].unique().to_list() == ["9A1"]
    with pytest.raises(UnknownName, match="9A1"):
        invented.export(tmp_path, "parquet", within="9A1X")


def test_a_verdict_says_first_what_it_is_about(invented, tmp_path):
    _, path = invented.export(tmp_path, "parquet", ("icb",), ONE)
    frame = pl.read_parquet(path)
    assert frame.columns[:7] == [*FIRST, "window", "stand"]
    assert (frame["name"].str.len_chars() > 0).all()


def test_practices_that_are_in_no_file_are_left_out(invented, tmp_path):
    """A national register names thousands that a local file says nothing of; a month that is missing keeps its reason."""
    files = invented.export(tmp_path, "parquet", ("practice",), ONE)
    frame = pl.read_parquet(files[0])
    assert (frame.group_by("organisation").agg(pl.col("practices").max())["practices"] > 0).all()
    assert frame.filter(pl.col("value").is_null())["missing"].str.len_chars().min() > 0

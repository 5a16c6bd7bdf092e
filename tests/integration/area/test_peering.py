"""Peers, news and the middle of peers, each beside a slow obvious second way to the same answer."""

import math
from statistics import mean, median, pstdev

import polars as pl
import pytest

from opencommissioning.area.comparison.changing import changed_since, earlier, news
from opencommissioning.area.comparison.comparing import middle_of, most_varied
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.comparison.peering import peers
from opencommissioning.errors import UnknownName


def slow_features(area):
    """practice → (log of list, share 65 and over, share under 15, deprivation), by loops over the files' rows."""
    build = area.current
    rows = pl.read_parquet(area.store.parts("registrations")[-1].path).to_dicts()
    score = {
        row["practice"]: float(row["score"])
        for part in area.store.parts("deprivation")
        for row in pl.read_parquet(part.path).to_dicts()
    }
    out = {}
    for place, practice in enumerate(build.register.practices):
        size = float(build.grid.patients[place, -1])
        if not (build.register.open[place, -1] and size >= 1000):
            continue
        mine = [row for row in rows if row["practice"] == practice]
        old = sum(row["patients"] for row in mine if int(row["age_sex"][1:3]) >= 65)
        young = sum(row["patients"] for row in mine if int(row["age_sex"][1:3]) < 15)
        whole = sum(row["patients"] for row in mine)
        out[practice] = (math.log(size), old / whole, young / whole, score.get(practice, math.nan))
    return out


def slow_nearest(features, code, count):
    columns = list(zip(*features.values(), strict=True))
    known = [[value for value in column if value == value] for column in columns]
    middle, spread = [mean(each) for each in known], [pstdev(each) for each in known]

    def distance(other):
        gaps = [
            ((mine - theirs) / wide) ** 2
            for mine, theirs, wide in zip(features[code], features[other], spread, strict=True)
            if mine == mine and theirs == theirs
        ]
        return math.sqrt(sum(gaps) * len(columns) / len(gaps))

    assert middle
    return sorted((other for other in features if other != code), key=distance)[:count]


def test_peers_are_the_nearest_by_a_slow_reckoning(invented):
    features = slow_features(invented)
    for code in list(features)[::25]:
        assert list(peers(invented.current, invented.store, code).codes) == slow_nearest(features, code, 10)


def test_named_peers_win_and_must_be_of_the_same_level(invented):
    build = invented.current
    own, one, other = build.register.practices[4:7]
    assert peers(build, invented.store, own, (one, other, own)).codes == (one, other)
    with pytest.raises(UnknownName, match="another level"):
        peers(build, invented.store, own, (build.register.codes["pcn"][0],))
    with pytest.raises(UnknownName, match="no organisation"):
        peers(build, invented.store, own, ("NOBODY",))


def test_larger_organisations_have_peers_of_their_own_level(invented):
    build = invented.current
    own = build.register.codes["sub_icb"][0]
    found = peers(build, invented.store, own).codes
    assert found
    assert {build.organisation(code).level for code in found} == {"sub_icb"}


def test_the_middle_of_peers(invented):
    build = invented.current
    codes = peers(build, invented.store, build.register.practices[4]).codes
    rows = read_verdicts(build, "practice").to_dicts()
    for measure, middle in middle_of(build, "practice", codes).items():
        values = [
            row["value"]
            for row in rows
            if row["measure"] == measure and row["organisation"] in codes and row["value"] is not None
        ]
        assert middle == pytest.approx(median(values))


def test_what_varies_most_has_most_members_beyond_chance(invented):
    build = invented.current
    level, codes = build.children(build.register.codes["sub_icb"][0])
    rows = read_verdicts(build, level).filter(pl.col("organisation").is_in(codes)).to_dicts()
    beyond = [
        sum(1 for row in rows if row["measure"] == measure and "expected" in row["stand"])
        for measure in most_varied(build, level, codes)
    ]
    assert beyond
    assert beyond == sorted(beyond, reverse=True)


def test_news_is_of_the_last_month_only(invented):
    build = invented.current
    found = news(build, "practice", build.register.practices)
    assert found.height
    for row in found.iter_rows(named=True):
        assert row["months_beyond"] == 1 or row["moved_in"] == build.latest


def test_changes_between_two_builds(invented, tmp_path):
    """A second build folder whose verdicts we changed by hand at one point."""
    from opencommissioning.warehouse.builds import Builds

    build = invented.current
    folder = tmp_path / "builds" / "older" / "verdicts"
    folder.mkdir(parents=True)
    before = read_verdicts(build, "practice")
    first = before.row(0, named=True)
    here = (pl.col("organisation") == first["organisation"]) & (pl.col("measure") == first["measure"])
    before.with_columns(
        stand=pl.when(here).then(pl.lit("nothing to compare with")).otherwise(pl.col("stand"))
    ).write_parquet(folder / "practice.parquet")
    found = changed_since(build, Builds(tmp_path / "builds"), "older", "practice", [first["organisation"]])
    assert found.rows() == [
        (first["organisation"], first["measure"], "nothing to compare with", first["stand"])
    ]
    assert earlier(build, invented.builds) == ""

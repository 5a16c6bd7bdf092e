"""Any list in its own buckets: read with a clear contract, spread over weeks, carried forward like RTT lists."""

import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting import flowing
from opencommissioning.area.waiting.bucketed import lists_from_any, organisations_with_buckets, stored_lists
from opencommissioning.area.waiting.moving import Asked, answer
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused, NotLoaded, UnknownName

HEADING = "organisation,list,month,what,bucket_from,bucket_to,unit,count"
WAITING = [(0, 4, 400), (4, 12, 480), (12, 18, 180), (18, 52, 170), (52, "", 10)]


def rows(organisation="RX1", name="podiatry", month="2026-08", buckets=WAITING, unit="weeks", treated=430, joined=440):  # fmt: skip
    out = [
        f"{organisation},{name},{month},waiting,{low},{high},{unit},{count}" for low, high, count in buckets
    ]
    out += [f"{organisation},{name},{month},treated,,,,{treated}"] if treated is not None else []
    return out + ([f"{organisation},{name},{month},joined,,,,{joined}"] if joined is not None else [])


def write(folder, lines, name="buckets.csv", heading=HEADING):
    path = folder / name
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return path


def test_people_are_spread_over_the_weeks_of_their_bucket(tmp_path):
    found = lists_from_any([write(tmp_path, rows())])
    (month,) = found.months["podiatry"]
    assert month.waiting[:4].tolist() == [100] * 4
    assert month.waiting[4:12].tolist() == [60] * 8
    assert month.waiting[18:52].tolist() == [5] * 34
    assert (len(month.waiting), month.waiting[52]) == (53, 10)
    assert (month.started, month.treated.sum(), month.told) == (440, pytest.approx(430), True)
    assert flowing.backlog_of(found, "podiatry").over == 180
    assert found.months["999"][0].waiting.sum() == 1240


IN_DAYS = {
    "up to": [(0, 28, 400), (28, 84, 480), (84, 126, 180), (126, 364, 170), (364, "", 10)],
    "named": [(0, 28, 400), (29, 84, 480), (85, 126, 180), (127, 364, 170), (365, "", 10)],
}


@pytest.mark.parametrize("way", IN_DAYS)
def test_days_give_the_same_list_as_weeks(tmp_path, way):
    weeks = lists_from_any([write(tmp_path, rows())]).months["podiatry"][0].waiting
    days = lists_from_any([write(tmp_path, rows(buckets=IN_DAYS[way], unit="days"), "days.csv")])
    assert days.months["podiatry"][0].waiting == pytest.approx(weeks)


def test_weeks_that_are_named_are_whole_ones(tmp_path):
    named = [(0, 3, 400), (4, 11, 480), (12, 17, 180), (18, 51, 170), (52, "", 10)]
    found = lists_from_any([write(tmp_path, rows(buckets=named))])
    assert found.months["podiatry"][0].waiting == pytest.approx(lists_from_any([write(tmp_path, rows(), "b.csv")]).months["podiatry"][0].waiting)  # fmt: skip


def test_it_is_carried_forward_as_an_rtt_list_of_the_same_people_is(tmp_path):
    """The same months as Month objects: the projection sees no difference, and nobody appears or vanishes."""
    found = lists_from_any([write(tmp_path, [*rows(), *rows(month="2026-09")])])
    course = answer(found, Asked(13)).comparison
    (row,) = course.rows
    assert row.waiting_now == 1240
    arrived, left = course.as_is.arrived + course.as_is.transferred, course.as_is.treated + course.as_is.left
    assert row.waiting_as_is == pytest.approx(1240 + (arrived - left).sum())
    fan = flowing.fan(found, "podiatry", 13)
    assert fan.waiting[0, -1] < fan.waiting[4, -1]
    assert "spread evenly" in " ".join(fan.remarks)


def test_a_bucket_across_18_weeks_is_told(tmp_path):
    across = [(0, 13, 900), (13, 26, 200), (26, "", 20)]
    (remark,) = [each for each in lists_from_any([write(tmp_path, rows(buckets=across))]).remarks if "no bucket ends at 18" in each]  # fmt: skip
    assert "13 to 26" in remark
    assert not any("no bucket" in each for each in lists_from_any([write(tmp_path, rows())]).remarks)


def test_who_joins_is_taken_from_the_balance_where_it_is_not_told(tmp_path):
    later = [(low, high, count + 10) for low, high, count in WAITING]
    found = lists_from_any([write(tmp_path, [*rows(joined=None), *rows(month="2026-09", buckets=later, joined=None)])])  # fmt: skip
    august, september = found.months["podiatry"]
    assert (august.started, september.started) == (pytest.approx(430), pytest.approx(430 + 50))
    assert not september.told


BAD = {
    "RX1,podiatry,2026-08,waiting,x,4,weeks,4": "row 2, column 'bucket_from' is 'x'; expected a number, 0 or more",
    "RX1,podiatry,2026-08,waiting,4,2,weeks,4": "row 2, column 'bucket_to' is '2'; expected more than where the bucket begins",
    "RX1,podiatry,2026-08,waiting,0,4,weeks,-4": "column 'count' is '-4'",
    "RX1,podiatry,2026-08,waiting,0,4,weeks,": "column 'count' is ''; expected a whole number of people",
    "RX1,podiatry,2026-08,waiting,0,4,weeks,1.5": "expected a whole number of people",
    "RX1,podiatry,August,waiting,0,4,weeks,4": "column 'month' is 'August'; expected a month such as 2026-09",
    "RX1,podiatry,2026-08,queueing,0,4,weeks,4": "expected one of waiting, treated, joined",
    "RX1,podiatry,2026-08,waiting,0,4,months,4": "expected one of weeks, days",
    "RX1,podiatry,2026-08,waiting,,4,weeks,4": "where the bucket begins",
    "RX1,podiatry,2026-08,waiting,0,4000,weeks,4": "is the unit right?",
    "RX1,podiatry,2026-08,waiting,2,4,weeks,4": "the first bucket begins at 2; expected 0",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_rows_are_refused_with_row_column_and_what_was_expected(tmp_path, line):
    with pytest.raises(FileRefused) as refused:
        lists_from_any([write(tmp_path, [line, *rows(name="other")])])
    assert BAD[line] in str(refused.value)


@pytest.mark.parametrize(
    ("buckets", "why"),
    [
        ([(0, 4, 1), (3, 18, 1), (18, "", 1)], "from 3 does not follow the one before it .0 to 4, row 2."),
        ([(0, 4, 1), (6, 18, 1), (18, "", 1)], "from 6 does not follow"),
        ([(0, "", 1), (4, 18, 1)], "does not follow the one before it .open"),
        ([(0, 4, 1), (4, "", 1)], "last bucket begins at 4 weeks"),
    ],
)
def test_buckets_that_do_not_fit_are_refused(tmp_path, buckets, why):
    with pytest.raises(FileRefused, match=why):
        lists_from_any([write(tmp_path, rows(buckets=buckets))])


def test_what_is_not_told_is_asked_for(tmp_path):
    with pytest.raises(NotLoaded, match="not known how many leave a week; give rows with 'treated'"):
        lists_from_any([write(tmp_path, rows(treated=None))])
    two = write(tmp_path, [*rows(), *rows("RX2")], "two.csv")
    with pytest.raises(UnknownName, match="hold 2 organisations; name one with --organisation"):
        lists_from_any([two])
    assert lists_from_any([two], "rx2").organisation == "RX2"
    with pytest.raises(UnknownName, match="'RX3' is in none of the files"):
        lists_from_any([two], "RX3")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileRefused, match="one kind of file at a time"):
        lists_from_any([two, tmp_path / "other.csv"])


def test_the_commands_take_it(tmp_path, capsys):
    path = write(tmp_path, [*rows(), *rows(name="gynaecology", month="2026-08")])
    main(["flow", "project", str(path), "--weeks", "13"])
    main(["flow", "clear", str(path), "--list", "podiatry", "--weeks", "26"])
    told = " ".join(capsys.readouterr().out.split())
    assert "RX1: lists of August 2026" in told
    assert "Gynaecology" in told
    assert "podiatry: 1,240 waiting" in told
    assert "spread evenly over the weeks of their bucket" in told


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """An area that holds a list in buckets, and the file."""
    folder = tmp_path_factory.mktemp("held")
    path = write(folder, rows() + rows(month="2026-07"))
    area = Area.create(folder / "area")
    (report,) = area.load([path])
    assert report.warnings == ()
    assert [(each.part.dataset, each.part.refused) for each in report.loaded] == [("bucketed_lists", 0)] * 2
    return area, path


def test_what_an_area_holds_is_what_the_file_says_rounded(held):
    area, path = held
    stored, read = stored_lists(area.store, "rx1"), lists_from_any([path])
    for month, other in zip(stored.months["podiatry"], read.months["podiatry"], strict=True):
        assert month.waiting == pytest.approx(other.waiting)  # multiples of 5 already
        assert month.started == other.started
    assert "people were rounded to 5 in each bucket" in stored.remarks
    assert organisations_with_buckets(area.store) == {"RX1"}
    with pytest.raises(NotLoaded, match="sources own_buckets"):
        stored_lists(area.store, "RX9")


def test_small_buckets_leave_an_area_rounded(tmp_path):
    area = Area.create(tmp_path / "area")
    area.load([write(tmp_path, rows(buckets=[(0, 18, 402), (18, 52, 3), (52, "", 2)]))])
    (month,) = stored_lists(area.store, "RX1").months["podiatry"]
    assert (month.waiting[:18].sum(), month.waiting[18:52].sum(), month.waiting[52]) == (pytest.approx(400), pytest.approx(5), 0)  # fmt: skip


def test_flow_takes_them_by_organisation(held, capsys):
    area, _ = held
    main(["--area", str(area.folder), "flow", "project", "--organisation", "RX1", "--weeks", "13"])
    assert "podiatry" in capsys.readouterr().out
    main(["--area", str(area.folder), "sources", "own_buckets"])
    assert "bucket_from" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "heading", "sentence"),
    [
        (rows(treated=None), HEADING, "nobody treated in 2026-08"),
        (rows(buckets=[(0, 4, 5), (8, "", 5)]), HEADING, "does not follow"),
        (rows(buckets=[(0, 4, 5), (4, "", 5)]), HEADING, "before 18 weeks"),
        (rows(month="2099-01"), HEADING, "still to come"),
        ([each.partition(",")[2] for each in rows()], HEADING.partition(",")[2], "does not say whose list"),
    ],
)
def test_what_cannot_be_is_refused_when_loaded(tmp_path, lines, heading, sentence):
    area = Area.create(tmp_path / "area")
    with pytest.raises(FileRefused, match=sentence):
        area.load([write(tmp_path, lines, heading=heading)])
    assert not area.store.parts("bucketed_lists")

"""Waiting lists and follow-up lists from their files to measures: people's rows stay in the records, counts go out rounded together."""

import random
from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison.judging import read_verdicts
from opencommissioning.area.data.whose_list import taken
from opencommissioning.area.waiting.own_lists import needed, own_lists
from opencommissioning.cli.main import main
from opencommissioning.disclosure.rules import HES
from opencommissioning.errors import FileRefused, NotLoaded
from opencommissioning.sources.reading_lists import side_of
from opencommissioning.sources.week_bands import week_of_day
from opencommissioning.synthetic import economy
from opencommissioning.synthetic.lists import list_truths, write_lists
from opted_out import answer, nobody

PRACTICES = [f"X810{number:02d}" for number in range(1, 9)]
AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
WAITING = "NHS number,GP practice,provider,commissioner,specialty,referral date,removal date,due date"
FOLLOWED = "person,practice,clinic,specialty,due date,seen date,discharged"


def waiting(number, census, draw):
    """Who waits: practice, provider, specialty, referred, removed, due."""
    referred = census - timedelta(draw.randrange(500))
    removed = referred + timedelta(draw.randrange((census - referred).days + 1)) if draw.random() < 0.4 else ""  # fmt: skip
    due = referred + timedelta(draw.choice((14, 84, 365))) if draw.random() < 0.8 else ""
    return [f"9434{number:06d}", draw.choice(PRACTICES), draw.choice(("RZ1", "RZ2")), "9A1", draw.choice(("502", "gynaecology", "130", "")), referred, removed, due]  # fmt: skip


def followed(number, census, draw):
    due = census - timedelta(draw.randrange(-100, 400)) if draw.random() < 0.9 else ""
    seen = census - timedelta(draw.randrange(-30, 200)) if draw.random() < 0.3 else ""
    gone = census - timedelta(draw.randrange(0, 200)) if draw.random() < 0.1 else ""
    return [f"9435{number:06d}", draw.choice(PRACTICES), "eye clinic", "130", due, seen, gone]


def write(path, heading, rows):
    path.write_text("\n".join([heading, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def new_area(folder, opt_outs=""):
    area = Area.create(folder)
    if opt_outs:
        answer(area.folder, f'file = "{opt_outs}"')
    else:
        nobody(area.folder, "the people are invented")
    return Area.open(folder)


@pytest.fixture(scope="module")
def rows():
    draw = random.Random(4)
    on = {census: [waiting(number, census, draw) for number in range(3000)] for census in (AUGUST, SEPTEMBER)}
    return on, [followed(number, SEPTEMBER, draw) for number in range(2500)]


@pytest.fixture(scope="module")
def area(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("own-lists")
    made, (lists, follow_ups) = new_area(folder / "area"), rows
    for census, mine in lists.items():  # both months' files have one name, as they are sent
        made.load([write(folder / "waiting.csv", WAITING, mine)], taken=taken(on=census))
    made.load([write(folder / "follow.csv", FOLLOWED, follow_ups)], taken=taken("rz9", SEPTEMBER))
    made.build()
    return made


def on_list(rows, census):
    """practice, provider, weeks (as RTT returns count), past its due date or not; by a loop."""
    for _, practice, provider, _, _, referred, removed, due in rows:
        if not removed or removed > census:
            yield (
                practice,
                provider,
                week_of_day((census - referred).days),
                bool(due) and due < census,
                bool(due),
            )


def overdue(rows, census):
    """practice, days overdue (0: not), of those to be followed up by a date."""
    for _, practice, _, _, due, seen, gone in rows:
        if not any(each and each <= census for each in (seen, gone)):
            yield practice, max(0, (census - due).days) if due else 0, bool(due)


def total(area, name, level, column):
    series = area.current.kept(name, level, 1)
    return int(np.nansum(series.numerators[:, column])), int(np.nansum(series.denominators[:, column]))


@pytest.mark.parametrize(("name", "over"), [("own_list_over_18_weeks", 18), ("own_list_over_52_weeks", 52)])
@pytest.mark.parametrize("side", ["practice", "provider", "commissioner"])
@pytest.mark.parametrize("column", [0, 1])
def test_who_waits_long_is_counted_as_a_loop_counts_them(area, rows, name, over, side, column):
    census = (AUGUST, SEPTEMBER)[column]
    listed = list(on_list(rows[0][census], census))
    level = {"commissioner": "sub_icb"}.get(side, side)
    long, every = total(area, f"{name}_{side}", level, column)
    off = HES.off * (len(PRACTICES) if side != "practice" else 1)
    assert abs(long - sum(weeks > over for _, _, weeks, _, _ in listed)) <= off
    assert abs(every - len(listed)) <= off
    assert long > 0


def test_past_their_due_date(area, rows):
    listed = list(on_list(rows[0][SEPTEMBER], SEPTEMBER))
    past, dated = total(area, "own_list_past_due_practice", "practice", 1)
    assert past == pytest.approx(sum(late for *_, late, _ in listed), abs=HES.off)
    assert dated == pytest.approx(sum(told for *_, told in listed), abs=HES.off)


def test_overdue_follow_ups_and_their_days(area, rows):
    found = list(overdue(rows[1], SEPTEMBER))
    late, dated = total(area, "follow_ups_overdue_practice", "practice", 0)
    assert late == pytest.approx(sum(days > 0 for _, days, _ in found), abs=HES.off)
    assert dated == pytest.approx(sum(told for *_, told in found), abs=HES.off)
    days, people = total(area, "follow_up_days_overdue_practice", "practice", 0)
    assert days / people == pytest.approx(sum(each for _, each, _ in found) / sum(each > 0 for _, each, _ in found), rel=0.01)  # fmt: skip
    longer, _ = total(area, "follow_ups_overdue_12_weeks_practice", "practice", 0)
    assert longer == pytest.approx(sum(each > 84 for _, each, _ in found), abs=HES.off)


def test_the_code_given_for_the_file_is_everybodys_provider(area):
    (part,) = area.store.parts("follow_ups_by_provider")
    assert pl.read_parquet(part.path)["provider"].unique().to_list() == ["RZ9"]
    assert not area.store.parts("follow_ups_by_commissioner")


def test_nothing_small_leaves_and_no_identifier_is_kept(area):
    for level in ("provider", "sub_icb", "practice"):
        name = f"own_list_over_52_weeks_{'commissioner' if level == 'sub_icb' else level}"
        shown = area.current.series(name, level, 1)
        values = shown.denominators[np.isfinite(shown.values)]
        assert values.size
        assert values.min() >= HES.fewest_shown
        assert (values % HES.rounding == 0).all()
    for path in area.folder.rglob("*"):
        if path.is_file():
            assert not any(number in path.read_bytes() for number in (b"9434000001", b"9435000001")), path


def test_sources_and_status_tell_them(area, capsys):
    main(["--area", str(area.folder), "sources", "waiting_list"])
    main(["--area", str(area.folder), "status"])
    told = " ".join(capsys.readouterr().out.split())
    assert "Loaded: August 2026 to September 2026" in told
    assert "listed_by_practice August 2026 to September 2026" in told
    assert "Follow-up" in told


@pytest.mark.parametrize(("code", "place"), [("X81003", 0), ("RZ1", 1)])
def test_by_specialty_they_are_those_of_a_loop_and_nothing_small_is_shown(area, rows, code, place):
    found = own_lists(area.current, area.store, area.folder, code)
    assert (found[0].title, found[0].month) == ("Own waiting lists", date(2026, 9, 1))
    mine = [row for row in on_list_rows(rows[0][SEPTEMBER], SEPTEMBER) if row[1 + place] == code]
    for name, counts in found[0].rows[:-1]:
        asked = {"Gynaecology": ("502", "gynaecology"), "Ophthalmology": ("130",), "Specialty not told": ("",)}[name]  # fmt: skip
        weeks = [week_of_day((SEPTEMBER - row[5]).days) for row in mine if row[4] in asked]
        for count, exact in zip(counts, (len(weeks), sum(each > 18 for each in weeks)), strict=False):
            assert count is None or (count % HES.rounding == 0 and abs(count - exact) <= HES.off)
    assert all(count is None or count >= HES.fewest_shown for each in found for _, counts in each.rows for count in counts)  # fmt: skip
    assert found[0].rows[-1][0] == "All together"


def on_list_rows(rows, census):
    return [row for row in rows if not row[6] or row[6] > census]


def test_the_command_tells_them_and_what_to_load(area, capsys, tmp_path):
    main(["--area", str(area.folder), "lists", "X81003", "--csv", str(tmp_path / "out.csv")])
    assert "Own waiting lists, September 2026" in capsys.readouterr().out
    written = pl.read_csv(tmp_path / "out.csv")
    assert set(written["list"]) == {"Own waiting lists", "Follow-ups"}
    with pytest.raises(NotLoaded, match="no list of X81003 is loaded"):
        needed([], "X81003")


def test_of_two_lists_in_a_month_the_last_day_counts(tmp_path, rows):
    made, earlier = new_area(tmp_path / "area"), date(2026, 9, 16)
    write(tmp_path / "week.csv", WAITING, rows[0][AUGUST])
    write(tmp_path / "end.csv", WAITING, rows[0][SEPTEMBER])
    made.load([tmp_path / "week.csv"], taken=taken(on=earlier))
    made.load([tmp_path / "end.csv"], taken=taken(on=SEPTEMBER))
    made.count()
    (part,) = made.store.parts("listed_by_provider")
    assert pl.read_parquet(part.path)["people"].sum() == len(list(on_list(rows[0][SEPTEMBER], SEPTEMBER)))


def test_who_opted_out_is_not_counted(tmp_path, rows):
    mine = rows[0][SEPTEMBER]
    Area.create(tmp_path / "area")
    made = new_area(tmp_path / "other", "opt-outs.csv")
    out = {row[0] for row in mine[:200]}
    (made.folder / "opt-outs.csv").write_text("person\n" + "\n".join(sorted(out)) + "\n")
    made.load([write(tmp_path / "waiting.csv", WAITING, mine)], taken=taken(on=SEPTEMBER))
    made.count()
    (part,) = made.store.parts("listed_by_practice")
    counted = Counter(
        dict(pl.read_parquet(part.path).group_by("practice").agg(pl.col("people").sum()).iter_rows())
    )
    assert counted == Counter(practice for practice, *_ in on_list([row for row in mine if row[0] not in out], SEPTEMBER))  # fmt: skip


def test_without_a_column_of_persons_a_list_loads_only_where_nobody_opted_out(tmp_path):
    path = write(tmp_path / "plain.csv", "practice,census,referral,removal", [["X81001", "2026-09-30", "2026-03-01", ""]] * 30)  # fmt: skip
    made = new_area(tmp_path / "area", "opt-outs.csv")
    (made.folder / "opt-outs.csv").write_text("person\n9434000001\n")
    with pytest.raises(
        FileRefused, match="has no column 'person', so nobody who opted out could be left out"
    ):
        made.load([path])
    plain = new_area(tmp_path / "plain")
    plain.load([path])
    plain.count()
    (part,) = plain.store.parts("listed_by_practice")
    assert pl.read_parquet(part.path)["people"].to_list() == [30]


def test_without_an_answer_about_opt_outs_nothing_is_loaded(tmp_path, rows):
    made = Area.create(tmp_path / "area")
    with pytest.raises(FileRefused, match="does not say whose opt-outs apply"):
        made.load([write(tmp_path / "waiting.csv", WAITING, rows[0][AUGUST])], taken=taken(on=AUGUST))


def test_what_a_list_leaves_open_is_asked_for_in_a_sentence(tmp_path):
    made = new_area(tmp_path / "area")
    path = write(tmp_path / "short.csv", "referral,removal", [["2026-03-01", ""]] * 30)
    with pytest.raises(FileRefused, match=r"does not say whose people they are; .* --organisation CODE"):
        made.load([path], taken=taken(on=SEPTEMBER))
    with pytest.raises(FileRefused, match=r"on which day the list was taken; .* --on 2026-10-31"):
        made.load([path], taken=taken("X81001"))
    with pytest.raises(FileRefused, match="'QE1' is no code of a practice"):
        made.load([path], taken=taken("QE1", SEPTEMBER))
    made.load([path], taken=taken("x81001", SEPTEMBER))
    assert made.vault.datasets() == ["waiting_list_records"]


BAD = {
    ("2026-04-01", "2026-03-31", ""): "nobody is removed before being referred",
    ("2026-04-01", "", "2026-03-31"): "nobody is due before being referred",
    ("2026-10-01", "", ""): "nobody is referred after the day of the list",
    ("soon", "", ""): "empty or unreadable",
    ("1801-01-01", "", ""): "day of referral is not before 1990",
    ("", "", ""): "empty or unreadable",
}


@pytest.mark.parametrize("days", BAD)
def test_bad_rows_are_counted_with_their_reason_and_not_kept(tmp_path, rows, days):
    made = new_area(tmp_path / "area")
    bad = ["9434999999", "X81001", "RZ1", "9A1", "502", *days]
    path = write(tmp_path / "waiting.csv", WAITING, [*rows[0][SEPTEMBER][:40], bad])
    (report,) = made.load([path], taken=taken(on=SEPTEMBER))
    assert report.loaded[0].part.refused == 1
    assert BAD[days] in " ".join(reason for reason, _ in report.loaded[0].reasons)


@pytest.mark.parametrize(("column", "value", "why"), [(1, "81001", "a letter and five digits"), (4, "knitting", "a treatment function"), (7, "whenever", "due date is a day")])  # fmt: skip
def test_unknown_codes_are_refused_with_their_reason(tmp_path, rows, column, value, why):
    made, bad = new_area(tmp_path / "area"), list(rows[0][SEPTEMBER][0])
    bad[0], bad[column] = "9434999999", value
    path = write(tmp_path / "waiting.csv", WAITING, [*rows[0][SEPTEMBER][:40], bad])
    (report,) = made.load([path], taken=taken(on=SEPTEMBER))
    assert why in " ".join(reason for reason, _ in report.loaded[0].reasons)


def test_counts_that_somebody_else_made_load_without_records(tmp_path):
    made = new_area(tmp_path / "area")
    lines = [[f"2026-0{month}", f"RX{number}", "502", weeks, "past", 400 + number] for month in (7, 8) for number in range(1, 6) for weeks in (10, 30, 60)]  # fmt: skip
    made.load([write(tmp_path / "counts.csv", "month,provider,function,weeks,due,people", lines)])
    made.build()
    shown = made.current.series("own_list_over_18_weeks_provider", "provider", 1)
    assert shown.values == pytest.approx(np.full((5, 2), 200 / 3), abs=1)


@pytest.mark.parametrize(("code", "side"), [("X81001", "practice"), ("RBD", "provider"), ("rz1", "provider"), ("15N", "commissioner"), ("A3A8R", "commissioner"), ("QE1", ""), ("nobody", "")])  # fmt: skip
def test_a_code_tells_what_it_is_of(code, side):
    assert side_of(code) == side


def test_the_planted_network_is_found_through_records_gate_and_verdicts(tmp_path):
    """Invented lists from their rows to verdicts: the network near the closed clinic stands out, and hardly anybody else."""
    made, area = economy(practices=300, months=14, products=40), new_area(tmp_path / "area")
    area.load(write_lists(made, tmp_path))
    area.build()
    (late,) = [set(each.organisations) for each in list_truths(made) if each.id == "follow_ups_late"]
    series = area.current.kept("follow_ups_overdue_practice", "practice", 1)
    inside = np.isin(series.organisations, list(late))
    shares = [
        np.nansum(series.numerators[rows]) / np.nansum(series.denominators[rows])
        for rows in (inside, ~inside)
    ]
    assert shares[0] / shares[1] == pytest.approx(2.2, rel=0.1)
    verdicts = read_verdicts(area.current, "practice").filter(pl.col("measure") == "follow_ups_overdue_practice")  # fmt: skip
    high = set(verdicts.filter(pl.col("stand").str.contains("higher"))["organisation"])
    assert (
        len(high & late) >= 3
    )  # not all: one practice in eight differs, so the limits are widened for over-dispersion
    assert len(high - late) <= 1

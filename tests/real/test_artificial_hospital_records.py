"""The artificial HES files, in the true layout, go from file to counts: the traps of the layout are told, nobody's identifier gets out."""

import json

import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.waiting.avoiding import avoidable
from opencommissioning.errors import FileRefused
from opted_out import nobody

ADMITTED = "hes_artificial/artificial_hes_apc_0102_truncated.csv"


def allow(area: Area) -> Area:
    """The area's answer about opt-outs, for records of nobody."""
    nobody(area.folder, "artificial records, which are of nobody")
    return Area.open(area.folder)


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area")


def test_without_an_answer_about_opt_outs_the_file_is_not_loaded(area, shared_data):
    with pytest.raises(FileRefused, match="opt_outs"):
        area.load([shared_data(ADMITTED)])
    assert not area.vault.held


def test_admitted_care_becomes_counts(area, shared_data):
    area = allow(area)
    (report,) = area.load([shared_data(ADMITTED)])
    assert report.loaded[0].part.rows == 2074
    assert "1801-01-01" in report.warnings[0]
    admissions, ages, bands, _ = area.count()
    assert bands.dataset == "admission_bands"
    raw = pl.read_csv(shared_data(ADMITTED), infer_schema=False)
    counted = pl.concat([pl.read_parquet(part.path) for part in area.store.parts("admissions")])
    every = counted.filter(pl.col("category") == "all")["spells"].sum()
    no_practice = raw.filter(pl.col("GPPRAC").is_in(["V81997", "V81998", "V81999"])).height
    assert 0.85 * raw.height < every <= raw.height - no_practice
    assert admissions.months[0].isoformat() == "2001-04-01"
    assert len(admissions.months) == 12
    assert ages.total <= counted["spells"].sum()


def test_the_known_traps_are_told_with_their_rows(area, shared_data):
    (report,) = allow(area).load([shared_data(ADMITTED)])
    raw = pl.read_csv(shared_data(ADMITTED), infer_schema=False)
    filled = raw["OPERTN_4_01"].str.strip_chars().is_in(["-", "&"]).sum()
    told = " ".join(report.warnings)
    assert "80 of 2,075 rows have no date of discharge" in told
    assert f"{filled:,} of 2,075 rows have '-' or '&' for a procedure" in told
    assert "rows ended before April 2009" in told
    assert "stands for unknown or invalid" in told


def test_no_identifier_leaves_the_records(area, shared_data):
    area = allow(area)
    area.load([shared_data(ADMITTED)])
    area.count()
    people = set(pl.read_csv(shared_data(ADMITTED), infer_schema=False)["PSEUDO_HESID"].drop_nulls())
    known = next(each for each in sorted(people) if len(each) > 6).encode()
    for path in area.folder.rglob("*"):
        if path.is_file():
            assert known not in path.read_bytes(), path


def test_every_look_was_for_a_purpose_and_the_log_holds(area, shared_data):
    area = allow(area)
    area.load([shared_data(ADMITTED)])
    area.count(because="a trial")
    entries = [json.loads(line) for line in area.vault.log.lines()]
    assert {each["purpose"] for each in entries} == {"commissioning"}
    # months, counts, ages, bands, months and counts of the avoidable, and how many rows may be used
    loading, *looks = (each["because"] for each in entries)
    assert loading != "a trial"
    assert looks == ["a trial"] * 7
    assert area.vault.log.broken_at() is None


def counted(area: Area, dataset: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(part.path) for part in area.store.parts(dataset)])


def test_attendances_become_counts(area, shared_data):
    """Departments are all of unknown type in this file, so none can be avoidable by the rule for major departments."""
    path = shared_data("hes_artificial/artificial_hes_ae_0708_truncated.csv")
    area = allow(area)
    (report,) = area.load([path])
    count, _ = area.count()
    raw = pl.read_csv(path, infer_schema=False)
    usable = raw["GPPRAC"].str.contains("^[A-Z][0-9]{5}$") & ~raw["GPPRAC"].is_in(
        ["V81997", "V81998", "V81999"]
    )
    found = counted(area, "ae_visits")
    assert report.loaded[0].part.rows == raw.height == 1000
    assert found.filter(pl.col("category") == "all")["attendances"].sum() == usable.sum()
    admitted = (raw["AEATTENDDISP"] == "01") & usable
    assert (
        found.filter(pl.col("category") == "all", pl.col("outcome") == "admitted")["attendances"].sum()
        == admitted.sum()
    )
    assert set(found["department"]) == {"other", "1"}  # 1: the rows of 0
    assert found.filter(pl.col("category") == "avoidable").height == 0
    assert len(count.months) == 12


def test_appointments_become_counts(area, shared_data):
    path = shared_data("hes_artificial/artificial_hes_op_0304_truncated.csv")
    area = allow(area)
    area.load([path])
    area.count()
    raw = pl.read_csv(path, infer_schema=False)
    usable = raw["GPPRAC"].str.contains("^[A-Z][0-9]{5}$") & ~raw["GPPRAC"].is_in(
        ["V81997", "V81998", "V81999"]
    )
    found = counted(area, "outpatient_appointments")
    assert found["appointments"].sum() == usable.sum()
    firsts = found.filter(pl.col("visit") == "first", pl.col("outcome") == "seen")["appointments"].sum()
    assert firsts == (raw["FIRSTATT"].is_in(["1", "3"]) & raw["ATTENDED"].is_in(["5", "6"]) & usable).sum()


def test_avoidable_activity_is_that_of_the_raw_files(area, shared_data):
    """Kinds with a rule of one line, counted from the raw files by hand; and what leaves is gated."""
    area = allow(area)
    files = [shared_data(ADMITTED), shared_data("hes_artificial/artificial_hes_op_0304_truncated.csv")]
    area.load(files)
    area.build()
    found = counted(area, "avoidable_activity").with_columns(pl.col("kinds").str.split(" "))
    of = dict(found.explode("kinds").group_by("kinds").agg(pl.col("activity").sum()).iter_rows())
    clinics = pl.read_csv(files[1], infer_schema=False).with_columns(
        pl.col("APPTAGE").cast(pl.Float64).alias("age")
    )
    no_practice = pl.col("GPPRAC").is_in(["V81997", "V81998", "V81999"])
    practice = pl.col("GPPRAC").str.contains("^[A-Z][0-9]{5}$") & ~no_practice
    mine = clinics.filter(practice, pl.col("ATTENDED").is_in(["5", "6"]), pl.col("REFSOURC") == "03", pl.col("FIRSTATT").is_in(["1", "3"]))  # fmt: skip
    surgical = pl.col("TRETSPEF").str.starts_with("1") & ~pl.col("TRETSPEF").is_in(
        ["180", "190", "191", "192"]
    )
    adults = mine.filter(surgical, pl.col("age").is_between(18, 130)).height
    assert of["clinic_gp_adult_surgical"] == adults > 30
    whole = found.filter(activity_of="appointments")["activity"].sum()
    assert whole == clinics.filter(practice, pl.col("ATTENDED").is_in(["5", "6"])).height
    report = avoidable(area.current)
    line = next(
        each
        for section in report.sections
        for each in section.lines
        if each.kind.id == "clinic_gp_adult_surgical"
    )
    assert abs(line.activity - adults) <= 8
    told = [
        each.activity for section in report.sections for each in section.lines if each.activity is not None
    ]
    assert min(told) >= 15

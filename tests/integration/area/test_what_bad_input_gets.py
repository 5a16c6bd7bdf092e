"""What bad input gets, with publishers' own layouts from end to end: a sentence that says what to do, and nothing half-loaded.

The rules of rows and files one by one are in tests/unit/warehouse/test_bad_input.py; here each stands in a real source.
"""

import numpy as np
import pytest

from opencommissioning.area import Area
from opencommissioning.cli.main import main
from opencommissioning.errors import FileRefused, NotLoaded, UnknownName
from opencommissioning.measures.series import Missing

EPD = (
    "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,STP_NAME,STP_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
    "ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,{chemical},BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,{adq},"
    "NIC,ACTUAL_COST,UNIDENTIFIED"
)
OLD = EPD.format(
    chemical="BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,BNF_DESCRIPTION", adq="ADQUSAGE"
)
NEW = EPD.format(
    chemical="BNF_CHEMICAL_SUBSTANCE_CODE,BNF_CHEMICAL_SUBSTANCE,BNF_PRESENTATION_CODE,BNF_PRESENTATION_NAME",
    adq="ADQ_USAGE",
)
LIST = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
PRACTICES = [f"X810{number:02d}" for number in range(1, 13)]


def row(practice, month="202509", items=2, snomed=None):
    """One row of EPD; with a SNOMED code it has the last column of that edition."""
    product = "0501013B0,Amoxicillin,0501013B0AAABAB,Amoxicillin 500mg capsules,05: Infections"
    start = f"{month},Y,Y1,S,QX1,P,9A100,A surgery,{practice},,,,,,{product}"
    end = f",21,{items},{21 * items},0,9.5,8.9,N"
    return start + end + ("" if snomed is None else f",{snomed}")


def registered(practice, group="Y60", setting="4"):
    """One row of epraccur: 27 cells."""
    cells = [""] * 27
    cells[0], cells[1], cells[2], cells[10], cells[12], cells[14], cells[25] = (
        practice,
        f"SURGERY {practice}",
        group,
        "20250901",
        "A",
        "9A1",
        setting,
    )
    return ",".join(f'"{cell}"' for cell in cells)


def listed(practice, patients):
    return f"GP_PRAC_PAT_LIST,01SEP2025,GP,{practice},E1,AB1 2CD,MALE,25_29,{patients}"


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area", "Bad input")


@pytest.fixture
def write(tmp_path):
    def file(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n" if lines else "", encoding="utf-8")
        return path

    return file


def refused(area, path):
    with pytest.raises(FileRefused) as refusal:
        area.load([path])
    assert area.store.datasets() == [], "something was half-loaded"
    return str(refusal.value)


def test_unknown_kind_of_file(area, write):
    sentence = refused(area, write("unknown.csv", "colour,size", "red,5"))
    assert sentence.startswith("unknown.csv: not a file that we know (it begins with: colour, size)")
    assert "'opencommissioning map FILE --dataset prescribing' drafts one" in sentence


@pytest.mark.parametrize("content", ['{"weights": [1, 2]}', '  [{"code": "A1"}]'])
def test_json_is_not_sent_to_a_mapping_that_cannot_help(area, write, content):
    sentence = refused(area, write("star_pu_weights.json", content))
    assert sentence.startswith("star_pu_weights.json: looks like JSON")
    assert "as CSV or a workbook" in sentence
    assert "map" not in sentence


def test_empty_file(area, write):
    assert refused(area, write("empty.csv")) == "empty.csv: the file is empty; download it again"


def test_column_that_is_renamed(area, write):
    sentence = refused(area, write("renamed.csv", OLD.replace(",ITEMS,", ",ITEM,"), *map(row, PRACTICES)))
    assert "renamed.csv: looks like English Prescribing Dataset" in sentence
    assert "has no column 'ITEMS'; did you mean 'ITEM'?" in sentence


def test_column_that_is_there_twice(area, write):
    rows = (row(each) + ",2" for each in PRACTICES)
    sentence = refused(area, write("doubled.csv", f"{OLD},ITEMS", *rows))
    assert "doubled.csv: column 'ITEMS' stands in the heading twice" in sentence


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wrong_encoding(area, write, encoding):
    path = write("wide.csv", OLD, *map(row, PRACTICES))
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    sentence = refused(area, path)
    assert sentence.startswith("wide.csv: is ")
    assert "save it as 'CSV UTF-8' instead" in sentence or "is not text" in sentence


def test_totals_that_jump_tenfold(area, write):
    area.load([write("EPD_202508.csv", OLD, *(row(each, "202508") for each in PRACTICES))])
    (report,) = area.load([write("EPD_202509.csv", OLD, *(row(each, items=30) for each in PRACTICES))])
    assert any(
        "the total of 'items' is 360, that of August 2025 was 24: ten times as much or more" in each
        for each in report.warnings
    )


def test_duplicate_rows(area, write):
    """Of a list, where a practice and age band stand once, the second is refused; prescribing may repeat, so a doubled file is told."""
    rows = [listed(each, 1000) for each in PRACTICES]
    area.load([write("list.csv", LIST, *rows, rows[3])])
    kept = area.store.refused("registrations")
    assert kept["row"].to_list() == [14]
    assert "repeats an earlier one of the same" in kept["problem"][0]
    (report,) = area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES * 2))])
    assert any("50 % of rows repeat another row exactly" in each for each in report.warnings)


@pytest.mark.parametrize(
    ("items", "told"),
    [("-2", "is below 0"), ("9000000", "which is absurd"), ("two", "is not a whole number")],
)
def test_values_that_cannot_be(area, write, items, told):
    area.load(
        [
            write(
                "EPD_202509.csv",
                OLD,
                *map(row, PRACTICES),
                row("X81001").replace(",21,2,42,", f",21,{items},42,"),
            )
        ]
    )
    kept = area.store.refused("prescribing")
    assert kept["row"].to_list() == [14]
    assert told in kept["problem"][0]
    assert f"'{items}'" in kept["problem"][0]


def test_rows_of_one_era_under_the_heading_of_another(area, write):
    path = write("mixed.csv", f"{NEW},SNOMED_CODE", *map(row, PRACTICES))
    assert "no usable row was found: 12 × the row has fewer cells than the heading" in refused(area, path)


def test_two_eras_in_one_file(area, write):
    new = [row(each, "2025-09", snomed="323510009") for each in PRACTICES]
    path = write("both.csv", OLD, *map(row, PRACTICES), f"{NEW},SNOMED_CODE", *new)
    assert "both.csv: 13 of 25 rows cannot be used: 13 × the row has more cells than the heading" in refused(
        area, path
    )


def test_truncated_file(area, write):
    path = write("short.csv", OLD, *map(row, PRACTICES))
    path.write_bytes(path.read_bytes()[:-40])
    assert "ends in the middle of a row" in refused(area, path)


def test_snomed_code_that_went_through_a_spreadsheet(area, write):
    rows = [row(each, "2025-09", snomed="323510009") for each in PRACTICES]
    spoilt = row("X81013", "2025-09", snomed="3.2351E+17")
    area.load([write("snomed.csv", f"{NEW},SNOMED_CODE", *rows, spoilt)])
    kept = area.store.refused("prescribing", area.months("prescribing")[0])
    assert kept["row"].to_list() == [14]
    assert "SNOMED" in kept["problem"][0]
    assert area.store.parts("prescribing")[0].rows == 12


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "501013B0AAABAB",
            "column 'BNF_CODE' is not a BNF code: 15 characters",
        ),  # the nought went in a spreadsheet
        ("0501013B0AAAB", "column 'BNF_CODE' is not a BNF code: 15 characters"),
        ("0501013B0", "column 'BNF_CODE' is not a BNF code: 15 characters, 11 for dressings and appliances"),
        ("0501013B0AA", "column 'BNF_CODE' is not a BNF code: 15 characters"),
        ("200300000011111", "column 'BNF_CODE' is not a BNF code: 15 characters"),
        ("2.003E+10", "column 'BNF_CODE' is not a BNF code"),
    ],
)
def test_bnf_code_of_impossible_length(area, write, code, told):
    rows = [row(each) for each in PRACTICES]
    appliance = row("X81001").replace("0501013B0AAABAB", "20030000001")
    area.load(
        [write("EPD_202509.csv", OLD, *rows, appliance, row("X81001").replace("0501013B0AAABAB", code))]
    )
    kept = area.store.refused("prescribing", area.months("prescribing")[0])
    assert kept["row"].to_list() == [15]
    assert told in kept["problem"][0]
    assert area.store.parts("prescribing")[0].rows == 13


def test_bnf_code_of_impossible_length_in_the_older_layout(area, write):
    heading = " SHA,PCT,PRACTICE,BNF CODE,BNF NAME,ITEMS  ,NIC,ACT COST,QUANTITY,PERIOD,"
    good = [f"Q44,RXA,{each},0102000N0AAABAB,Name,0000001,0.64,0.70,0000012,201410," for each in PRACTICES]
    short = good[0].replace("0102000N0AAABAB", "0102000N0AAA")
    area.load([write("T201410PDPI.csv", heading, *good, short)])
    kept = area.store.refused("prescribing", area.months("prescribing")[0])
    assert (kept["row"].to_list(), "'0102000N0AAA'" in kept["problem"][0]) == ([14], True)


def test_own_tables_may_hold_codes_of_any_level_but_none_that_lost_its_nought(area, write):
    table = write("ours.csv", "practice,month,bnf code,items,quantity,nic,actual cost",
                  *(f"{each},2025-09,0501013B0,2,42,1,1" for each in PRACTICES), "X81001,2025-09,501013B0,2,42,1,1")  # fmt: skip
    area.draft_mapping(table, "prescribing")
    area.load([table])
    kept = area.store.refused("prescribing", area.months("prescribing")[0])
    assert kept["row"].to_list() == [14]
    assert "is not a BNF code: 15 characters" in kept["problem"][0]


def test_practice_that_the_register_does_not_know(area, write):
    area.load([write("epraccur.csv", *map(registered, PRACTICES[:11]))])
    (report,) = area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES))])
    assert "1 of 12 organisations are not in the register of practices (X81012)" in report.warnings[0]
    area.load([write("list.csv", LIST, *(listed(each, 2000) for each in PRACTICES))])
    area.build()
    assert "X81012" not in area.current.register.practices


def test_welsh_practices_of_the_english_register_are_no_rows_of_the_grid(area, write):
    """In 2024 four hundred active Welsh practices carry the setting of a GP practice."""
    rows = [
        *map(registered, PRACTICES),
        registered("W91001", group="W00"),
        registered("X90001", setting="13"),
    ]
    area.load([write("epraccur.csv", *rows), write("EPD_202509.csv", OLD, *map(row, PRACTICES))])
    area.load([write("list.csv", LIST, *(listed(each, 2000) for each in PRACTICES))])
    area.build()
    assert area.current.register.practices == tuple(PRACTICES)


def test_a_list_of_nobody_is_no_denominator_and_no_value(area, write):
    area.load([write("epraccur.csv", *map(registered, PRACTICES))])
    sizes = [listed(each, 0 if each == "X81003" else 2000) for each in PRACTICES]
    area.load([write("list.csv", LIST, *sizes), write("EPD_202509.csv", OLD, *map(row, PRACTICES))])
    area.build()
    series = area.current.series("oral_antibiotics", "practice", 1)
    at = series.row("X81003")
    assert series.missing[at, 0] == Missing.DENOMINATOR_ZERO
    assert np.isnan(series.values[at, 0])
    assert np.isnan(area.current.grid.patients[at, 0])
    assert series.values[series.row("X81004"), 0] == pytest.approx(1)


def test_a_list_of_names_with_other_codes_is_told_and_leaves_nothing_uncounted(area, write):
    """One practice has trimethoprim, whose code the list of names lacks: it is counted all the same."""
    odd = row("X81001", items=5).replace("0501013B0AAABAB", "0501080W0AAAEAE")
    area.load(
        [
            write("epraccur.csv", *map(registered, PRACTICES)),
            write("EPD_202509.csv", OLD, *map(row, PRACTICES), odd),
        ]
    )
    area.load([write("list.csv", LIST, *(listed(each, 1000) for each in PRACTICES))])
    names = write("names.csv", "month,bnf code,name", "2025-09,0501013B0AAABAB,Amoxicillin 500mg capsules")
    area.draft_mapping(names, "presentations")
    (report,) = area.load([names], replace=True)
    told = "1 product of EPD_202509.csv (0501080W0AAAEAE) has no name in names.csv"
    assert any(told in each for each in report.warnings)
    assert told in area.status_notes()["Products without a name"][0]
    assert area.store.parts("prescribing")[0].rows == 13, "the rows went with their names"
    area.build()
    items = area.current.series("all_items", "practice", 1)
    assert items.numerator[items.row("X81001"), 0] == 2 + 5
    share = area.current.series("trimethoprim_share", "practice", 1)
    assert share.numerator[share.row("X81001"), 0] == 5


def test_period_that_is_loaded_with_other_content(area, write):
    area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES))])
    other = write("again.csv", OLD, *(row(each, items=3) for each in PRACTICES))
    with pytest.raises(FileRefused, match=r"--replace \S*again\.csv'.*undo"):
        area.load([other])
    area.load([other], replace=True)
    area.undo()
    assert area.store.parts("prescribing")[0].file == "EPD_202509.csv"


def test_status_names_reason_column_and_first_row_of_what_was_refused(area, write):
    rows = [row(each) for each in PRACTICES]
    area.load([write("EPD_202509.csv", OLD, *rows, row("X81001", items=-2), row("X81002", items="two"))])
    (told,) = area.status_notes()["Refused"]
    assert "EPD_202509.csv: 2 rows of prescribing refused" in told
    assert "column 'ITEMS' is below 0: '-2' (row 14)" in told
    assert "column 'ITEMS' is not a whole number: 'two' (row 15)" in told


def test_load_and_status_tell_every_reason_and_call_none_that_of_most(area, write):
    good = [row(each) for each in PRACTICES]
    damaged = (
        ("0501013B0AAABAB", "5.01E+14"),
        (",21,2,", ",21,three,"),
        (",9.5,", ",-9.5,"),
        (",21,2,", ",21,9999999,"),
    )
    bad = [row(each).replace(*change) for each, change in zip(PRACTICES, damaged, strict=False)]
    (report,) = area.load([write("EPD_202509.csv", OLD, *good, *bad)])
    (kept,) = area.status_notes()["Refused"]
    (told,) = report.warnings
    assert "EPD_202509.csv: 4 rows were refused and kept apart: 1 because" in told
    assert "most" not in told
    reasons = ("column 'BNF_CODE' is not a BNF code", "column 'ITEMS' is not a whole number",
               "column 'NIC' is below 0", "column 'ITEMS' is above 1,000,000, which is absurd")  # fmt: skip
    for number, reason in enumerate(reasons, start=14):
        assert f"1 because {reason}" in told
        assert f"1 × {reason}" in kept
        assert f"(row {number})" in kept


def test_a_reason_of_more_than_half_is_that_of_most(area, write):
    bad = [row("X81001", items=-2), row("X81002", items=-3), row("X81003", items="two")]
    (report,) = area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES), *bad)])
    assert "3 rows were refused and kept apart, most (2) because column 'ITEMS' is below 0; 1 because column 'ITEMS' is not a whole number" in report.warnings[0]  # fmt: skip


def test_refused_rows_of_a_file_of_two_months_are_told_once(area, write):
    rows = [row(each, month) for month in ("202508", "202509") for each in PRACTICES]
    bad = [row("X81001", "202508", items=-2), row("X81001", "202509", items="two")]
    area.load([write("both.csv", OLD, *rows, *bad)])
    (kept,) = area.status_notes()["Refused"]
    assert kept.startswith("both.csv: 2 rows of prescribing refused: 1 × ")


def test_a_list_of_nobody_is_told_where_it_is_loaded_held_and_shown(area, write, capsys):
    few = PRACTICES[:4]
    area.load(
        [
            write("epraccur.csv", *map(registered, few)),
            write("EPD_202509.csv", OLD, *(row(each, items=500) for each in few)),
        ]
    )
    sizes = [listed(each, 0 if each == "X81003" else 2000) for each in few]
    (report,) = area.load([write("list.csv", LIST, *sizes)])
    told = "list.csv: the list of 1 of 4 practices is 0 (X81003): column 'NUMBER_OF_PATIENTS' is 0 in all their rows."
    assert report.warnings[0].startswith(told)
    assert report.warnings[0].endswith("'opencommissioning undo' takes back what was loaded")
    assert any(each.startswith(told) for each in area.status_notes()["Doubts"])
    area.build()
    empty, other = area.report("X81003"), area.report("X81004")
    flag = "Its list of patients is 0 in the file of September 2025: nothing per patient can be said of that month."
    assert flag in empty.flags
    assert flag not in other.flags
    assert empty.luck.startswith("No measure could be judged: ")
    assert "the denominator is 0" not in empty.luck
    main(["--area", str(area.folder), "show", "practice", "X81003"])
    shown = " ".join(capsys.readouterr().out.split())
    assert flag in shown
    assert "load --replace FILE' with a mended one" in shown
    assert "the denominator is 0" not in shown


def test_doubts_about_what_is_loaded_stay_in_status_until_it_goes(area, write):
    area.load([write("EPD_202508.csv", OLD, *(row(each, "202508") for each in PRACTICES))])
    assert "Doubts" not in area.status_notes()
    (report,) = area.load([write("EPD_202509.csv", OLD, *(row(each, items=30) for each in PRACTICES * 2))])
    repeats = "50 % of rows repeat another row exactly (12 of 24 looked at, such as practice X81001, bnf_code 0501013B0AAABAB), and each is counted"
    assert any(
        repeats in each and "'opencommissioning undo' takes back what was loaded" in each
        for each in report.warnings
    )
    doubts = area.status_notes()["Doubts"]
    assert any(repeats in each for each in doubts)
    assert any(
        "the total of 'items' is 720, that of August 2025 was 24: ten times" in each for each in doubts
    )
    assert "--replace FILE" in doubts[-1]
    area.undo()
    assert "Doubts" not in area.status_notes()


def test_quantity_of_an_item_that_cannot_be(area, write):
    absurd = row("X81001").replace(",21,2,42,", ",1e12,2,42,")
    area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES), absurd)])
    kept = area.store.refused("prescribing")
    assert kept["row"].to_list() == [14]
    assert kept["problem"][0] == "column 'QUANTITY' is above 10,000,000, which is absurd: '1e12'"


@pytest.fixture
def broken(area, write):
    """Twelve practices in the register; one row of September cannot be used, three practices sent nothing, August is absent."""
    area.load([write("epraccur.csv", *map(registered, PRACTICES))])
    area.load([write("list.csv", LIST, *(listed(each, 1000) for each in PRACTICES))])
    area.load([write("EPD_202507.csv", OLD, *(row(each, "202507") for each in PRACTICES))])
    area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES[:9]), row("X81010", items=-1))])
    area.build()
    return area


def test_status_of_a_broken_area(broken):
    told = broken.status_notes()
    assert any(
        "EPD_202509.csv: 1 row of prescribing refused" in each and "(row 11)" in each
        for each in told["Refused"]
    )
    assert any(
        "Prescribing by practice and product: nothing is loaded for August 2025" in each
        for each in told["Missing months"]
    )
    assert not any("presentations" in each or "prescribers" in each for each in told["Missing months"])
    (location,) = [each for each in told["Coverage"] if "sub-ICB" in each]
    assert (
        "0 of 1 sub-ICB locations have at least 90 % of their patients' practices in September 2025"
        in location
    )
    assert "(9A1): 9 of 12 practices, patients: 75 %" in location
    (lacking,) = [each for each in told["Coverage"] if "no prescribing" in each]
    assert lacking.startswith("3 open practices have patients and no prescribing in September 2025")
    assert "X81010), last month with prescribing: July 2025" in " ".join(lacking.split())


def test_status_lists_every_practice_that_lacks_prescribing(broken, capsys):
    main(["--area", str(broken.folder), "status", "--missing"])
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines() if line.startswith("X81")] == PRACTICES[9:]
    assert told.count("last month with prescribing: July 2025") == 3


def test_nobody_is_said_to_have_never_prescribed_where_one_month_is_loaded(area, write):
    area.load([write("epraccur.csv", *map(registered, PRACTICES))])
    area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES[:3]))])
    area.build()
    (lacking,) = [each for each in area.status_notes()["Coverage"] if "no prescribing in September" in each]
    assert lacking.startswith("9 open practices have no prescribing in September 2025: ")
    assert "X81004), no prescribing in the one month loaded; " in lacking
    assert lacking.endswith("; and 4 more: 'opencommissioning status --missing'.")


def test_an_organisation_without_values_says_why(broken):
    with pytest.raises(NotLoaded) as refusal:
        broken.report("9A1")
    assert (
        "has no values in this build: 9 of 12 practices, with 75 % of the patients, have data in September 2025, "
        "and values are shown from 90 % on; 'opencommissioning status' says what is missing"
    ) in str(refusal.value)


def test_unknown_names_say_where_names_are_listed(broken):
    with pytest.raises(
        UnknownName, match=r"'ZZZ' in this build \('opencommissioning status --coverage' lists"
    ):
        broken.report("ZZZ")
    with pytest.raises(UnknownName, match=r"measure 'nope' \('opencommissioning describe' lists them\)"):
        broken.library.measure("nope")
    with pytest.raises(
        UnknownName, match=r"did you mean 'all_items', .*\? \('opencommissioning describe' lists"
    ):
        broken.library.measure("all_itmes")


def test_status_lists_the_coverage_of_every_organisation(broken, capsys):
    main(["--area", str(broken.folder), "status", "--coverage"])
    (line,) = [each.split() for each in capsys.readouterr().out.splitlines() if each.startswith("9A1")]
    assert line[-7:] == ["9", "of", "12", "75", "%", "not", "shown"]


def test_status_says_what_is_not_loaded_and_what_there_is_not_without_it(area, write):
    area.load([write("EPD_202509.csv", OLD, *map(row, PRACTICES))])
    told = area.status_notes()["Not loaded"]
    assert any("nothing per patient" in each and "sources registrations" in each for each in told)
    assert not any("English Prescribing Dataset" in each for each in told)
    area.load([write("list.csv", LIST, *(listed(each, 5000) for each in PRACTICES))])
    area.build()
    assert not any("nothing per patient" in each for each in area.status_notes()["Not loaded"])
    with pytest.raises(NotLoaded, match=r"this build knows no PCN.*sources practice_map"):
        area.measure_report("trimethoprim_share", "pcn")


def test_a_load_of_many_files_is_taken_back_whole_and_brought_forward(area, write):
    area.load([write("epraccur.csv", *map(registered, PRACTICES))])
    months = ("202507", "202508", "202509")
    area.load([write(f"EPD_{month}.csv", OLD, *(row(each, month) for each in PRACTICES)) for month in months])
    assert area.undo().startswith("Took back: loaded EPD_202507.csv, EPD_202508.csv, EPD_202509.csv.")
    assert area.store.datasets() == ["practices"]
    assert area.redo().startswith("Brought forward: loaded EPD_202507.csv")
    assert len(area.store.parts("prescribing")) == 3
    assert [change.standing for change in area.changes()] == ["counts", "counts"]


def test_a_column_of_another_era_is_told_as_one(area, write):
    mixed = OLD.replace("BNF_CODE", "BNF_PRESENTATION_CODE")
    sentence = refused(area, write("EPD_202509.csv", mixed, row("X81001")))
    assert "has no column 'BNF_CODE'; 'BNF_PRESENTATION_CODE' is a column of EPD " in sentence
    assert sentence.endswith(
        ": the file mixes two layouts. Download it again, or load it through a saved column mapping"
    )
    assert "did you mean" not in sentence


def test_a_misspelt_column_keeps_its_question_mark_alone(area, write):
    sentence = refused(area, write("EPD_202509.csv", OLD.replace("BNF_CODE", "BNF_CODES"), row("X81001")))
    assert "has no column 'BNF_CODE'; did you mean 'BNF_CODES'? Download it again" in sentence


@pytest.mark.parametrize(("sign", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright strokes")])
def test_another_separator_is_named(area, write, sign, words):
    lines = [line.replace(",", sign) for line in (OLD, row("X81001"))]
    sentence = refused(area, write("EPD_202509.csv", *lines))
    assert f"but its columns are separated by {words}; save it as 'CSV UTF-8' with commas" in sentence
    assert sentence.startswith("EPD_202509.csv: is EPD ")

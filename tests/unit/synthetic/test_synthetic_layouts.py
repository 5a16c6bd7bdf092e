"""Files have the publishers' headings, typed here from the publishers' files and not from the package."""

import csv
from datetime import date

import openpyxl
import polars as pl
import pytest

from opencommissioning.synthetic.epd_layout import header
from opencommissioning.synthetic.registrations import map_columns

EPD_2017 = [
    "YEAR_MONTH",
    "REGIONAL_OFFICE_NAME",
    "REGIONAL_OFFICE_CODE",
    "AREA_TEAM_NAME",
    "AREA_TEAM_CODE",
    "PCO_NAME",
    "PCO_CODE",
    "PRACTICE_NAME",
    "PRACTICE_CODE",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "POSTCODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "CHEMICAL_SUBSTANCE_BNF_DESCR",
    "BNF_CODE",
    "BNF_DESCRIPTION",
    "BNF_CHAPTER_PLUS_CODE",
    "QUANTITY",
    "ITEMS",
    "TOTAL_QUANTITY",
    "ADQUSAGE",
    "NIC",
    "ACTUAL_COST",
    "UNIDENTIFIED",
]
EPD_2026 = [
    "YEAR_MONTH",
    "REGIONAL_OFFICE_NAME",
    "REGIONAL_OFFICE_CODE",
    "ICB_NAME",
    "ICB_CODE",
    "PCO_NAME",
    "PCO_CODE",
    "PRACTICE_NAME",
    "PRACTICE_CODE",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "POSTCODE",
    "BNF_CHEMICAL_SUBSTANCE_CODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "BNF_PRESENTATION_CODE",
    "BNF_PRESENTATION_NAME",
    "BNF_CHAPTER_PLUS_CODE",
    "QUANTITY",
    "ITEMS",
    "TOTAL_QUANTITY",
    "ADQ_USAGE",
    "NIC",
    "ACTUAL_COST",
    "UNIDENTIFIED",
    "SNOMED_CODE",
]
HEADINGS = {
    "prescribing/EPD_202407.csv": ",".join(EPD_2017).replace("AREA_TEAM", "ICB"),
    "prescribing/EPD_202503.csv": ",".join(EPD_2026[:-1]),
    "registrations/gp-reg-pat-prac-quin-age_202407.csv": "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS",
    "population/practice_weighted_populations_2025_2026.csv": (
        "Practice_Code,GP_Practice_Name,Practice_Postcode,Latitude,Longitude,CCG,Former CCG,PCN_Code,PCN_Name,LOC,LOCname,ICB,ICBname,"
        "Rcode,Region,LAD,LTLA,LA,UTLA,Patients,Population,G&A WP,CS WP,MH WP,Mat WP,Health Ineq WP,Prescr WP,Final WP,"
        "Primary Medical Care WP,Final PMC WP"
    ),
    "population/fingertips_93553_practice_imd.csv": (
        "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,"
        "Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,"
        "Recent Trend,Compared to England value or percentiles,Compared to percentiles,Time period Sortable,New data,Compared to goal,"
        "Time period range"
    ),
    "reference/bnf_adq.csv": "BNF Code,BNF Name,ADQ Value,ADQ Unit",
    "reference/bnf_code_information_current_year.csv": (
        "BNF Chapter,BNF Chapter Code,BNF Section,BNF Section Code,BNF Paragraph,BNF Paragraph Code,BNF Subparagraph,"
        "BNF Subparagraph Code,BNF Chemical Substance,BNF Chemical Substance Code,BNF Product,BNF Product Code,BNF Presentation,"
        "BNF Presentation Code"
    ),
    "organisations/successions.csv": "old_code,new_code,date",
}
MAP_2022 = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_CCG_CODE,CCG_CODE,CCG_NAME,"
    "ONS_STP_CODE,STP_CODE,STP_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME"
)


@pytest.mark.parametrize("name", HEADINGS)
def test_headings(written, name):
    first = (written.folder / name).read_text("utf-8-sig").splitlines()[0]
    assert first == HEADINGS[name]


def test_layout_of_each_era_has_the_published_columns():
    assert header(date(2021, 10, 1)) == [w.replace("AREA_TEAM", "STP") for w in EPD_2017]
    assert header(date(2025, 7, 1)) == EPD_2026
    assert map_columns(date(2022, 1, 1)) == MAP_2022.split(",")


@pytest.mark.parametrize(
    ("name", "month"), [("EPD_202502", "202502"), ("EPD_202506", "2025-06"), ("EPD_SNOMED_202507", "2025-07")]
)
def test_every_line_has_the_columns_of_its_heading(written, name, month):
    with (written.folder / "prescribing" / f"{name}.csv").open(encoding="latin-1") as file:
        rows = csv.reader(file)
        width = len(next(rows))
        for row in rows:
            assert len(row) == width
            assert row[0] == month


def test_from_july_2025_text_is_quoted_and_whole_numbers_end_in_a_point(written):
    line = (written.folder / "prescribing/EPD_SNOMED_202507.csv").read_text("latin-1").splitlines()[1]
    words = line.split(",")
    assert words[0] == '"2025-07"'
    assert words[-8].startswith('"')
    assert words[-8].endswith('."')
    assert len(words[-1]) == 18
    assert words[-1].isdigit()


def test_register_has_27_columns_and_the_settings(written):
    names = [str(n) for n in range(1, 28)]
    frame = written.text("organisations/epraccur.csv", has_header=False, new_columns=names)
    assert frame.width == 27
    settings = set(frame["26"])
    assert {"4", "2", "13", "25", "0"} <= settings
    assert frame.filter(pl.col("3") == "W00")["1"].str.starts_with("W").all()
    assert set(frame["13"]) == {"A", "C", "D"}


def test_membership_workbook(written):
    book = openpyxl.load_workbook(written.folder / "organisations/epcncorepartnerdetails.xlsx")
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "Partner Organisation Code"
    assert rows[0][-1] == "Practice Sub ICB and PCN Sub ICB Match?"
    assert isinstance(rows[1][8], int)
    assert book.properties.created.date() == written.made.months[-1]  # never the time of writing


def test_tariff_has_two_title_lines(written):
    lines = (written.folder / "tariff/drug_tariff_part_viiia_202407.csv").read_text("latin-1").splitlines()
    assert lines[2] == "Medicine,Pack size,VMP Snomed Code,VMPP Snomed Code,Drug Tariff Category,Basic Price"


def test_hierarchy_levels_are_prefixes(written):
    frame = written.text("reference/bnf_code_information_current_year.csv")
    lengths = {"Chapter": 2, "Section": 4, "Paragraph": 6, "Subparagraph": 7}
    for level, length in lengths.items():
        assert (frame[f"BNF {level} Code"] == frame["BNF Presentation Code"].str.slice(0, length)).all()
    assert frame["BNF Presentation Code"].is_unique().all()

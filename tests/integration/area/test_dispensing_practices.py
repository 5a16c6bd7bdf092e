"""Practices that hand out medicines themselves, as NHS Payments to General Practice names them, are told above their figures."""

from datetime import date

import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison.special import dispensing_practices, said_special, special_kinds
from opencommissioning.errors import FileRefused

EPD = (
    "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,STP_NAME,STP_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
    "ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,"
    "BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)
PAYMENTS = "Practice Code,Practice Name,Dispensing Practice,Practice Rurality,Global Sum"
ANSWERS = {"X81001": "Yes", "X81002": "No", "X81003": "Unknown", "X81004": "YES"}


@pytest.fixture
def area(tmp_path):
    area = Area.create(tmp_path / "area", "Dispensing")
    product = "0501013B0,Amoxicillin,0501013B0AAABAB,Amoxicillin 500mg capsules,05: Infections"
    rows = [
        f"202509,Y,Y1,S,QX1,P,9A100,A surgery,{code},,,,,,{product},21,40,21,0,9.5,8.9,N" for code in ANSWERS
    ]
    payments = [f'{code},A SURGERY,{answer},Rural,"1,234,567.00"' for code, answer in ANSWERS.items()]
    files = {"EPD_202509.csv": [EPD, *rows], "nhspaymentsgp-22-23-prac-csv.csv": [PAYMENTS, *payments]}
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="latin-1")
    area.load([tmp_path / name for name in files])
    return area


def test_the_file_says_who_dispenses_and_an_unknown_answer_says_nothing(area):
    assert dispensing_practices(area.store) == {"X81001", "X81004"}
    (part,) = area.store.parts("dispensing_practices")
    assert (part.rows, part.refused, part.period) == (3, 0, date(2023, 3, 1))


def test_years_stand_beside_each_other_and_the_newest_counts_whichever_was_loaded_last(area, tmp_path):
    for years, answer in (("23-24", "No"), ("21-22", "Yes")):
        path = tmp_path / f"nhspaymentsgp-{years}-prac-csv.csv"
        path.write_text(f"{PAYMENTS}\nX81002,A SURGERY,{answer},Rural,1\n", encoding="latin-1")
        area.load([path])
    assert [part.period.year for part in area.store.parts("dispensing_practices")] == [2022, 2023, 2024]
    assert dispensing_practices(area.store) == frozenset()


def test_a_file_whose_name_has_no_year_is_refused_with_what_to_type(area, tmp_path):
    path = tmp_path / "payments.csv"
    path.write_text(f"{PAYMENTS}\nX81002,A SURGERY,Yes,Rural,1\n", encoding="latin-1")
    with pytest.raises(FileRefused, match=r"payments_2122\.csv.*'opencommissioning load --month 2022-03"):
        area.load([path])
    area.load([path], month=date(2024, 3, 1))
    assert dispensing_practices(area.store) == {"X81002"}


def test_the_note_stands_above_figures_and_the_areas_own_words_go_first(area):
    area.build()
    build, measure = area.current, next(iter(area.current.measures.values()))
    assert said_special(build, "X81001") == (
        "A dispensing practice: it hands out medicines itself (NHS Payments to General Practice says so)."
    )
    assert [said_special(build, code) for code in ("X81002", "X81003")] == ["", ""]
    assert special_kinds(build, measure) == dict.fromkeys(["X81001", "X81004"], "A dispensing practice")
    settings = area.folder / "area.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("[special]", '[special]\n"X81001" = "a branch with a shop"'), encoding="utf-8"
    )
    again = Area.open(area.folder)
    again.build()
    assert said_special(again.current, "X81001") == "A branch with a shop (this area's settings say so)."
    assert special_kinds(again.current, measure)["X81004"] == "A dispensing practice"


def test_another_answer_is_refused_with_its_row(area, tmp_path):
    bad = tmp_path / "payments-2425-bad.csv"
    bad.write_text(f"{PAYMENTS}\nX81009,A SURGERY,Sometimes,Rural,1\n", encoding="latin-1")
    with pytest.raises(FileRefused, match="sometimes"):
        area.load([bad], on_error="stop", replace=True)

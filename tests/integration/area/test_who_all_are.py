"""Six practices of a register of ten are compared with each other, and the page says that "all" are these six."""

import pytest

from opencommissioning.area import Area
from opencommissioning.area.comparison.present import all_told, expected_at
from opencommissioning.area.data.standing import missing_level
from opencommissioning.area.exporting import not_written

EPD = (
    "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,STP_NAME,STP_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
    "ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,"
    "BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)
CODES = ("0501013B0AAABAB", "Amoxicillin 500mg capsules"), ("0501021L0AAACAC", "Cefalexin 500mg capsules")


def registered(number: int) -> str:
    cells = [f"X8100{number}", f"SURGERY {number}", "Y63", "QHM", *[""] * 5, "TS1 1AA", "19740401", "", "A", "B", "9A1", "20130401"]  # fmt: skip
    return ",".join([*cells, *[""] * 7, "9A1", "", "4", ""])


def listed(number: int) -> str:
    return f"GP_PRAC_PAT_LIST,01Sep2025,GP,X8100{number},E1,TS1 1AA,FEMALE,65_69,{5000 + number}"


@pytest.fixture
def made(tmp_path):
    """`made(here)`: an area of a register of ten practices, of which the first `here` have prescribing."""

    def make(here: int) -> Area:
        rows = [
            f"202509,Y,Y1,S,QX1,P,9A100,A surgery,X8100{number},,,,,,,,{code},{name},05: Infections,21,{40 + number + place},21,0,9.5,8.9,N"
            for number in range(here)
            for place, (code, name) in enumerate(CODES)
        ]
        files = {
            "EPD_202509.csv": [EPD, *rows],
            "epraccur.csv": [registered(number) for number in range(10)],
            "lists.csv": [
                "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS",
                *(listed(number) for number in range(10)),
            ],
        }
        area = Area.create(tmp_path / "area", "Few")
        for name, lines in files.items():
            (tmp_path / name).write_text("\n".join(lines) + "\n")
        area.load([tmp_path / name for name in files])
        area.build()
        return area

    return make


def test_six_of_ten_are_called_these(made):
    area = made(6)
    assert expected_at(area.current, "practice") == 10
    told = "Of 10 practices at most 6 have values in September 2025: “for all” means these, not England or an area."
    assert all_told(area.current, "practice") == told
    assert told in area.report("X81001").flags
    left = not_written(area.current, ("england",))
    assert {"practice", "sub_icb"} <= set(left)
    assert "england" not in left
    assert missing_level(area.current, "england").startswith("too few of England's practices")


@pytest.mark.parametrize("here", [4, 10])
def test_nobody_compared_and_everybody_there_need_no_words(made, here):
    area = made(here)
    assert all_told(area.current, "practice") == ""

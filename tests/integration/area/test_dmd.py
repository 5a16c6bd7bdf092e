"""A user's own dm+d, once loaded, replaces what names tell: the next build counts by it, months that were summed before included."""

import polars as pl
import pytest

from opencommissioning.area import Area

HEADING = "bnf_code,name,form,ingredient_count,numerator,numerator_unit_of_measure,denominator,denominator_unit_of_measure"
EPD = (
    "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,STP_NAME,STP_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
    "ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,"
    "BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)
CODES = {"0501013B0AAABAB": ("Amoxicillin mystery", 5), "0501021L0AAACAC": ("Cefalexin 500mg capsules", 2)}
OWN = """
title = "Items by mouth, of all antibacterials"
better = "lower"
[denominator]
sum = "prescribing.items"
where.bnf_code = { under = "0501" }
[numerator]
where.route = "oral"
"""


@pytest.fixture
def area(tmp_path):
    """Two products in one month; the name of one says nothing about its form."""
    area = Area.create(tmp_path / "area", "dm+d")
    own = area.folder / "definitions" / "measures" / "own"
    own.mkdir(parents=True)
    (own / "by_mouth.toml").write_text(OWN)
    rows = [
        f"202509,Y,Y1,S,QX1,P,9A100,A surgery,X81001,,,,,,,,{code},{name},05: Infections,21,{items},{21 * items},0,9.5,8.9,N"
        for code, (name, items) in CODES.items()
    ]
    (tmp_path / "EPD_202509.csv").write_text("\n".join([EPD, *rows]) + "\n")
    area.load([tmp_path / "EPD_202509.csv"])
    area.build()
    return area


def share(area):
    series = area.current.series("by_mouth", "practice", 1)
    return series.numerators[0, 0], series.denominators[0, 0]


def counted(area):
    """What the measure's numerator counts, as prices and savings ask."""
    codes = pl.read_parquet(area.current.folder / "money" / "codes.parquet")
    return set(codes.filter(pl.col("measure") == "by_mouth")["bnf_code"])


def test_the_dmd_tells_what_the_name_does_not(area, tmp_path):
    assert share(area) == (2, 7)
    assert counted(area) == {"0501021L0AAACAC"}
    (tmp_path / "dmd.csv").write_text(
        f"{HEADING}\n0501013B0AAABAB,Amoxicillin 500mg capsules,Capsule,1,500,mg,,\n", encoding="utf-8"
    )
    area.load([tmp_path / "dmd.csv"])
    assert area.build().changed
    assert share(area) == (7, 7)
    assert counted(area) == set(CODES)


def test_a_code_change_loaded_later_counts_for_months_summed_before(area, tmp_path):
    """The retired code belongs to another section; under today's it is no antibacterial any more."""
    assert share(area)[1] == 7
    (tmp_path / "changes.csv").write_text(
        "Year,Old BNF Code,New BNF Code\n2026,0501013B0AAABAB,0904010A0AAABAB\n"
    )
    area.load([tmp_path / "changes.csv"])
    area.build()
    assert share(area) == (2, 2)
    facts = pl.read_parquet(area.store.parts("prescribing")[0].path)
    assert "0501013B0AAABAB" in facts["bnf_code"].to_list()  # as published: a wrong pair can be undone

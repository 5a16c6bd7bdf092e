"""Every expression parses and speaks of columns that exist; layouts are told apart; traps."""

import pytest
from sqlglot import exp, parse_one

from opencommissioning.catalogue.contract import Kind
from opencommissioning.catalogue.source import Csv, Sniff
from opencommissioning.errors import FileRefused
from opencommissioning.sources.recognise import recognise, sniff
from opencommissioning.sources.registry import SOURCES, contracts

ERAS = [(source, era) for source in SOURCES for era in source.eras]
PROJECTIONS = [(f"{s.id}: {e.name}", e, p) for s, e in ERAS for p in e.projections]


@pytest.mark.parametrize(
    ("name", "era", "projection"),
    PROJECTIONS,
    ids=[f"{name}-{p.contract.dataset}" for name, _, p in PROJECTIONS],
)
def test_expressions_parse_and_name_only_contract_columns(name, era, projection):
    known = {column.name for column in projection.contract.columns}
    assert set(projection.columns) <= known
    for text in (*projection.columns.values(), *filter(None, [projection.keep]), *projection.checks.values()):
        assert isinstance(parse_one(text, dialect="duckdb"), exp.Expression)


@pytest.mark.parametrize(
    ("name", "era", "projection"),
    PROJECTIONS,
    ids=[f"{name}-{p.contract.dataset}" for name, _, p in PROJECTIONS],
)
def test_required_columns_have_an_expression(name, era, projection):
    required = {column.name for column in projection.contract.columns if column.required}
    told_by_the_file = {"month"} if era.period_of else set()
    assert required <= set(projection.columns) | told_by_the_file


def test_one_dataset_has_one_contract():
    seen = {}
    for _, _, projection in PROJECTIONS:
        assert seen.setdefault(projection.contract.dataset, projection.contract) is projection.contract


def test_contracts_are_whole():
    for contract in contracts().values():
        names = [column.name for column in contract.columns]
        assert len(names) == len(set(names))
        assert set(contract.key) | set(contract.sort) <= set(names)
        assert all(column.meaning for column in contract.columns)
        assert all(column.kind in (Kind.INTEGER, Kind.DECIMAL) for column in contract.summable)
        published = contract.level in ("provider", "sub_icb", "local_authority")
        assert not published or all(
            column.required for column in contract.summable
        )  # a sum would take missing for 0


def test_eras_with_a_fixed_heading_read_its_columns():
    for _, era in ERAS:
        if isinstance(era.reader, Csv) and era.reader.names:
            for projection in era.projections:
                used = {
                    column.name
                    for text in projection.columns.values()
                    for column in parse_one(text, dialect="duckdb").find_all(exp.Column)
                }
                assert used <= set(era.reader.names)


EPD = "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,{m}_NAME,{m}_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,"
OLD = (
    EPD
    + "BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,BNF_DESCRIPTION,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)
NEW = (
    EPD
    + "BNF_CHEMICAL_SUBSTANCE_CODE,BNF_CHEMICAL_SUBSTANCE,BNF_PRESENTATION_CODE,BNF_PRESENTATION_NAME,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQ_USAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
)


def file_with(tmp_path, heading, name="file.csv"):
    path = tmp_path / name
    path.write_text(heading + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("heading", "era"),
    [
        (OLD.format(m="AREA_TEAM"), "EPD v2, AREA_TEAM"),
        (OLD.format(m="STP"), "EPD v2, STP"),
        (OLD.format(m="ICB"), "EPD v2, ICB"),
        (NEW.format(m="ICB"), "EPD 2025, ICB"),
        (NEW.format(m="ICB") + ",SNOMED_CODE", "EPD 2025 with SNOMED, ICB"),
        (
            " SHA,PCT,PRACTICE,BNF CODE,BNF NAME                    ,ITEMS  ,NIC        ,ACT COST   ,QUANTITY,PERIOD,                ",
            "PDPI (2010–2019)",
        ),
    ],
)
def test_the_whole_heading_tells_the_era(tmp_path, heading, era):
    """BNF_CHEMICAL_SUBSTANCE is a code in one era and a name in the next, so no single column may decide."""
    assert recognise(file_with(tmp_path, heading, "any name at all.csv"))[1].name == era


def test_an_unknown_file_is_refused_with_where_to_look(tmp_path):
    with pytest.raises(FileRefused, match=r"file.csv: .*begins with: a, b, c.*'opencommissioning sources'"):
        recognise(file_with(tmp_path, "a,b,c"))


def test_a_renamed_column_is_named(tmp_path):
    heading = OLD.format(m="STP").replace(",ITEMS,", ",NUMBER_OF_ITEMS,")
    with pytest.raises(FileRefused, match="ITEMS"):
        recognise(file_with(tmp_path, heading))


def test_a_doubled_column_is_named(tmp_path):
    with pytest.raises(FileRefused, match="ITEMS"):
        recognise(file_with(tmp_path, OLD.format(m="STP") + ",ITEMS"))


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="empty"):
        sniff(file_with(tmp_path, "   "))


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "bom.csv"
    path.write_bytes(b"\xef\xbb\xbfold_code,new_code,date\nA,B,2020-01-01\n")
    assert recognise(path)[0].id == "successions"


def test_a_sniff_ignores_case_and_space():
    assert Sniff(None, ((" Items ", "NIC"),)).has("ITEMS", "nic")

"""A dm+d release as TRUD delivers it, with its BNF–SNOMED mapping: what it says replaces what names and codes tell."""

import zipfile

import openpyxl
import polars as pl
import pytest

from opencommissioning.area import Area
from opencommissioning.area.building import medicines_of, rows_of
from opencommissioning.area.data.own_dmd import medicine_of_codes, sets_told
from opencommissioning.errors import FileRefused
from opencommissioning.sources.dmd import read_dmd
from opencommissioning.sources.recognise import recognise
from opencommissioning.synthetic.dmd import Medicine, write_mapping, write_release

MYSTERY, BRAND = "0501013B0AAABAB", "0501013B0BBABAB"
MEDICINES = (
    Medicine("Amoxicillin 500mg capsules", "Capsule", "capsule.oral", {"Amoxicillin": ("500", "mg", "", "")}, {MYSTERY: "Amoxicillin mystery", BRAND: "Amoxil <500> & more"}),
    Medicine("Co-trimoxazole 80mg/400mg tablets", "Tablet", "tablet.oral", {"Trimethoprim": ("80", "mg", "", ""), "Sulfamethoxazole": ("400", "mg", "", "")}, {"0501080D0AAAAAA": "Co-trimoxazole 80mg/400mg tablets"}),
    Medicine("Salbutamol 100micrograms/dose inhaler CFC free", "Pressurised inhalation", "pressurizedinhalation.inhalation", {"Salbutamol": ("100", "microgram", "1", "dose")}, {"0301011R0AAAPAP": "Salbutamol 100micrograms/dose inhaler CFC free"}),
)  # fmt: skip


@pytest.fixture
def area(tmp_path):
    return Area.create(tmp_path / "area", "dm+d")


@pytest.mark.parametrize("nested", [False, True])
def test_a_release_tells_form_route_and_strength(area, tmp_path, nested):
    (report,) = area.load([write_release(tmp_path, MEDICINES, nested)])
    assert {each.part.dataset for each in report.loaded} == {"dmd_products", "dmd_ingredients"}
    assert all(each.part.refused == 0 for each in report.loaded)
    assert medicines_of(area.store).told == {}  # nothing ties it to BNF codes yet
    area.load([write_mapping(tmp_path, MEDICINES)])
    told = medicines_of(area.store).told
    assert (told[MYSTERY].form, told[MYSTERY].route, told[MYSTERY].strength_mg) == ("capsule", "oral", 500)
    assert told[BRAND] == told[MYSTERY]
    assert told["0501080D0AAAAAA"].strength_mg is None  # two ingredients
    inhaler = told["0301011R0AAAPAP"]
    assert (inhaler.form, inhaler.route) == ("inhaler pressurised", "inhaled")
    assert float(inhaler.strength_mg) == pytest.approx(0.1)


def test_products_of_one_virtual_product_are_a_set(area, tmp_path):
    area.load([write_release(tmp_path, MEDICINES), write_mapping(tmp_path, MEDICINES)])
    rows = lambda name: rows_of(area.store, name)  # noqa: E731
    sets = sets_told(rows)
    assert sets[MYSTERY] == sets[BRAND]
    assert sets[MYSTERY].startswith("Amoxicillin 500mg capsules (")
    assert len(set(sets.values())) == len(MEDICINES)
    assert medicine_of_codes(rows).height == 4


def test_the_users_own_table_of_sets_goes_first(area, tmp_path):
    from opencommissioning.area.money.pricing import _own_sets

    area.load([write_release(tmp_path, MEDICINES), write_mapping(tmp_path, MEDICINES)])
    (tmp_path / "sets.csv").write_text(f"BNF Code,Substitution Set\n{BRAND},alone\n")
    area.load([tmp_path / "sets.csv"])
    assert _own_sets(area.store)[BRAND] == "alone"
    assert _own_sets(area.store)[MYSTERY].startswith("Amoxicillin")


def test_packs_lead_to_their_virtual_product(tmp_path):
    frame = read_dmd(write_release(tmp_path, MEDICINES)).filter(pl.col("record") == "product")
    assert set(frame["kind"]) == {"VMP", "AMP", "VMPP", "AMPP"}
    amoxicillin = frame.filter(pl.col("vmp") == frame["vmp"][0])
    assert sorted(amoxicillin["kind"]) == ["AMP", "AMPP", "VMP", "VMPP"]
    assert "Amoxil <500> & more (An invented maker)" in frame["name"].to_list()


def test_files_that_were_unzipped_are_read_with_their_neighbours(area, tmp_path):
    folder = tmp_path / "unzipped"
    with zipfile.ZipFile(write_release(tmp_path, MEDICINES)) as archive:
        archive.extractall(folder)
    (report,) = area.load([next(folder.glob("f_vmp2_*.xml"))])
    assert report.warnings == ()
    assert rows_of(area.store, "dmd_ingredients")["form"].null_count() == 0
    for other in folder.glob("f_[ail]*.xml"):
        other.unlink()
    alone = Area.create(tmp_path / "alone", "dm+d")
    (report,) = alone.load([next(folder.glob("f_vmp2_*.xml"))])
    assert any("no form is known" in each for each in report.warnings)


def test_another_part_of_the_release_alone_says_what_to_load(area, tmp_path):
    folder = tmp_path / "unzipped"
    with zipfile.ZipFile(write_release(tmp_path, MEDICINES)) as archive:
        archive.extractall(folder)
    with pytest.raises(FileRefused, match=r"part of the dm\+d"):
        area.load([next(folder.glob("f_amp2_*.xml"))])


BOMB = '<?xml version="1.0"?><!DOCTYPE VIRTUAL_MED_PRODUCTS [<!ENTITY a "aaaaaaaaaa">{}]><VIRTUAL_MED_PRODUCTS><VMPS><VMP><VPID>&z;</VPID></VMP></VMPS></VIRTUAL_MED_PRODUCTS>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB.format("".join(f'<!ENTITY {b} "&{a};&{a};&{a};&{a};">' for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True))), "declares a document type"),
        ('<?xml version="1.0"?><!DOCTYPE VIRTUAL_MED_PRODUCTS SYSTEM "file:///etc/hostname"><VIRTUAL_MED_PRODUCTS/>', "declares a document type"),
        ("<VIRTUAL_MED_PRODUCTS><VMPS><VMP><VPID>323509004</VPID>", "is not XML"),
    ],
)  # fmt: skip
def test_xml_that_would_grow_or_is_cut_short_is_refused(area, tmp_path, text, words):
    path = tmp_path / "nhsbsa_dmd_1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("f_vmp2_3261126.xml", text)
    with pytest.raises(FileRefused, match=words):
        area.load([path])
    assert area.store.datasets() == []


def test_the_mapping_loads_as_a_workbook_in_a_zip_with_apostrophes(area, tmp_path):
    table = pl.read_csv(write_mapping(tmp_path, MEDICINES), infer_schema=False)
    book = openpyxl.Workbook()
    book.active.append(table.columns)
    for row in table.iter_rows():
        book.active.append([f"'{cell}" if cell and cell[:4].isalnum() and name in ("BNF Code", "SNOMED Code") else cell for name, cell in zip(table.columns, row, strict=True)])  # fmt: skip
    book.save(tmp_path / "map.xlsx")
    with zipfile.ZipFile(tmp_path / "map.zip", "w") as archive:
        archive.write(tmp_path / "map.xlsx", "BNF Snomed Mapping data.xlsx")
    assert recognise(tmp_path / "map.zip")[0].id == "dmd"
    area.load([tmp_path / "map.zip"])
    rows = rows_of(area.store, "dmd")
    assert rows.height == table.height
    assert MYSTERY in rows["bnf_code"].to_list()

"""A publisher's table that somebody saved as a workbook is the same table."""

import openpyxl
import pytest

from opencommissioning.area import Area
from opencommissioning.catalogue.source import Table
from opencommissioning.sources.recognise import recognise
from opencommissioning.sources.registry import SOURCES
from opencommissioning.sources.specimens import specimen, write_specimen

TURNED = {
    era.name: era
    for source in SOURCES
    for era in source.eras
    if isinstance(era.reader, Table)
    and not (
        source.id == "waiting_times" and "workbook" in era.name
    )  # whose own workbooks are another layout
    and not era.name.startswith("dm+d release")  # no table but XML
}


def as_workbook(era, csv_file, cell=str):
    """The specimen's cells in a workbook beside the text file, numbers as text, as they stand there, or as `cell` makes them."""
    book = openpyxl.Workbook()
    for row in specimen(era):
        book.active.append([cell(each.lstrip("\ufeff")) for each in row])
    path = csv_file.with_suffix(".xlsx")
    book.save(path)
    return path


@pytest.mark.parametrize("name", TURNED)
def test_a_wide_table_saved_as_a_workbook_reads_the_same(name, tmp_path):
    era = TURNED[name]
    text = write_specimen(era, tmp_path)
    book = as_workbook(era, text)
    assert recognise(book)[1].name == name
    expected, found = era.reader.read(text), era.reader.read(book)
    assert found.equals(expected.select(found.columns))


@pytest.mark.parametrize("name", [name for name in TURNED if name.startswith("RTT")])
def test_waiting_times_saved_by_a_spreadsheet_load_the_same(name, tmp_path):
    """A spreadsheet makes numbers of the counts, and leaves blank what is blank."""
    era = TURNED[name]
    text = write_specimen(era, tmp_path)
    book = as_workbook(era, text, lambda cell: int(cell) if cell.isdigit() else cell or None)
    parts = []
    for path, place in ((text, "from-text"), (book, "from-workbook")):
        (report,) = Area.create(tmp_path / place).load([path])
        parts.append(
            [
                (each.part.dataset, each.part.period, each.part.rows, each.part.totals)
                for each in report.loaded
            ]
        )
    assert parts[0] == parts[1]

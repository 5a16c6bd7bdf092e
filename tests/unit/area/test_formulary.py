"""The local formulary: the most specific entry speaks; a wrong row is named."""

import pytest

from opencommissioning.area.money.formulary import formulary
from opencommissioning.errors import DefinitionError


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        (tmp_path / "formulary.csv").write_text(text, encoding=encoding)
        return tmp_path

    return write


def test_the_most_specific_entry_speaks(write):
    found = formulary(
        write(
            'code,status,note\n0501,amber,\n0501080W0,Red,"second line, after culture"\n0501080W0AAAEAE,green,\n'
        )
    )
    assert found.status("0501013B0AAABAB").words == "Amber"
    assert found.status("0501080W0AAADAD").words == "Red: second line, after culture"
    assert found.status("0501080W0AAAEAE").status == "green"
    assert found.status("0212000B0AAAAAA") is None


def test_a_wildcard_stands_for_every_brand(write):
    found = formulary(write("code,status\n0501013B0%AB,grey\n"))
    assert found.status("0501013B0BBABAB").status == "grey"
    assert found.status("0501013B0BBACAC") is None


def test_no_file_is_an_empty_formulary(tmp_path):
    assert formulary(tmp_path).status("0501") is None


def test_a_spreadsheets_mark_at_the_beginning_is_passed_over(write):
    assert formulary(write("Code,Status,Note\n0501,green,\n", "utf-8-sig")).status("0501").status == "green"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the first row must be code,status,note"),
        ("code,colour\n0501,green\n", "the first row must be"),
        ("code,status\n501,green\n501A,grene\n", "row 3: status 'grene' is not known; did you mean 'green'"),
        ("code,status\n5,green\n", "row 2: '5' is no BNF code (keep leading zeros"),
        ("code,status\n0501,green\n0501,red\n", "row 3: code '0501' stands in row 2 already"),
        ("code,status\n0501,green,x,y\n", "too many cells"),
        ("code,status,note\n0501,green," + "x" * 201 + "\n", "the note has 201 characters"),
    ],
)
def test_what_is_wrong_is_named_by_row(write, text, sentence):
    with pytest.raises(DefinitionError) as refused:
        formulary(write(text))
    assert sentence in str(refused.value)


def test_a_change_of_the_file_is_seen(write):
    import os

    folder = write("code,status\n0501,green\n")
    assert formulary(folder).status("0501").status == "green"
    write("code,status\n0501,red\n")
    os.utime(folder / "formulary.csv", ns=(1, 1))
    assert formulary(folder).status("0501").status == "red"

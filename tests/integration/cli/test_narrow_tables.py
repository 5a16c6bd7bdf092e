"""Tables of 80 columns and of many: nothing is cut inside a word that says what a row is about, no line is too long."""

import pytest
from rich.cells import cell_len

from opencommissioning.cli import screen
from opencommissioning.cli.wrapping import Terminal, together

LOADED = (
    ("File", "What", "Period", "Rows kept", "Left out", "Refused", ""),
    [
        ("20241130-RTT-November-2024-RBD_full_extract_subset.csv", "RTT full extract", "November 2024", "1,503", "2,997", "0", "5.7 s"),
        ("commissioner_2015_03_Admitted.csv", "RTT admitted by commissioner, one part a file", "March 2015", "59,266", "9,271", "0", "4.7 s"),
    ],
    ("Rows kept", "Left out", "Refused"),
    1,
)  # fmt: skip
MEASURED = (
    ("Code", "Name", "Value", "Numerator", "Denominator", "Expected between", "Verdict"),
    [("X81029", "Cranebrook Medical Centre", "74.5 %", "190", "255", "32.2 % – 60.4 %", "far higher than expected")],
    ("Value", "Numerator", "Denominator", "Expected between"),
    2,
)  # fmt: skip
STANDING = (
    ("Dataset", "Periods", "Parts", "Rows", "Refused"),
    [("waiting_for_admission_by_commissioner", "March 2015 to November 2024", "2", "59,775", "0")],
    ("Parts", "Rows", "Refused"),
    1,
)

SAVED = (
    ("", "Paid a unit, on average", "Target a unit, on average", "Possible", "Counted", "Above and below"),
    [("Buprenorphine 5micrograms/hour transdermal patches", "£3.25", "£1.88", "£142,359", "£14,383", "−£142,359")],
    ("Paid a unit, on average", "Target a unit, on average", "Possible", "Counted", "Above and below"),
    0,
)  # fmt: skip


@pytest.fixture
def shown(monkeypatch):
    """`shown(table, width)`: the lines that a terminal of that width shows."""

    def lines(told, width):
        columns, rows, right, label = told
        monkeypatch.setattr(screen, "console", Terminal(width=width, highlight=False))
        with screen.console.capture() as capture:
            screen.table(columns, rows, right, label)
        return [line.rstrip() for line in capture.get().splitlines()]

    return lines


@pytest.mark.parametrize("told", [LOADED, MEASURED, STANDING, SAVED])
@pytest.mark.parametrize("width", [80, 100, 160])
def test_what_a_row_is_about_and_its_numbers_stay_whole(shown, told, width):
    lines = shown(told, width)
    assert all(cell_len(line) <= width for line in lines)
    columns, rows, right, label = told
    for row in rows:
        whole = [*row[:label], *(cell for column, cell in zip(columns, row, strict=True) if column in right)]
        assert all(any(cell in line for line in lines) for cell in whole)


def test_a_wide_terminal_has_a_line_a_row(shown):
    assert len(shown(LOADED, 160)) == 3
    assert len(shown(MEASURED, 160)) == 2


def test_a_narrow_one_puts_the_label_above_or_wraps_between_words(shown):
    assert shown(MEASURED, 80) == [
        "Code    Name",
        "     Value  Numerator  Denominator  Expected between  Verdict",
        "X81029  Cranebrook Medical Centre",
        "    74.5 %        190          255   32.2 % – 60.4 %  far higher than expected",
    ]
    assert shown(STANDING, 80) == [
        "Dataset                                Periods            Parts    Rows  Refused",
        "waiting_for_admission_by_commissioner  March 2015 to          2  59,775        0",
        "                                       November 2024",
    ]
    first = shown(LOADED, 80)
    assert first[2] == LOADED[1][0][0]
    assert first[3].split() == [
        "RTT",
        "full",
        "extract",
        "November",
        "2024",
        "1,503",
        "2,997",
        "0",
        "5.7",
        "s",
    ]


FIGURES = "Carbon of inhalers: 100.0 % of 1,200 items against 98.5 % for all, £1,200 a month or £14,400 a year; within ± 3 for 6 months."


@pytest.mark.parametrize("width", range(16, 140))
def test_no_line_breaks_between_a_figure_and_its_unit(monkeypatch, width):
    monkeypatch.setattr(screen, "console", Terminal(width=width, highlight=False))
    with screen.console.capture() as capture:
        screen.say(FIGURES)
    lines = [line.strip() for line in capture.get().splitlines()]
    assert " ".join(lines) == FIGURES
    for whole in ("100.0 %", "98.5 %", "£1,200 a month", "£14,400 a year", "± 3", "6 months"):
        assert any(whole in line for line in lines), (whole, lines)


def test_words_that_only_begin_like_a_unit_stay_free():
    for text in ("12 practices", "1,000 patients", "3 shares", "5 a", "2 daysheets"):
        assert together(text) == text


def test_cells_of_words_keep_figure_and_unit_together(shown):
    lines = shown((("Code", "Words"), [("X1", "far higher than expected for 6 months")], (), 1), 36)
    assert any("6 months" in line for line in lines)


def test_an_error_is_shown_with_plain_blanks(monkeypatch):
    monkeypatch.setattr(screen, "errors", Terminal(width=40, highlight=False))
    with screen.errors.capture() as capture:
        screen.problem("only 97.3 % of the patients")
    assert capture.get().strip() == "Error: only 97.3 % of the patients"

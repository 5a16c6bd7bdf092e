"""A letter lists what is far from peers and not put forward, says how much of that is luck, and never speaks of a table."""

from datetime import date

import pytest

from opencommissioning.area.library import Library
from opencommissioning.reports.digest import subject, text
from opencommissioning.reports.letter import Letter, Point
from opencommissioning.reports.organisation import Line, OrganisationReport
from opencommissioning.variation.verdict import Stand, Verdict

MONTH = date(2026, 9, 1)
PAGE = "https://compare.example.nhs.uk/organisation/X81010/"


@pytest.fixture(scope="module")
def line():
    measures = Library().measures

    def made(name, z, stand=Stand.HIGHER, months=1, named=False, judgement="worse"):
        verdict = Verdict(
            name, "X81010", "practice", MONTH, stand, 24.0, 10.5, 6.0, 15.0, months, None, None, None, ""
        )
        return Line(
            measures[name], verdict, judgement, "24.0 %", "10.5 %", "6.0 % and 15.0 %", str(stand), None, z, named=named
        )  # fmt: skip

    return made


def letter(lines, lasting=(), different=(), look=(), more=0, judged=100):
    report = OrganisationReport(
        code="X81010", name="Silvershaw Family Practice", level="practice", level_words="practice", month=MONTH, flags=("A practice of adults.",),
        ages="", worse=(), better=(), different=tuple(different), moved=(), lasting=tuple(lasting), held=(), topics={"all": tuple(lines)},
        judged=judged, luck=f"{len(lines)} of {judged} measures lie beyond the limits; luck alone would give about 5 such flags here.", coverage="",
    )  # fmt: skip
    points = tuple(
        Point(each, "Far higher.", "None moved.", "Look.", "Luck seldom does.", "") for each in look
    )
    return Letter(report, "Area", "", "abc", (), (), points, more, ())


@pytest.fixture(scope="module")
def far(line):
    return [
        line("quinolone_share", 2.4),
        line("trimethoprim_share", 2.9),
        line("broad_spectrum_antibiotics", 2.6, Stand.FAR_HIGHER, months=16),
        line("special_infant_formula_cost", 2.1),
        line("statin_items", 0.3, Stand.USUAL),
    ]


def ids(lines):
    return [each.measure.id for each in lines]


def test_what_lasts_is_listed_first_then_the_furthest_and_never_more_than_three(far):
    told = letter(far, lasting=far[2:3])
    assert ids(told.beyond) == ["broad_spectrum_antibiotics", "trimethoprim_share", "quinolone_share"]


def test_what_the_page_names_without_a_judgement_goes_before_all(line, far):
    other = line("cost_per_patient", 2.0, named=True, judgement="")
    told = letter([*far, other], lasting=far[2:3], different=[other])
    assert ids(told.beyond)[:2] == ["cost_per_patient", "broad_spectrum_antibiotics"]
    assert "None of those where one side is better is so far out" in told.opening


def test_a_letter_that_puts_nothing_forward_says_so_and_lists_what_is_far_with_the_odds(far):
    told = letter(far, lasting=far[2:3])
    words = " ".join(text(told).split())
    assert subject(told) == "Silvershaw Family Practice: nothing is put forward, September 2026"
    assert told.opening.startswith("Nothing is put forward in the data to September 2026.")
    assert "stands out" not in words
    assert words.count("luck alone would give about 5 such flags") == 1
    assert "BEYOND WHAT IS EXPECTED, BUT NOT PUT FORWARD * " in words
    for each in told.beyond:
        assert each.sentence in words
    assert told.report.lasting_words in words
    assert "1 of 10 letters" in words


def test_where_nothing_is_far_out_nothing_stands_out(far):
    told = letter(far[4:])
    assert told.beyond == ()
    assert subject(told) == "Silvershaw Family Practice: nothing stands out, September 2026"
    assert "BEYOND" not in text(told)


def test_what_is_put_forward_is_not_listed_again_and_the_odds_stand_below(line, far):
    first = line("broad_spectrum_antibiotics", 6.0, Stand.FAR_HIGHER, named=True)
    told = letter([first, *far[:2]], look=[first], more=1)
    assert ids(told.beyond) == ["trimethoprim_share", "quinolone_share"]
    assert subject(told) == "Silvershaw Family Practice: 1 to look at, September 2026"
    words = " ".join(text(told).split())
    assert "ALSO BEYOND WHAT IS EXPECTED * " in words
    assert told.report.luck in words.split("ALSO BEYOND")[1]


def test_a_letter_points_at_the_page_or_the_command_and_never_at_a_table(line, far):
    first = line("broad_spectrum_antibiotics", 6.0, Stand.FAR_HIGHER, named=True)
    for told in (letter(far, lasting=far[2:3]), letter([first, *far[:2]], look=[first], more=1)):
        assert "'opencommissioning show practice X81010 --all'" in " ".join(text(told).split())
        assert f"More: {PAGE}" in text(told, PAGE)
        assert "table" not in text(told) + text(told, PAGE)
    assert told.further == "1 more stands out beside these."


def test_no_blank_stands_twice_in_a_line(far):
    lines = text(letter(far, lasting=far[2:3])).splitlines()
    assert [each for each in lines if "  " in each.lstrip().removeprefix("* ")] == []
    assert "A practice of adults." in " ".join(lines)

"""Every truth of truth.toml is found by the engine that knows nothing of it: by verdicts, series, money or the register."""

import tomllib
from datetime import date

import numpy as np
import pytest

from opencommissioning.area.money.conceding import concessions
from opencommissioning.catalogue.period import shift
from opencommissioning.measures.series import Missing
from opencommissioning.statistics.breaks import find_break
from opencommissioning.variation.verdict import Stand

HIGH, LOW = (Stand.FAR_HIGHER, Stand.HIGHER), (Stand.FAR_LOWER, Stand.LOWER)


@pytest.fixture(scope="module")
def truths(invented_files):
    found = tomllib.loads((invented_files / "truth.toml").read_text(encoding="utf-8"))["truth"]
    return {each["id"]: each for each in found}


def month_of(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def put_forward(report) -> set[str]:
    """The measures that a reader of the report meets before the table of everything."""
    parts = (report.worse, report.better, report.different, report.moved, report.lasting)
    return {each.measure.id for part in parts for each in part}


def line(area, code: str, measure: str):
    """What the report of an organisation says of a measure."""
    topics = area.report(code).topics.values()
    return next(each for topic in topics for each in topic if each.measure.id == measure)


def level_after_and_before(area, code: str, measure: str, month: date) -> float:
    """The measure's level from a month on over its level before, relative to England's: what happened here and not everywhere."""
    own, all_ = (
        area.current.series(measure, level, 1) for level in (area.current.organisation(code).level, "england")
    )
    column = own.months.index(month)
    change = [
        np.nansum(top[column:])
        / np.nansum(bottom[column:])
        / (np.nansum(top[:column]) / np.nansum(bottom[:column]))
        for top, bottom in (
            (own.numerators[own.row(code)], own.denominators[own.row(code)]),
            (all_.numerators[0], all_.denominators[0]),
        )
    ]
    return change[0] / change[1]


@pytest.mark.parametrize(
    ("truth", "measure", "stands"),
    [
        ("habit_broad_spectrum", "broad_spectrum_antibiotics", HIGH),
        ("habit_opioids", "opioid_ome", HIGH),
        ("habit_antibiotics_low", "oral_antibiotics", LOW),
        ("habit_antibiotics_high", "oral_antibiotics", HIGH),
    ],
)
def test_a_habit_is_beyond_the_limits_and_has_been(invented, truths, truth, measure, stands):
    found = line(invented, truths[truth]["organisations"][0], measure).verdict
    assert found.stand in stands
    assert found.months_beyond >= 6


@pytest.mark.parametrize(
    ("truth", "measure"),
    [
        ("habit_broad_spectrum", "broad_spectrum_antibiotics"),
        ("habit_antibiotics_high", "oral_antibiotics"),
    ],
)
def test_nobody_reads_that_nothing_is_unusual_where_a_habit_is_planted(invented, truths, truth, measure):
    assert measure in put_forward(invented.report(truths[truth]["organisations"][0]))


def test_few_practices_are_told_of_a_difference_that_lasts(invented):
    """Named or not, what is put forward stays short: the median practice has nothing of the kind."""
    counts = [
        len(invented.report(each.code).lasting) for each in invented.current.organisations_of("practice")[:60]
    ]
    assert np.median(counts) == 0


def test_forty_patients_are_never_judged(invented, truths):
    report = invented.report(truths["tiny"]["organisations"][0])
    assert report.judged == 0
    assert "small list" in report.flags[0]


@pytest.mark.parametrize(
    ("truth", "measure", "low", "high"),
    [("step", "gabapentinoids", 0.45, 0.8), ("care_home", "oral_nutritional_supplements", 1.3, 3.0)],
)
def test_a_step_is_the_likeliest_change_of_level(invented, truths, truth, measure, low, high):
    """Five months after it the verdict may not be sure yet (how often it is, calibration says); where the change lies it knows."""
    planted = truths[truth]
    code, month = planted["organisations"][0], month_of(planted["month"])
    own, all_ = (invented.current.series(measure, level, 1) for level in ("practice", "england"))
    found = find_break((own.values[own.row(code)] / all_.values[0])[None, :], shortest=3)
    assert abs(int(found.position[0]) - own.months.index(month)) <= 2
    assert low < level_after_and_before(invented, code, measure, month) < high


@pytest.mark.parametrize("truth", ["brand_switch_from", "brand_switch_to"])
def test_a_switch_of_brand_moves_its_share(invented, truths, truth):
    planted = truths[truth]
    assert (
        level_after_and_before(
            invented, planted["organisations"][0], "pregabalin_generic", month_of(planted["month"])
        )
        > 2
    )


@pytest.mark.parametrize(
    ("truth", "measure", "low", "high"),
    [
        ("initiative_cost", "low_priority_omnibus", 0.85, 0.99),
        ("initiative_statins", "statin_items", 1.005, 1.06),
    ],
)
def test_the_initiative_moves_home_and_nobody_else(invented, truths, truth, measure, low, high):
    month = month_of(truths[truth]["month"])
    assert low < level_after_and_before(invented, "9A1", measure, month) < high


def test_months_without_rows_are_missing_and_their_neighbours_are_not(invented, truths):
    planted = truths["missing_prescribing"]
    series = invented.current.series("trimethoprim_share", "practice", 1)
    column = series.months.index(month_of(planted["month"]))
    for code in planted["organisations"]:
        missing = series.missing[series.row(code), column - 1 : column + 2].tolist()
        assert missing == [Missing.NOTHING, Missing.NOT_IN_FILE, Missing.NOTHING]


def test_a_month_without_lists_is_carried_and_known(invented, truths):
    month = month_of(truths["missing_lists"]["month"])
    lists = invented.current.grid.layers["registrations"]
    assert month not in lists.loaded
    series = invented.current.series("oral_antibiotics", "practice", 1)
    assert np.isfinite(series.values[:, series.months.index(month)]).mean() > 0.9


def test_a_merged_practice_ends_and_its_heir_grows(invented, truths):
    planted = truths["merger"]
    (gone, heir), month = planted["organisations"], month_of(planted["month"])
    build = invented.current
    column, rows = build.months.index(month), build.register.practices
    patients = np.asarray(build.grid.patients)
    assert build.organisation(gone).closed < month
    series = build.series("all_items", "practice", 1)
    assert series.missing[series.row(gone), column] == Missing.NOT_OPEN
    assert (
        patients[rows.index(heir), column]
        > patients[rows.index(heir), column - 1] + 0.5 * patients[rows.index(gone), column - 1]
    )


@pytest.mark.parametrize(("truth", "before", "after"), [("closure", True, False), ("opening", False, True)])
def test_practices_are_there_only_while_they_are_open(invented, truths, truth, before, after):
    planted = truths[truth]
    series = invented.current.series("all_items", "practice", 1)
    row, column = series.row(planted["organisations"][0]), series.months.index(month_of(planted["month"]))
    there = np.isfinite(series.values[row])
    assert (there[column - 1], there[column]) == (before, after)


def test_a_practice_is_of_the_pcn_that_it_was_in(invented, truths):
    planted = truths["pcn_move"]
    practice, old, new = planted["organisations"]
    build = invented.current
    month = build.months.index(month_of(planted["month"]))
    for current, before in ((False, old), (True, new)):
        codes, parents = build.members("pcn", current)
        row = np.asarray(parents)[build.register.practices.index(practice)]
        assert (codes[row[month - 1]], codes[row[month]]) == (before, new)


def test_dormant_practices_count_for_nothing(invented, truths):
    build = invented.current
    rows = [
        build.register.practices.index(code)
        for code in truths["dormant"]["organisations"]
        if code in build.register.practices
    ]
    assert not build.expected[rows].any()


def test_special_practices_differ_as_their_patients_do(invented, truths):
    """The homeless practice's gabapentinoids stand out; students need few of nearly everything; a dispensing practice is nobody's outlier for it."""
    assert line(invented, truths["homeless"]["organisations"][0], "gabapentinoids").verdict.stand in HIGH
    assert line(invented, truths["university"]["organisations"][0], "all_items").verdict.stand in LOW
    assert line(invented, truths["dispensing"]["organisations"][0], "all_items").verdict.stand not in LOW


def test_a_concession_costs_money_only_while_it_holds(invented, truths):
    planted = truths["concession"]
    first, last = month_of(planted["month"]), month_of(planted["to_month"])
    found = concessions(invented.current, invented.store, "ENGLAND", shift(first, -2), shift(last, 2))
    assert found["cost"].sum() > 0
    assert found["month"].min() >= first
    assert found["month"].max() <= last


def test_a_price_that_fell_is_price(invented, truths):
    planted = truths["price_fall"]
    told = invented.why("9A1", month_of(planted["month"]), invented.current.latest)
    moved = {each.code: each for each in told.movers}[planted["bnf_prefixes"][0]]
    assert moved.amount < 0
    assert moved.cause == "price"


def test_a_retired_code_goes_on_under_the_new_one(invented, truths):
    """Soluble paracetamol: the measure that counts it does not fall in the January of the change."""
    if "code_change" not in truths:
        pytest.skip("this economy has no January after its first month")
    month = month_of(truths["code_change"]["month"])
    assert 0.7 < level_after_and_before(invented, "9A1", "soluble_paracetamol", month) < 1.4


def test_no_truth_is_forgotten(truths):
    """A truth that is planted and never asked for proves nothing: this file names each."""
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [id_ for id_ in truths if f'"{id_}"' not in text] == []

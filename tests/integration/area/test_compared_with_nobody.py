"""England, and levels with a handful of organisations, are shown without an "all" and without an expected range."""


def test_england_is_compared_with_nobody(invented):
    report = invented.report("ENGLAND")
    lines = [line for topic in report.topics.values() for line in topic]
    valued = [line for line in lines if line.verdict.value is not None]
    assert len(valued) > 50
    assert {line.centre for line in valued} == {"–"}
    assert report.luck == "England is compared with nobody, so no measure is judged."


def test_its_measure_has_no_expected_range(invented):
    report = invented.measure_report("all_items", "england")
    (row,) = report.rows(5)
    assert row[report.columns.index("Expected between")] == "–"
    assert report.luck == "England is compared with nobody."


def test_practices_keep_theirs(invented):
    """Over a hundred practices are all of something."""
    (row, *_) = invented.measure_report("all_items", "practice").rows(5)
    assert " to " in row[-2]
    assert invented.report("X81010").topics
    assert all(
        line.centre != "–"
        for lines in invented.report("X81010").topics.values()
        for line in lines
        if line.judgement
    )

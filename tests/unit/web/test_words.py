"""Small drawings and prose of the templates."""

from opencommissioning.web.words import prose, small_line, spark, topic_words


def test_a_line_breaks_where_a_month_is_missing():
    runs = spark([1.0, 2.0, None, 4.0])
    assert [len(run.split()) for run in runs] == [2, 1]
    assert runs[0].startswith("3.0,25.0")  # the smallest is at the bottom left
    assert runs[1] == "117.0,3.0"  # the largest is at the top right


def test_a_flat_line_is_in_the_middle():
    assert spark([5.0, 5.0]) == ["3.0,14.0 117.0,14.0"]


def test_a_line_that_reaches_the_last_month_ends_in_a_dot():
    drawn = small_line([1.0, None, 2.0, 4.0])
    assert drawn.count("<polyline") == 2
    assert drawn.endswith('<circle cx="117.0" cy="3.0" r="2.5"/></svg>')
    assert "<circle" not in small_line([1.0, 2.0, None])
    assert small_line([None]) == ""


def test_nothing_known_draws_nothing():
    assert spark([None, None]) == []
    assert spark([]) == []


def test_markdown_of_a_definition_cannot_bring_html_or_script():
    html = prose(
        "Because **it matters**.\n\n- one\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://z/p.png)"
    )
    assert "<strong>it matters</strong>" in html
    assert "<li>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_topics_in_words():
    assert topic_words("antimicrobial_stewardship") == "Antimicrobial stewardship"

"""What pages say in words: which way something moved, that nothing lies beyond chance, who could not be judged, what is missing."""

import re
from html import unescape

import polars as pl
import pytest


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def verdicts(site):
    """Every practice's verdicts of the build, as the store holds them."""
    from opencommissioning.area.comparison.judging import read_verdicts
    from opencommissioning.web import questions

    return read_verdicts(questions.build(), "practice")


def test_a_move_says_which_way_from_where_to_where(client, verdicts):
    moved = verdicts.filter((pl.col("stand") == "moved") & pl.col("moved_from").is_not_null())
    if not moved.height:
        pytest.skip("no practice has moved in this invented area")
    row = moved.row(0, named=True)
    way = "up" if row["moved_to"] > row["moved_from"] else "down"
    for address in (
        f"/organisation/{row['organisation']}/",
        f"/measure/{row['measure']}/practice/?organisation={row['organisation']}",
    ):
        said = re.findall(
            r"Moved (up|down) in \w+ \d{4}, from [£\d.,]+(?: %)? to [£\d.,]+(?: %)? \(monthly level\)",
            words(client.get(address)),
        )
        assert way in said, address


def test_the_home_page_says_that_nothing_is_beyond_chance_before_it_speaks_of_luck(client, site):
    from opencommissioning.web import questions

    told = questions.report(questions.home_code())
    page = words(client.get("/"))
    assert page.index("at a glance") < page.index("luck alone would give")
    if told.nothing_named:
        assert re.search(r"Noth\w+ (?:stands out|is put forward) for", page.split("luck alone would give")[0])
    assert 'class="oc-told oc-told--better"' not in page.split("What moved")[-1].split("</ul>")[0]


def test_organisations_that_could_not_be_judged_are_not_shown_as_noughts(client, site):
    from opencommissioning.web import questions

    for code in questions.build().register.codes["sub_icb"]:
        _, below = questions.children(code)
        page = words(client.get(f"/organisation/{code}/"))
        for child in below:
            row = page.split(f'<span class="oc-code">{child.organisation.code}</span></th>')[1].split(
                "</tr>"
            )[0]
            if child.judged:
                assert row.count("numeric") == 5
            else:
                assert "Not judged: " in row, child


def test_open_practices_without_prescribing_are_named_with_what_is_missing(client, site):
    from opencommissioning.area.data.data_status import missing_practices
    from opencommissioning.measures.series import Missing
    from opencommissioning.web import questions

    build = questions.build()
    layer = build.grid.layers["prescribing"]
    # slow and obvious: every open practice, one by one
    without = [
        code
        for row, code in enumerate(build.register.practices)
        if build.register.open[row, layer.cut][-1] and layer.missing[row][-1] == Missing.NOT_IN_FILE
    ]
    assert sorted(code for code, _, _ in missing_practices(build)) == sorted(without)
    page = words(client.get("/status/"))
    for code in without:
        assert re.search(rf"{code}</span>: no prescribing", page)

"""flow move --scenario: a file says the same as options, several stand side by side, what cannot be is refused with file, change and key."""

import pytest
from click.testing import CliRunner

from opencommissioning.area.waiting.scenario_files import as_toml, scenario_of_file
from opencommissioning.area.waiting.scenario_words import codes_of, read, typed, without
from opencommissioning.cli.main import commands
from opencommissioning.errors import OpenCommissioningError

TWO = """
name = "Closer to home"
weeks = 12
[[change]]
list = "gynaecology"
share = 0.3
freed = "closed"
price = {first = 180, follow-up = 90}
cost = {first = 110, follow-up = 60}
contacts = 2
stranded = "40 %"
[[change]]
list = "110"
extra = 20
plan = ["2026-11=120", "2026-12=90"]
"""


def run(*words):
    done = CliRunner().invoke(commands, ["flow", "move", *map(str, words)])
    return done.exit_code, " ".join((done.output + str(done.exception or "")).split())


def written(folder, text, name="scenario.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_the_same_as_options(extract, tmp_path):
    text = 'weeks = 12\n[[change]]\nlist = "gynaecology"\nshare = "30%"\nfreed = "shared"\nprice = 180\ncost = 110\n[[change]]\nlist = "110"\nextra = 20\n'
    here = (extract, "--organisation", "RZ1")
    by_file = run(*here, "--scenario", written(tmp_path, text))
    by_words = run(*here, "--list", "gynaecology=0.3", "--extra", "110=20", "--freed", "shared", "--price", 180, "--cost", 110, "--weeks", 12)  # fmt: skip
    assert by_file[0] == by_words[0] == 0
    assert by_file[1].partition("•")[2] == by_words[1].partition("•")[2]
    assert "All lists together" in by_file[1]


def test_several_lists_change_each_in_its_own_way(extract, lists, tmp_path):
    found = scenario_of_file(written(tmp_path, TWO), lists)
    one, two = found.asked.changes.values()
    assert (found.name, found.asked.weeks, list(found.asked.changes)) == ("Closer to home", 12, ["502", "110"])  # fmt: skip
    assert (one.share, one.freed, one.stranded, two.extra, len(two.steps)) == (0.3, "closed", 0.4, 20, 2)
    assert {kind: (each.per_person, each.price, each.cost) for kind, each in one.contacts.items()} == {"first": (2, 180, 110), "follow-up": (2, 90, 60)}  # fmt: skip
    code, said = run(extract, "--organisation", "RZ1", "--scenario", tmp_path / "scenario.toml")
    assert code == 0
    for each in ("Gynaecology:", "orthopaedics: +20 treatments a week, treatments as planned", "follow-up:", "All lists together"):  # fmt: skip
        assert each in said


def test_several_scenarios_stand_side_by_side_as_far_as_the_longest_looks(extract, tmp_path):
    files = [written(tmp_path, TWO), written(tmp_path, 'name = "Less"\nweeks = 20\n[[change]]\nlist = "502"\nshare = "10%"\n', "less.toml")]  # fmt: skip
    code, said = run(extract, "--organisation", "RZ1", *(word for path in files for word in ("--scenario", path)))  # fmt: skip
    assert code == 0
    assert "2 scenarios, 20 weeks" in said
    assert "People waiting Now As it is Closer to home Less" in said
    assert "10 scenarios" not in said


def test_how_far_is_what_is_written_on_the_command_line(extract, tmp_path):
    code, said = run(extract, "--organisation", "RZ1", "--scenario", written(tmp_path, TWO), "--weeks", 30)
    assert code == 0
    assert "30 weeks from the end" in said


def test_a_scenario_in_words_is_the_same_from_its_file(lists, tmp_path):
    words = typed({"list": "502", "share": "30", "freed": "closed", "price": "first=180", "cost": "first=110", "list-3": "110", "plan-3": "2026-11=120", "into-3": "502", "share-3": "5", "weeks": "17"})  # fmt: skip
    assert words["list-2"] == "110"  # numbered without a gap
    path = written(tmp_path, as_toml('A "name"', words, lists))
    found = scenario_of_file(path, lists)
    assert found.name == 'A "name"'
    assert found.asked == read(lists, codes_of(lists), words).asked
    assert without(words, 1)["list"] == "110"
    assert without(words, 2) == typed({name: word for name, word in words.items() if "-" not in name})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("weeks = 12\n", "has no [[change]]"),
        ("weeks = \n", "is no TOML"),
        ('[[change]]\nlist = "gynecology"\n', "change 1, 'list': RZ1 has no list 'gynecology'; did you mean"),
        ('[[change]]\nlist = "502"\nshar = 3\n', "change 1: 'shar' is none of the keys"),
        ('week = 3\n[[change]]\nlist = "502"\n', "change; did you mean 'weeks'"),
        ('[[change]]\nlist = "502"\n[[change]]\nshare = 0.3\n', "change 2, 'list': Choose the list"),
        ('[[change]]\nlist = "502"\n[[change]]\nlist = "502"\nextra = 1\n', "change 2, 'list': This list is changed above"),
        ('[[change]]\nlist = "502"\nshare = 300\n', "change 1, 'share': The share that moves must be"),
        ('[[change]]\nlist = "502"\nfreed = "moved"\n', "choose which they join"),
        ('[[change]]\nlist = "502"\ninto = "502"\nshare = 3\n', "into the list that they leave"),
        ('[[change]]\nlist = "502"\nprice = 180\n', "'cost': Give both"),
        ('[[change]]\nlist = "502"\nprice = {first = -1}\ncost = 1\n', "'price': The price in hospital must be"),
        ('[[change]]\nlist = "502"\nkind = "tests"\nshare = 30\n', "'back': Give the share of those tested"),
        ('weeks = 900\n[[change]]\nlist = "502"\n', "'weeks': Weeks must be"),
        ('by = "2020-03"\n[[change]]\nlist = "502"\n', "'by': March 2020 is not after"),
        ('by = "soon"\n[[change]]\nlist = "502"\n', "'by': "),
        ('by = "2027-03"\nweeks = 3\n[[change]]\nlist = "502"\n', "give one of them"),
        ('[[change]]\nlist = "502"\nplan = ["soon=3"]\n', "'plan': 'soon=3' is no step"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_refused_in_words(lists, tmp_path, text, sentence):
    with pytest.raises(OpenCommissioningError) as refused:
        scenario_of_file(written(tmp_path, text), lists)
    assert str(refused.value).startswith("scenario.toml: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say what changes"),
        (("--scenario", "none.toml"), "there is no such file"),
        (("--scenario", "none.toml", "--freed", "closed"), "write --freed into its file"),
        (("--scenario", "a.toml") * 6, "up to 5 scenarios"),
        (("--list", "502=0.3", "--list", "gynaecology=0.2"), "given twice"),
        (("--list", "502=30"), "30 per cent is written 502=30%"),
        (("--list", "502=0.3", "--freed", "moved"), "only into a list that is named"),
    ],
)
def test_options_that_cannot_be_are_refused_in_words(extract, words, sentence):
    code, said = run(extract, "--organisation", "RZ1", *words)
    assert code != 0
    assert sentence in said

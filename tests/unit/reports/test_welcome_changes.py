"""Good rises and good falls are told apart, each with its own sum and its own names."""

from types import SimpleNamespace

from opencommissioning.reports.spending import Explanation, Mover


def told(change, *movers):
    report = SimpleNamespace(movers=movers, decomposition=SimpleNamespace(change=change))
    return Explanation._good(report)


RISE = Mover("Apixaban", 1202.0, "items", "A", "more is better: DOACs")
FALL = Mover("Co-proxamol", -2982.0, "items", "B", "less is better: Co-proxamol")
NEITHER = Mover("Lidocaine", 50.0, "price", "C", "")


def test_a_rise_is_named_with_what_it_comes_to_and_a_fall_with_its_own():
    assert told(10_000.0, RISE, FALL, NEITHER) == (
        "Not every rise is bad. Of 1 of these products more was prescribed (+£1,202), which is usually better: "
        "Apixaban (more is better: DOACs). Of 1 of these products less was prescribed (−£2,982), which is usually better: "
        "Co-proxamol (less is better: Co-proxamol)."
    )


def test_falls_alone_excuse_no_rise():
    assert told(10_000.0, FALL).startswith("Of 1 of these products less was prescribed")
    assert told(10_000.0, NEITHER) == ""

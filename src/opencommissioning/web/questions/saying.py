"""Notes on points: what was said, what may be said about, and saying it."""

from datetime import date

from opencommissioning.area import annotations
from opencommissioning.area.annotations import Annotation
from opencommissioning.area.letters.writing import practices_of
from opencommissioning.catalogue.measure import Measure
from opencommissioning.catalogue.period import parse_month
from opencommissioning.errors import WrongField
from opencommissioning.web import questions

MONTHS = 60


def notes_of(code: str, measure: str = "") -> list[Annotation]:
    """What stands about an organisation, on one measure (with what is on all) when `measure` is given, oldest month first."""
    said = questions.area().annotations(code)
    return [each for each in said if not measure or each.measure in ("", measure)]


def notes_below(code: str) -> list[str]:
    """What stands about an organisation and the practices that belong to it, newest month first, as sentences."""
    build, said = questions.build(), questions.area().annotations()
    inside = set(practices_of(build, code))
    told = [
        (each.month, _whose(each, code))
        for each in said
        if each.organisation == code or each.organisation in inside
    ]
    return [sentence for _, sentence in sorted(told, reverse=True)]


def _whose(note: Annotation, code: str) -> str:
    name = questions.build().organisation(note.organisation).name
    return note.sentence if note.organisation == code else f"{name}, {note.sentence}"


def history_of(code: str) -> list[Annotation]:
    """Everything ever said about an organisation, newest month first, what was taken back included."""
    return annotations.history(questions.area().folder / "annotations", code)[::-1]


def months() -> list[date]:
    """The months that can be explained, newest first."""
    build = questions.build()
    return [month for month in build.months if month <= build.latest][::-1][:MONTHS]


def measures() -> list[Measure]:
    """The measures that can be explained, by title."""
    return sorted(questions.build().measures.values(), key=lambda each: each.title)


def add(code: str, month: str, text: str, by: str, measure: str) -> Annotation:
    """Say something about a point; a sentence when month, measure or text cannot be used."""
    try:
        asked = parse_month(month)
    except ValueError:
        raise WrongField("month", "choose the month that the note is about.") from None
    if asked not in months():
        raise WrongField("month", "choose a month that the figures reach.")
    if measure and measure not in questions.build().measures:
        raise WrongField("measure", f"there is no measure '{measure}' in this build")
    return questions.area().annotate(code, asked, text, by, measure)


def withdraw(code: str, note: str, by: str, why: str) -> Annotation:
    """Take a note back; UnknownName when it does not stand."""
    return annotations.withdraw(questions.area().folder / "annotations", code, note, by, why)

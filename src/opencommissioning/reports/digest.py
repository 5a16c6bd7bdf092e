"""The digest: a letter as plain text and as an .eml file for a mail program."""

import re
import shlex
import textwrap
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP

from opencommissioning.catalogue.period import spoken
from opencommissioning.reports.letter import Letter, Point
from opencommissioning.reports.organisation import OrganisationReport

WIDTH = 76


def subject(letter: Letter) -> str:
    """`Silvershaw Family Practice: nothing is put forward, September 2026`."""
    report = letter.report
    if letter.nothing:
        what = letter.headline.lower()
    else:
        counts = ((letter.celebrate, "to celebrate"), (letter.look, "to look at"))
        what = ", ".join(f"{len(points)} {words}" for points, words in counts if points)
    return f"{report.name}: {what}, {spoken(report.month)}"


def text(letter: Letter, more_at: str = "") -> str:
    """The digest in plain text, lines of at most `WIDTH` letters; `more_at` is the address of the organisation's page, where there is one."""
    report = letter.report
    head = [
        f"{report.name} ({report.code}), {report.level_words}",
        f"Prescribing data to {spoken(report.month)}. {letter.area}",
    ]
    parts = ["\n".join(head), filled(" ".join(filter(None, (letter.opening, letter.further, *report.flags))))]
    parts += _section("WORTH CELEBRATING", letter.celebrate) + _section("WORTH A LOOK", letter.look)
    parts += _beyond(letter)
    if letter.notes:
        parts += ["WHAT WAS SAID ABOUT THESE FIGURES", *(filled(note, "- ") for note in letter.notes)]
    parts += ["HOW SURE WE ARE", filled(letter.rate), _more(report, more_at), filled(_ending(letter))]
    return "\n\n".join(parts) + "\n"


def _more(report: OrganisationReport, more_at: str) -> str:
    """Where every measure stands: a letter has no table."""
    if more_at:
        return f"More: {more_at}"
    command = f"opencommissioning show {report.level.replace('_', '-')} {shlex.quote(report.code)} --all"
    return filled(f"Every measure with its verdict: '{command}', or the page of this {report.level_words}.")


def _beyond(letter: Letter) -> list[str]:
    """What is far from peers and no point of the letter, in the verdicts' own words."""
    if not letter.beyond:
        return []
    lines = "\n".join(filled(line.sentence, "* ") for line in letter.beyond)
    words = [filled(letter.beyond_words)] if letter.beyond_words else []
    title = (
        "BEYOND WHAT IS EXPECTED, BUT NOT PUT FORWARD" if letter.nothing else "ALSO BEYOND WHAT IS EXPECTED"
    )
    return [title, lines, *words]


def _ending(letter: Letter) -> str:
    correct = f"Questions and corrections: {letter.contact}. " if letter.contact else ""
    return f"{correct}Build {letter.build}. This is not an official NHS document."


def _section(title: str, points: Iterable[Point]) -> list[str]:
    told = [_told(point) for point in points]
    return [title, *told] if told else []


def _told(point: Point) -> str:
    labelled = (
        ("", point.sentence),
        ("What to do: ", point.do),
        ("What others did: ", point.others),
        ("Worth: ", point.saving),
        ("How sure: ", point.sure),
    )
    words = [filled(label + sentence, "    ") for label, sentence in labelled if sentence]
    words += [filled(f"Said: {note}", "    ") for note in point.notes]
    return "\n".join([filled(point.line.measure.title, "* "), *words])


def filled(words: str, indent: str = "") -> str:
    """Lines of at most `WIDTH` letters; a bullet in `indent` hangs."""
    after = " " * len(indent)  # a bullet hangs
    return textwrap.fill(words, WIDTH, initial_indent=indent, subsequent_indent=after, break_long_words=False)


def eml(letter: Letter, more_at: str = "") -> bytes:
    """The digest as a message without sender or receiver, which a mail program opens as a draft."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = re.sub(r"\s+", " ", subject(letter))
    message["X-Unsent"] = "1"
    message.set_content(text(letter, more_at))
    return message.as_bytes()

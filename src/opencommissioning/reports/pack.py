"""The pack: a letter as a two-page, tagged PDF (PDF/UA-1) for a meeting. Set by typst with the fonts it brings."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import typst

from opencommissioning.catalogue.organisation import level_name
from opencommissioning.catalogue.period import spoken
from opencommissioning.errors import OpenCommissioningError
from opencommissioning.reports.letter import Letter, Point, marked, once, row_of
from opencommissioning.reports.organisation import Line, OrganisationReport
from opencommissioning.variation.verdict import UNJUDGED

TEMPLATE = Path(str(files("opencommissioning"))) / "reports" / "templates" / "pack.typ"


HEADINGS = {
    "practice": "Pack for the practice meeting",
    "pcn": "Pack for the network meeting",
    "sub_icb": "Pack for the board",
    "icb": "Pack for the board",
}
MOST_FURTHEST = 22  # lines of page 1's own table, where it has room


class PackPress:
    """Compiles packs one after another; template and fonts are read once. Not to be shared between threads."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
        self._typst = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)

    def pdf(self, letter: Letter, made: datetime) -> bytes:
        """The pack as PDF; the same letter and `made` (with a time zone) give the same bytes."""
        inputs = {"letter": json.dumps(_told(letter), ensure_ascii=False)}
        try:
            return self._typst.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=int(made.timestamp())
            )
        except typst.TypstError as problem:
            raise OpenCommissioningError(
                f"the pack of {letter.report.name} ({letter.report.code}) could not be set: {problem}. Please report it with the code."
            ) from problem


def _told(letter: Letter) -> dict[str, object]:
    report = letter.report
    judged = _most_unusual(report)
    shown = once(judged)
    ranks = {line.measure.id: rank for rank, line in enumerate(shown)}
    return {
        "name": report.name,
        "code": report.code,
        "level": report.level_words,
        "plural": level_name(report.level, report.month, plural=True),
        "heading": HEADINGS.get(report.level, "Pack for the meeting"),
        "why_unjudged": "the list is too small, or its figures are missing"
        if report.level == "practice"
        else "too few like it have values, or its figures are missing",
        "above": list(letter.above),
        "month": spoken(report.month),
        "area": letter.area,
        "contact": letter.contact,
        "build": letter.build,
        "flags": list(report.flags),
        "opening": letter.opening,
        "judged": report.judged,
        "luck": letter.rate,
        "headline": letter.headline,
        "further": f"{letter.further} The table of all measures shows them." if letter.further else "",
        "celebrate": [_point(each) for each in letter.celebrate],
        "look": [_point(each) for each in letter.look],
        "notes": list(letter.notes),
        "holds": _holds(report),
        "furthest": _furthest(letter),
        "topics": [
            _topic(name, lines, ranks)
            for name, lines in report.topics.items()
            if any(line.measure.id in ranks for line in lines)
        ],
        "marked": sum(map(marked, judged)),
        "repeated": len(judged) - len(shown),
        "unjudged": sum(len(lines) for lines in report.topics.values()) - report.judged,
    }


def _point(point: Point) -> dict[str, object]:
    return {
        "title": point.line.measure.title,
        "unit": point.line.measure.unit[:1].upper() + point.line.measure.unit[1:],
        "sentence": point.sentence,
        "others": point.others,
        "do": point.do,
        "sure": point.sure,
        "saving": point.saving,
        "notes": list(point.notes),
        "chart": point.chart,
        "alt": point.described,
        "control": point.control,
        "controlled": point.controlled,
    }


def _judged(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.verdict.stand not in UNJUDGED]


def _most_unusual(report: OrganisationReport) -> list[Line]:
    """Every judged line: those beyond the limits or moved first, then the furthest from the others."""
    lines = [line for group in report.topics.values() for line in _judged(group)]
    return sorted(lines, key=lambda line: (not marked(line), -abs(line.z or 0)))


def _furthest(letter: Letter) -> list[list[str]]:
    """What page 1 shows below its points where there is room: title, value, all, expected between, in words."""
    told = {each.line.measure.id for each in (*letter.celebrate, *letter.look)}
    known = _most_unusual(letter.report) or _with_values(letter.report)
    lines = [line for line in once(known) if line.measure.id not in told][:MOST_FURTHEST]
    return [
        [*row_of(line)[:3], line.limits.replace(" and ", " to "), line.words[:1].upper() + line.words[1:]]
        for line in lines
    ]


def _with_values(report: OrganisationReport) -> list[Line]:
    """Lines with a value, judged or not, by topic."""
    return [line for group in report.topics.values() for line in group if line.verdict.value is not None]


def _holds(report: OrganisationReport) -> str:
    """What the judged measures are about: `prescribing`, `prescribing, hospital use`."""
    datasets = {line.measure.numerator.dataset for group in report.topics.values() for line in _judged(group)}
    parts = ["prescribing"] if not datasets or "prescribing" in datasets else []
    return " and ".join([*parts, *(["hospital use"] if datasets - {"prescribing"} else [])])


def _topic(name: str, lines: Iterable[Line], ranks: Mapping[str, int]) -> dict[str, object]:
    words = name.replace("_", " ").capitalize()
    rows = [[*row_of(line), ranks[line.measure.id]] for line in lines if line.measure.id in ranks]
    return {"name": words, "rows": rows}

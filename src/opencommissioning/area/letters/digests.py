"""Digests of an area's practices as files."""

from pathlib import Path

from opencommissioning.area.area import Area
from opencommissioning.area.letters.writing import Letters, practices_of, worth_writing_to
from opencommissioning.errors import NotLoaded
from opencommissioning.measures.summing import Progress
from opencommissioning.reports import digest


def write_digests(
    area: Area, target: Path, organisation: str, eml: bool, progress: Progress
) -> tuple[list[Path], list[str]]:
    """Write `<code>.txt` (or `.eml`) for every open practice of an organisation of which anything was judged.

    Returns the files, and sentences about who got none and why.
    """
    build = area.current
    asked = organisation or "ENGLAND"
    codes, refused = worth_writing_to(build, "practice", practices_of(build, asked), [asked.upper()])
    letters = Letters(build, "practice", area.annotations())
    target.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for number, code in enumerate(codes):
        progress(code, number, len(codes))
        try:
            letter = letters.of(code, charts=False)
        except NotLoaded as nothing:
            refused.append(str(nothing))
            continue
        path = target / f"{code}.{'eml' if eml else 'txt'}"
        path.write_bytes(digest.eml(letter) if eml else digest.text(letter).encode())
        files.append(path)
    return files, refused

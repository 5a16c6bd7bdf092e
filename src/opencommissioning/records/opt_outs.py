"""Who is left out. An area says so in `area.toml`; without a clear answer nobody's record is loaded or read.

opt_outs = { file = "opt-outs.csv" }            people who dissent: everybody in the file is left out
opt_outs = { allowed = "mesh-reply.csv" }       people who may be used: everybody else is left out
opt_outs = { none = true, because = "…" }       nobody has to be left out, and why
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from opencommissioning.errors import DefinitionError
from opencommissioning.records.pseudonyms import normal

HEADINGS = ("PERSON", "NHSNUMBER", "NHS_NUMBER", "PSEUDO_HESID", "TOKEN_PERSON_ID")
IDENTIFIER = re.compile(r"[A-Z0-9_+/=]{6,64}")
HOW = (
    'write under [opt_outs] in area.toml: file = "opt-outs.csv", or allowed = "mesh-reply.csv", '
    'or none = true and because = "why nobody has to be left out"'
)


class Kind(StrEnum):
    """What the list of people means."""

    NONE = "none"
    DISSENT = "dissent"
    ALLOWED = "allowed"


@dataclass(frozen=True)
class OptOuts:
    """`people`: normalised identifiers; `basis`: a sentence for manifests; `checksum` changes when the answer does."""

    kind: Kind
    people: frozenset[str]
    basis: str
    checksum: str


def read_opt_outs(setting: Mapping[str, object], folder: Path) -> OptOuts:
    """The answer that an area gives (`setting` is the table of area.toml, files lie below `folder`); DefinitionError when it is none."""
    if not setting:
        raise DefinitionError(
            f"area.toml does not say whose opt-outs apply, so no person's record is loaded or read; {HOW}"
        )
    keys = set(setting)
    if keys == {"none", "because"}:
        return _none(setting)
    if keys == {"file"}:
        return _list(Kind.DISSENT, folder, str(setting["file"]))
    if keys == {"allowed"}:
        return _list(Kind.ALLOWED, folder, str(setting["allowed"]))
    raise DefinitionError(f"area.toml: opt_outs has the keys {', '.join(sorted(keys))}; {HOW}")


def _none(setting: Mapping[str, object]) -> OptOuts:
    because = str(setting["because"]).strip()
    if setting["none"] is not True or len(because) < 10:
        raise DefinitionError(f"area.toml: opt_outs 'none' needs 'true' and a reason in words; {HOW}")
    if "no patient-level data are loaded" in because:
        raise DefinitionError(
            f"area.toml: opt_outs says that no patient-level data are loaded, and this file holds such data; {HOW}"
        )
    return OptOuts(
        Kind.NONE, frozenset(), f"no opt-outs: {because}", hashlib.sha256(because.encode()).hexdigest()
    )


def _list(kind: Kind, folder: Path, name: str) -> OptOuts:
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise DefinitionError(
            f"area.toml: the file of opt-outs '{name}' cannot be read, so no person's record is loaded or read; put it beside area.toml"
        ) from None
    people = _people(text, name)
    if not people and (kind is Kind.ALLOWED or not text.strip()):
        raise DefinitionError(
            f"{name}: names nobody; a failed reply looks like this too, so nobody's record is used. Ask for it again"
        )
    words = {Kind.DISSENT: "left out", Kind.ALLOWED: "allowed, everybody else left out"}[kind]
    return OptOuts(
        kind, people, f"{name}: a list of people {words}", hashlib.sha256(text.encode()).hexdigest()
    )


def _people(text: str, name: str) -> frozenset[str]:
    """The first cell of every line; a line that cannot be an identifier refuses the file (a damaged list protects nobody)."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        cell = normal(line.split(",")[0].strip().strip('"'))
        if not cell or (number == 1 and cell in HEADINGS):
            continue
        if not IDENTIFIER.fullmatch(cell):
            raise DefinitionError(
                f"{name}: line {number} holds no identifier; was the file opened in a spreadsheet? Use it as it came"
            )
        found.append(cell)
    return frozenset(found)

"""area.toml: who we are, engine, coverage, membership, opt-outs, groups and peers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from opencommissioning.errors import StoreError
from opencommissioning.language.reading import Reader, read_toml
from opencommissioning.records.spells import EMERGENCY

FILE = "area.toml"
METHOD = re.compile("[1-9][0-9A-Z]")
TEMPLATE = """# Who we are, and how this area is computed. Every key is used or refused.

name = "{name}"
# The code of our own organisation (a sub-ICB location, ICB or PCN): pages open with it. Leave "" to open with England.
home = "{home}"
# Who answers for these figures; shown on every page and pack.
contact = ""

# "as_was": each month's practices belong where they belonged then. "current": today's membership for all history.
membership = "as_was"

# A rolled-up value is shown only when its practices with data have at least this share of the patients.
coverage = "0.90"

[engine]
memory = "6GB"
threads = 2

# People's records are never read without this. Either name the file of opt-outs …
#   opt_outs = {{ file = "opt-outs.csv" }}
# … or say that there are none to apply, and why:
[opt_outs]
none = true
because = "no patient-level data are loaded in this area"

# Methods of admission (HES ADMIMETH) that count as emergencies; these are NHS England's.
[hospital]
emergency_methods = [{methods}]

# Your own groups of practices, by code; a practice belongs to one group at most.
[groups]
# "Forest locality" = ["X81001", "X81002"]

# Peers that you choose yourself instead of the nearest by list, age and deprivation.
[peers]
# "X81001" = ["X81005", "X81009"]

# Targets of measures, in the measure's own unit; the summary of variation says whether each will be met.
[targets]
# "broad_spectrum_antibiotics" = "10"
"""


@dataclass(frozen=True)
class Settings:
    """What area.toml says."""

    name: str
    home: str
    contact: str
    current_membership: bool
    coverage: float
    memory: str
    threads: int
    opt_outs: Mapping[str, object]
    groups: Mapping[str, tuple[str, ...]]
    peers: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, Decimal]
    emergency: tuple[str, ...] = EMERGENCY  # methods of admission that count as emergencies


def read_settings(folder: Path) -> Settings:
    """The settings of an area; StoreError when the folder is no area, DefinitionError when a key is wrong."""
    path = folder / FILE
    if not path.exists():
        raise StoreError(
            f"{folder} has no {FILE}; make an area with 'opencommissioning init {folder}', or name another with --area"
        )
    reader = read_toml(path)
    engine, groups, peers, opt_outs, targets, hospital = (
        reader.table(key) for key in ("engine", "groups", "peers", "opt_outs", "targets", "hospital")
    )
    settings = Settings(
        name=reader.text("name"),
        home=reader.text("home", ""),
        contact=reader.text("contact", ""),
        current_membership=_membership(reader) == "current",
        coverage=float(reader.number("coverage") or Decimal("0.90")),
        memory=engine.text("memory", "6GB"),
        threads=engine.whole("threads", 2),
        opt_outs=dict(opt_outs.data),
        groups=_disjoint(groups),
        peers={code: peers.texts(code) for code in peers.data},
        targets={measure: targets.number(measure) for measure in targets.data},
        emergency=_emergency(hospital),
    )
    engine.finish(("memory", "threads"))
    hospital.finish(("emergency_methods",))
    reader.finish(
        (
            "name",
            "home",
            "contact",
            "membership",
            "coverage",
            "engine",
            "opt_outs",
            "groups",
            "peers",
            "targets",
            "hospital",
        )
    )
    return settings


def _membership(reader: Reader) -> str:
    return reader.choice("membership", ("as_was", "current")) if "membership" in reader.data else "as_was"


def _emergency(hospital: Reader) -> tuple[str, ...]:
    """The methods of admission that the area counts as emergencies; NHS England's when it names none."""
    methods = tuple(each.upper() for each in hospital.texts("emergency_methods"))
    for each in methods:
        if not METHOD.fullmatch(each):
            raise hospital.refuse(
                f"'{each}' is no method of admission; expected two characters as in HES ADMIMETH, such as 21 or 2A"
            )
    return methods or EMERGENCY


def _disjoint(groups: Reader) -> dict[str, tuple[str, ...]]:
    out = {name: groups.texts(name) for name in groups.data}
    owner: dict[str, str] = {}
    for name, members in out.items():
        for member in members:
            if owner.setdefault(member, name) != name:
                raise groups.refuse(
                    f"'{member}' is in both '{owner[member]}' and '{name}'; a practice belongs to one group at most"
                )
    return out


def write_settings(folder: Path, name: str, home: str) -> Path:
    """Write a commented area.toml; refuses to overwrite one."""
    path = folder / FILE
    if path.exists():
        raise StoreError(f"{path} exists already; edit it, or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(
        TEMPLATE.format(
            name=name.replace('"', "'"), home=home, methods=", ".join(f'"{each}"' for each in EMERGENCY)
        ),
        encoding="utf-8",
    )
    return path

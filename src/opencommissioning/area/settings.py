"""area.toml: who we are, engine, coverage, membership, opt-outs, groups and peers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from opencommissioning.catalogue.period import parse_month
from opencommissioning.catalogue.process import AUTO, ProcessChoice, checked
from opencommissioning.errors import DefinitionError, StoreError
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

# Whose records must be left out. Files with a person a row (hospital records, waiting lists, logs of services) are refused until this
# is answered; prescribing and other counts need no answer. Take the # away from one of the three answers; the reason is yours to write.
[opt_outs]
# file = "opt-outs.csv"       # the people in this file, which lies beside area.toml, are left out
# allowed = "mesh-reply.csv"  # only the people in this file are used
# none = true                 # nobody has to be left out, and why: on whose decision and what ground
# because = ""

# Methods of admission (HES ADMIMETH) that count as emergencies; these are NHS England's.
[hospital]
emergency_methods = [{methods}]

# Your own groups of practices, by code; a practice belongs to one group at most.
[groups]
# "Forest locality" = ["X81001", "X81002"]

# Peers that you choose yourself instead of the nearest by list, age and deprivation.
[peers]
# "X81001" = ["X81005", "X81009"]

# Practices that are not like others, and why: said above their figures. Those whose patients' ages are unusual are found without it.
[special]
# "X81004" = "a dispensing practice: it hands out medicines itself"

# Targets of measures, in the measure's own unit; the summary of variation says whether each will be met.
[targets]
# "broad_spectrum_antibiotics" = "10"

# Control charts of this area, where nobody asks for something else. chart: "auto" (by the measure's shape), or "xmr" for all;
# baseline: limits rest on the first so many months (12 or more; leave it out for all); shift 6, 7 or 8 and trend 6 or 7 in a row.
[process]
chart = "auto"
shift = 7
trend = 7

# New limits of a measure begin with these months.
[process.rebase]
# "broad_spectrum_antibiotics" = ["2025-06"]
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
    process: ProcessChoice = field(default_factory=ProcessChoice)
    rebases: Mapping[str, tuple[date, ...]] = field(
        default_factory=dict
    )  # measure → months with which new limits begin
    special: Mapping[str, str] = field(default_factory=dict)  # practice → what sets it apart, in words
    emergency: tuple[str, ...] = EMERGENCY  # methods of admission that count as emergencies


def read_settings(folder: Path) -> Settings:
    """The settings of an area; StoreError when the folder is no area, DefinitionError when a key is wrong."""
    path = folder / FILE
    if not path.exists():
        raise StoreError(
            f"{folder} has no {FILE}; make an area with 'opencommissioning init {folder}', or name another with --area"
        )
    reader = read_toml(path)
    engine, groups, peers, opt_outs, targets, hospital, process, special = (
        reader.table(key)
        for key in ("engine", "groups", "peers", "opt_outs", "targets", "hospital", "process", "special")
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
        process=_process(process),
        rebases=_rebases(process.table("rebase")),
        emergency=_emergency(hospital),
        special={code: special.text(code) for code in special.data},
    )
    process.finish(("chart", "baseline", "shift", "trend", "rebase"))
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
            "process",
            "special",
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


def _process(table: Reader) -> ProcessChoice:
    """How the area looks at processes; what it does not say stays open."""
    numbers = {
        key: table.whole(key, 1) if key in table.data else None for key in ("baseline", "shift", "trend")
    }
    chart = table.choice("chart", (AUTO, "xmr")) if "chart" in table.data else None
    try:
        return checked(ProcessChoice(chart=chart, **numbers))
    except DefinitionError as wrong:
        raise table.refuse(str(wrong)) from None


def _rebases(table: Reader) -> dict[str, tuple[date, ...]]:
    out = {}
    for measure in table.data:
        try:
            out[measure] = tuple(parse_month(each) for each in table.texts(measure))
        except ValueError as wrong:
            raise table.refuse(f"'{measure}': {wrong}") from None
    return out


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

"""Which practices are special: by their patients' ages in the newest list that has them, because a loaded file calls them dispensing, or because
area.toml says so."""

import re
from collections.abc import Iterable

import polars as pl

from opencommissioning.area.build import Build
from opencommissioning.area.keeping import area_folder
from opencommissioning.catalogue.measure import Measure
from opencommissioning.sources.dispensing import CONTRACT, PAYMENTS
from opencommissioning.variation.special import Ages, kind_by_age, special_by_age
from opencommissioning.warehouse.store import Store

EXPLAINED = "Rates that age explains say little here: measures that take no account of age are shown, but neither praised nor blamed."
DISPENSING = "A dispensing practice: it hands out medicines itself"
BAND = re.compile("^[FM][0-9]{2}").pattern


def age_flag(build: Build, code: str) -> str:
    """What the ages of a practice's patients make it, and what follows for its measures, as sentences; "" for any other organisation."""
    if build.organisation(code).level != "practice":
        return ""
    ages = _ages_of(build)
    kind = special_by_age(ages[code]) if code in ages else ""
    return f"{kind}. {EXPLAINED}" if kind else ""


def _ages_of(build: Build) -> dict[str, Ages]:
    return build.remember(("ages",), lambda: practice_ages(_store(build)))


def special_kinds(build: Build, measure: Measure) -> dict[str, str]:
    """Practice → what sets it apart, in a few words: what area.toml says, or its patients' ages where the measure takes no account of age."""
    said = {code: words.partition(":")[0].strip() for code, words in build.settings.special.items()}
    dispensing = dict.fromkeys(_dispensing(build), DISPENSING.partition(":")[0])
    return (
        dispensing
        | (_kinds_by_age(build) if measure.ignores_age else {})
        | {code: each for code, each in said.items() if each}
    )


def _kinds_by_age(build: Build) -> dict[str, str]:
    def found() -> dict[str, str]:
        kinds = {code: kind_by_age(ages) for code, ages in _ages_of(build).items()}
        return {code: f"Practice of {kind}" for code, kind in kinds.items() if kind}

    return build.remember("special by age", found)


def special_on(build: Build, code: str, measure: Measure) -> tuple[str, ...]:
    """What must be known of an organisation before its value of a measure is read, as sentences; nothing of an ordinary one."""
    ages = age_flag(build, code) if measure.ignores_age else ""
    return tuple(each for each in (said_special(build, code), ages) if each)


def age_special(build: Build, codes: Iterable[str]) -> list[str]:
    """Those of some organisations (unknown ones aside) whose patients' ages are unlike the others'."""
    return [code for code in codes if code in build.organisations and age_flag(build, code)]


def said_special(build: Build, code: str) -> str:
    """What [special] of area.toml says of an organisation, else that a loaded file calls it dispensing, as a sentence; "" of any other."""
    words = build.settings.special.get(code, "").strip().rstrip(".")
    if not words and code in _dispensing(build):
        return f"{DISPENSING} ({PAYMENTS} says so)."
    return f"{words[:1].upper()}{words[1:]} (this area's settings say so)." if words else ""


def _dispensing(build: Build) -> frozenset[str]:
    """Practices that hand out medicines themselves, by the file of payments; nobody when none is loaded."""
    return build.remember("dispensing", lambda: dispensing_practices(_store(build)))


def _store(build: Build) -> Store:
    return Store(area_folder(build) / "store")


def dispensing_practices(store: Store) -> frozenset[str]:
    """Practices that the newest loaded file answers `yes` of."""
    parts = store.parts(CONTRACT.dataset)
    if not parts:
        return frozenset()
    rows = pl.read_parquet(parts[-1].path, columns=["practice", "dispensing"])
    return frozenset(rows.filter(pl.col("dispensing") == "yes")["practice"])


def practice_ages(store: Store) -> dict[str, Ages]:
    """Practice → ages of its patients, of the newest list with bands of age; nothing when no list has any."""
    for part in sorted(store.parts("registrations"), key=lambda part: part.period, reverse=True):
        rows = pl.read_parquet(part.path, columns=["practice", "age_sex", "patients"])
        bands = rows.filter(pl.col("age_sex").str.contains(BAND))
        if bands.height:
            return _ages(bands)
    return {}


def _ages(bands: pl.DataFrame) -> dict[str, Ages]:
    age = pl.col("age_sex").str.slice(1, 2).cast(pl.Int32)
    ends_late = bands.select((age >= 85).any()).item()
    of = {
        "aged_15_to_24": age.is_between(15, 24),
        "under_15": age < 15,
        "over_75": age >= 75,
        "over_85": age >= 85,
        "men": pl.col("age_sex").str.starts_with("M"),
    }
    counted = pl.col("patients")
    shares = [(counted.filter(chosen).sum() / counted.sum()).alias(name) for name, chosen in of.items()]
    table = bands.group_by("practice").agg(counted.sum(), *shares).filter(pl.col("patients") > 0)
    if not ends_late:
        table = table.with_columns(over_85=pl.lit(None, pl.Float64))
    return {row.pop("practice"): Ages(**row) for row in table.iter_rows(named=True)}

"""What is planted in an economy, and the factors by which each planted truth acts on prescribing.

A truth is one line of `truth.toml`. Truths that change prescribing carry `bnf_prefixes`, `factor` and months; the factor is
on the expected number of items. `ramp_months` says over how many months the factor grows in (0: at once).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from opencommissioning.synthetic.organisations import Organisations, event_month
from opencommissioning.synthetic.products import Products

LOW_PRIORITY = (
    "0205053A0", "0203020X0", "0602010M0", "0403010Y0", "0403010J0", "0407010Q0", "1502010J0", "0501030P0", "0407020AF",
    "0212000AB", "0212000V0", "190203", "2020", "040702040AAAUAU", "0205051Y0", "091200000", "0911020", "0205040D0AAAQ",
    "1003020", "1404000G0", "1404000X0", "1404000N0", "190500000", "0910", "1302011", "130201100", "1902055",
)  # fmt: skip
COST_SAVING = (*LOW_PRIORITY, "0407020Q0BKABEG", "0407020B0AAAHAH", "0408010AEBE", "0906040G0BX", "0601060D0CCAAA0", "0601060D0DGAAA0", "0208020Z0BB", "0208020Y0BB", "0407020ADAAA")  # fmt: skip
STATINS = ("0212000B0", "0212000AA", "0212000Y0", "0212000X0")
BROAD = ("0501013K0", "0501021", "050112")
STRONG_OPIOIDS = ("0407020A0", "0407020AD", "0407020Q0", "0407020B0")
RETIRED, REPLACEMENT = "0407010H0AAAQAQ", "0407010H0AAZQZQ"  # soluble paracetamol; the new code is invented


@dataclass(frozen=True)
class Truth:
    """One planted fact. `factor` multiplies expected items (or price for kinds about price); None where nothing is multiplied."""

    id: str
    kind: str
    level: str
    organisations: tuple[str, ...]
    description: str
    bnf_prefixes: tuple[str, ...] = ()
    month: date | None = None
    to_month: date | None = None
    factor: float | None = None
    ramp_months: int = 0


def truths(orgs: Organisations, months: list[date]) -> tuple[Truth, ...]:
    """Everything planted in this economy."""
    return (
        *outliers(orgs, months),
        *changes(orgs, months),
        *gaps(orgs, months),
        *places(orgs, months),
        *price_truths(months),
    )


def outliers(orgs: Organisations, months: list[date]) -> list[Truth]:
    """Practices that differ by habit all the time, and one that can only differ by luck."""

    def habit(role, description, prefixes, factor):
        return Truth(
            role,
            "outlier_habit",
            "practice",
            (orgs.by_role(role),),
            description,
            prefixes,
            months[0],
            months[-1],
            factor,
        )

    return [
        habit("habit_broad_spectrum", "share of broad-spectrum antibiotics is high", BROAD, 3.2),
        habit("habit_opioids", "strong opioids are prescribed often", STRONG_OPIOIDS, 2.3),
        habit("habit_antibiotics_low", "few antibiotics of any kind", ("0501",), 0.55),
        habit("habit_antibiotics_high", "many antibiotics of any kind", ("0501",), 1.9),
        Truth(
            "tiny",
            "outlier_luck",
            "practice",
            (orgs.by_role("tiny"),),
            "40 patients: any extreme rate is chance",
            month=months[0],
            to_month=months[-1],
        ),
    ]


def changes(orgs: Organisations, months: list[date]) -> list[Truth]:
    """The feedback initiative, one step, one switch of brand and one new care home."""
    start = months[event_month(months, 0.6)]
    home = tuple(orgs.practices.filter(in_home(orgs))["code"])
    late = months[event_month(months, 0.75)]
    switch = orgs.by_role("brand_switch")
    return [
        Truth("initiative_cost", "initiative", "sub_icb", home, "practices shown their data reduce items of costly products", COST_SAVING, start, None, 0.90, 12),
        Truth("initiative_statins", "initiative", "sub_icb", home, "practices shown their data prescribe more statins", STATINS, start, None, 1.06, 12),
        Truth("step", "step", "practice", (orgs.by_role("step"),), "gabapentinoids fall at once", ("0408010AE", "0408010G0"), late, None, 0.6),
        Truth("brand_switch_from", "brand_switch", "practice", (switch,), "generic pregabalin 150mg is left", ("0408010AEAAAEAE",), late, None, 0.3),
        Truth("brand_switch_to", "brand_switch", "practice", (switch,), "a brand of it takes its place", ("0408010AEBEAEAE",), late, None, 6.3),
        Truth("care_home", "step", "practice", (orgs.by_role("care_home"),), "a new care home: sip feeds rise", ("090402",), late, None, 1.8),
    ]  # fmt: skip


def in_home(orgs: Organisations):
    """Condition for a practice of the home area."""
    return pl.col("sub_icb") == orgs.home


def gaps(orgs: Organisations, months: list[date]) -> list[Truth]:
    """Months that are missing from a file though the practice worked."""
    gap, lists = months[event_month(months, 0.7)], months[event_month(months, 0.45)]
    pair = (orgs.by_role("missing_a"), orgs.by_role("missing_b"))
    return [
        Truth(
            "missing_prescribing",
            "missing_month",
            "practice",
            pair,
            "no rows in the prescribing file of this month",
            month=gap,
        ),
        Truth(
            "missing_lists",
            "missing_file",
            "nation",
            (),
            "the file of registered patients of this month does not exist",
            month=lists,
        ),
    ]


def places(orgs: Organisations, months: list[date]) -> list[Truth]:
    """Mergers, closures, openings, a change of PCN, special practices."""
    merged, closing, opening = (orgs.by_role(role) for role in ("merged", "closing", "opening"))
    dormant = tuple(orgs.prescribers.filter(status="D")["code"])
    move = (orgs.by_role("pcn_mover"), *mover_pcns(orgs))

    def fact(kind, who, description, month):
        return Truth(kind, kind, "practice", who, description, month=month)

    heir = (merged, orgs.by_role("successor"))
    return [
        fact(
            "merger",
            heir,
            "the first closed and its patients joined the second",
            closing_month(orgs, "merged"),
        ),
        fact(
            "closure",
            (closing,),
            "closed; patients went to the rest of its PCN",
            closing_month(orgs, "closing"),
        ),
        fact("opening", (opening,), "opened", orgs.prescribers.filter(role="opening")["opened"].item()),
        fact("pcn_move", move, "the practice left the first PCN for the second", pcn_move_month(months)),
        fact("dormant", dormant, "in the register, without patients", months[0]),
        *special(orgs, months),
    ]


def special(orgs: Organisations, months: list[date]) -> list[Truth]:
    """Practices whose patients or duties are unusual; only two of them also prescribe by a planted factor."""
    mind, everything = ("0401", "0402", "0403", "0408"), ("0", "1", "2")
    planted_here = {"homeless": (mind, 1.8), "dispensing": (everything, 1.15), "university": ((), None)}
    return [
        Truth(
            role,
            "special",
            "practice",
            (orgs.by_role(role),),
            f"{role} practice",
            prefixes,
            months[0],
            None,
            factor,
        )
        for role, (prefixes, factor) in planted_here.items()
    ]


def closing_month(orgs: Organisations, role: str) -> date:
    """The first month without a practice that closed (on the last day of the month before)."""
    return orgs.prescribers.filter(role=role)["closed"].item() + timedelta(days=1)


def mover_pcns(orgs: Organisations) -> tuple[str, str]:
    """The PCN that the moving practice leaves and the one it joins, in another locality of home."""
    old = orgs.prescribers.filter(role="pcn_mover")["pcn"].item()
    own = orgs.pcns.filter(sub_icb=orgs.home)["code"].to_list()
    return old, own[(own.index(old) + 1) % len(own)]


def pcn_move_month(months: list[date]) -> date:
    """The 1 April nearest to the middle of the period (the middle itself in a period without April)."""
    middle = event_month(months, 0.5)
    aprils = [i for i, m in enumerate(months) if m.month == 4]
    return months[min(aprils, key=lambda i: abs(i - middle))] if aprils else months[middle]


def price_truths(months: list[date]) -> list[Truth]:
    """Concessions, a price fall and a retired code."""
    first, fall = event_month(months, 0.55), event_month(months, 0.8)
    months_on = min(first + 3, len(months) - 1)
    found = [
        Truth("concession", "concession", "nation", (), "price concession on two products", ("0403040X0AAANAN", "0501130R0AAAGAG", "0208020Y0AAACAC"), months[first], months[months_on], 3.2),
        Truth("price_fall", "price_change", "nation", (), "generic dapagliflozin becomes cheap", ("0601023AGAAABAB",), months[fall], None, 0.12),
    ]  # fmt: skip
    retired = code_change_month(months)
    if retired:
        found.append(
            Truth(
                "code_change",
                "code_change",
                "nation",
                (),
                f"{RETIRED} is retired for {REPLACEMENT}",
                (RETIRED, REPLACEMENT),
                retired,
            )
        )
    return found


def code_change_month(months: list[date]) -> date | None:
    """The January nearest to the middle, in which one code is retired; None where the period has no January after its first month."""
    middle = event_month(months, 0.5)
    januaries = [i for i, m in enumerate(months) if m.month == 1 and i > 0]
    return months[min(januaries, key=lambda i: abs(i - middle))] if januaries else None


def growth_in(truth: Truth, months: list[date]) -> np.ndarray:
    """The share of a truth's full effect in each month, 0 to 1."""
    start = months.index(truth.month)
    since = np.arange(len(months)) - start
    share = (
        np.clip((since + 1) / truth.ramp_months, 0, 1) if truth.ramp_months else (since >= 0).astype(float)
    )
    if truth.to_month:
        share[months.index(truth.to_month) + 1 :] = 0
    return share


def planted(
    found: tuple[Truth, ...], orgs: Organisations, goods: Products, months: list[date], month: int
) -> np.ndarray:
    """Factors [prescriber, product] of all truths on items in one month."""
    factors = np.ones((len(orgs.prescribers), len(goods.frame)))
    codes = orgs.prescribers["code"].to_list()
    for truth in found:
        if truth.factor is None or truth.level == "nation":
            continue
        rows = np.array([c in truth.organisations for c in codes])
        share = growth_in(truth, months)[month]
        factors[np.ix_(rows, goods.matching(truth.bnf_prefixes))] *= truth.factor**share
    return factors

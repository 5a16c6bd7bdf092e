"""Spells and counts spelt out slowly, one person after the other, sharing nothing with the product."""

from collections import defaultdict
from datetime import date, timedelta

EMERGENCY = {"21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"}


def spell_rows(episodes: list[dict]) -> list[dict]:
    """Stays: episodes of one spell number (or else of one person, provider and day of admission) put together."""
    groups = defaultdict(list)
    for each in episodes:
        if each["admitted"] is None:
            continue
        own = ("number", each["provider"], each["spell"]) if each["spell"] and each["provider"] else None
        groups[own or ("day", each["person"], each["provider"], each["admitted"])].append(each)
    stays = []
    for group in groups.values():
        group.sort(
            key=lambda e: (e["number"] or 99, e["status"] != "3", e["started"] or e["admitted"], e["episode"])
        )
        first, last = group[0], group[-1]
        ends = [each["discharged"] for each in group if each["discharged"]]
        end = max(ends) if ends else None
        stays.append(
            first | {"discharged": end, "end_method": last["end_method"], "days": (end - first["admitted"]).days if end and end >= first["admitted"] else None}
        )  # fmt: skip
    for stay in stays:
        stay["kind"] = kind(stay["method"])
        stay["returned"] = returned(stay, stays)
    return stays


def kind(method: str | None) -> str:
    if method in EMERGENCY:
        return "emergency"
    return "elective" if method in {"11", "12", "13"} else "maternity" if method in {"31", "32"} else "other"


def order(stay: dict) -> tuple:
    return (stay["admitted"], stay["discharged"] or date.max, stay["provider"] or "~", stay["episode"])


def returned(stay: dict, stays: list[dict]) -> bool:
    if stay["kind"] != "emergency" or stay["source"] in {"51", "52", "53"}:
        return False
    before = [
        each["discharged"] for each in stays
        if each["person"] == stay["person"] and each is not stay and order(each) < order(stay) and each["discharged"]
    ]  # fmt: skip
    return bool(before) and timedelta(0) <= stay["admitted"] - max(before) <= timedelta(30)


def stay_band(stay: dict) -> str:
    if stay["classification"] == "2":
        return "day case"
    if stay["days"] is None:
        return "unknown"
    for most, name in ((0, "0"), (6, "1-6"), (13, "7-13"), (20, "14-20")):
        if stay["days"] <= most:
            return name
    return "21+"


def is_copd(stay: dict) -> bool:
    codes = (stay["diagnoses"] or "").split()
    chronic = ("J41", "J42", "J43", "J44", "J47")
    main = stay["diagnosis"] or ""
    return main.startswith(chronic) or (
        main.startswith("J20") and any(code.startswith(chronic) for code in codes)
    )


def counts(episodes: list[dict]) -> dict[tuple, tuple[int, int, int]]:
    """(month, practice, category, kind, stay, returned) → spells, finished spells, bed days; categories all and copd."""
    out: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for stay in spell_rows(episodes):
        if stay["practice"] is None or stay["classification"] in {"3", "4"}:
            continue
        for category in ["all", *(["copd"] if is_copd(stay) else [])]:
            back = "yes" if stay["returned"] else "no"
            key = (
                stay["admitted"].replace(day=1),
                stay["practice"],
                category,
                stay["kind"],
                stay_band(stay),
                back,
            )
            out[key][0] += 1
            out[key][1] += stay["days"] is not None
            out[key][2] += stay["days"] or 0
    return {key: tuple(sums) for key, sums in out.items()}

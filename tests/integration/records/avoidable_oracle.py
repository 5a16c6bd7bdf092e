"""Which rows are of which kind, spelt out in plain Python over the files as they lie there: nothing of the engine, nothing of SQL."""

import csv
import hashlib
from collections import defaultdict
from datetime import date, timedelta
from functools import cache

from opencommissioning.area.library import shipped


def counts(dataset, files, kinds, codelists, practices):
    """(practice, kinds) → (rows, nights, squares); a person has one practice here."""
    path = {"spells": files[0], "attendances": files[1], "appointments": files[2]}[dataset]
    with path.open(encoding="utf-8") as file:
        rows = [READ[dataset](each) for each in csv.DictReader(file) if each["GPPRAC"] in practices]
    FINISH[dataset](rows)
    out = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if dataset == "appointments" and row["attended"] not in ("5", "6"):
            continue
        names = [
            kind.id
            for kind in kinds
            if any(all(holds(each, row, codelists) for each in way) for way in kind.ways)
        ]
        cell = out[row["practice"], " ".join(names) or "none"]
        nights = row.get("days") or 0
        cell[0] += 1
        cell[1] += nights
        cell[2] += nights**2
    return {key: tuple(value) for key, value in out.items()}


def holds(condition, row, codelists):
    """Whether one condition holds; a missing value passes nothing but the absence of codes."""
    value = row[condition.column]
    if condition.column in ("diagnoses", "procedures"):
        return _of_many(condition, value.split(), codelists)
    if value is None:
        coded = condition.column in ("diagnosis", "procedure")
        return (
            coded
            and bool(condition.except_)
            and not (condition.under or condition.codelists or condition.any_of)
        )
    value_text = str(value).lower() if isinstance(value, bool) else str(value)
    listed = not condition.codelists or any(
        _in_list(value_text, codelists[each]) for each in condition.codelists
    )
    return (
        listed
        and (not condition.any_of or value_text in condition.any_of)
        and (not condition.none_of or value_text not in condition.none_of)
        and (not condition.under or value_text.startswith(condition.under))
        and not (condition.except_ and value_text.startswith(condition.except_))
        and (condition.at_least is None or value >= condition.at_least)
        and (condition.at_most is None or value <= condition.at_most)
    )


def _of_many(condition, codes, codelists):
    under = not condition.under or any(code.startswith(condition.under) for code in codes)
    listed = not condition.codelists or any(
        _in_list(code, codelists[each]) for each in condition.codelists for code in codes
    )
    return (
        under
        and listed
        and not (condition.except_ and any(code.startswith(condition.except_) for code in codes))
    )


def _in_list(code, codelist):
    mine = any(code.startswith(entry.pattern) for entry in codelist.entries)
    return mine or any(_in_list(code, part) for part in codelist.parts)


def _code(text):
    return None if text.strip() in ("", "-", "&") else text.strip()


def _spell(row):
    admitted = date.fromisoformat(row["ADMIDATE"])
    left = None if row["DISDATE"] == "1800-01-01" else date.fromisoformat(row["DISDATE"])
    method = row["ADMIMETH"]
    return {
        "person": row["PSEUDO_HESID"], "episode": row["EPIKEY"], "provider": row["PROCODE3"], "practice": row["GPPRAC"],
        "admitted": admitted, "left": left, "days": (left - admitted).days if left else None,
        "kind": {"2": "emergency", "1": "elective", "3": "maternity"}[method[0]], "method": method, "source": row["ADMISORC"],
        "end_method": _code(row["DISMETH"]), "classification": row["CLASSPAT"], "age": int(row["STARTAGE"]), "sex": row["SEX"],
        "diagnosis": _code(row["DIAG_4_01"]), "diagnoses": row["DIAG_4_CONCAT"].replace(",", " "), "procedure": _code(row["OPERTN_4_01"]),
        "procedures": " ".join(each for each in row["OPERTN_4_CONCAT"].split(",") if _code(each)), "hrg": _code(row["SUSHRG"]),
        "operated": _code(row["OPERTN_4_01"]) is not None, "operated_on": row["OPDATE_01"],
    }  # fmt: skip


def _attendance(row):
    nothing = row["INVEST2_01"] == "24" and row["TREAT3_01"] == "99"
    return {
        "person": row["PSEUDO_HESID"], "episode": row["AEKEY"], "practice": row["GPPRAC"], "day": date.fromisoformat(row["ARRIVALDATE"]),
        "attendance": row["AEATTENDCAT"], "ambulance": row["AEARRIVALMODE"] == "1", "age": int(row["ARRIVALAGE"]), "hrg": row["SUSHRG"],
        "untreated": nothing, "left_early": row["AEATTENDDISP"] in ("12", "13"), "sent_home": row["AEATTENDDISP"] in ("02", "03"),
    }  # fmt: skip


def _appointment(row):
    return {
        "practice": row["GPPRAC"], "attended": row["ATTENDED"], "first": row["FIRSTATT"], "specialty": row["TRETSPEF"],
        "age": int(row["APPTAGE"]), "referred_by": row["REFSOURC"], "operated": row["OPERTN_4_01"] != "-", "hrg": row["SUSHRG"],
    }  # fmt: skip


def _since(rows):
    """Days since the person's latest earlier discharge."""
    by_person = defaultdict(list)
    for row in rows:
        by_person[row["person"]].append(row)
    for stays in by_person.values():
        stays.sort(
            key=lambda stay: (stay["admitted"], stay["left"] or date.max, stay["provider"], stay["episode"])
        )
        for place, stay in enumerate(stays):
            before = max((each["left"] for each in stays[:place] if each["left"]), default=None)
            near = before is not None and before <= stay["admitted"]
            stay["since_discharge"] = (stay["admitted"] - before).days if near else None


def _weights(name):
    with (shipped() / "weights" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _told(rows):
    """What other stays and published weights tell: one stay after the other, one line of a table after the other."""
    trims = {each["hrg"]: each for each in _weights("hrg_trim_points")}
    points = {each["code"]: int(each["points"]) for each in _weights("frailty_points")}
    codes, fractions = _weights("attributable_codes"), _weights("attributable_fractions")
    by_person = defaultdict(list)
    for row in rows:
        by_person[row["person"]].append(row)
    for row in rows:
        operated = row["operated_on"]
        waited = (date.fromisoformat(operated) - row["admitted"]).days if operated > "1801" else -1
        row["days_before_operation"] = waited if waited >= 0 else None
        trim = (
            trims.get(row["hrg"], {}).get(row["kind"]) if row["kind"] in ("elective", "emergency") else None
        )
        row["beyond_trim"] = row["days"] - int(trim) if trim and row["days"] is not None else None
        row["frailty"] = _frailty(row, by_person[row["person"]], points)
        for cause in ("smoking", "obesity", "alcohol_acute", "alcohol_chronic"):
            name = f"by_{cause}"
            lot = int(hashlib.md5(f"{row['episode']} {name}".encode()).hexdigest()[:7], 16) / 16**7
            row[name] = lot < _fraction(row, cause, codes, fractions)


def _frailty(row, stays, points):
    if row["kind"] != "emergency" or row["age"] < 75:
        return None
    begin = row["admitted"].replace(year=row["admitted"].year - 2)
    counted = [
        each for each in stays if each is row or (each["left"] and begin <= each["left"] <= row["admitted"])
    ]
    return sum(points.get(code, 0) for code in {code[:3] for each in counted for code in each["diagnoses"].split()}) or None  # fmt: skip


@cache
def _lines(cause, position_codes, code):
    return [condition for condition, patterns in position_codes if code.startswith(patterns)]


def _fraction(row, cause, codes, fractions):
    mine = [each for each in codes if each["cause"] == cause]
    told = tuple((each["condition"], tuple(each["codes"].split())) for each in mine)
    had = [row["diagnosis"] or ""] if mine[0]["position"] == "main" else row["diagnoses"].split()
    conditions = {condition for code in had for condition in _lines(cause, told, code)}
    band = max(each for each in (0, 16, 25, 35, 45, 55, 65, 75, 85) if each <= row["age"])
    died = "yes" if row["end_method"] == "4" else "no"
    found = [
        float(each["fraction"])
        for each in fractions
        if each["cause"] == cause and each["condition"] in conditions and each["sex"] in ("", row["sex"])
        and each["from_age"] in ("", str(band)) and each["died"] in ("", died)
    ]  # fmt: skip
    return max(found, default=0.0)


def _finished(rows):
    _since(rows)
    _told(rows)


def _earlier(rows):
    by_person = defaultdict(list)
    for row in rows:
        by_person[row["person"]].append(row)
    for visits in by_person.values():
        for row in visits:
            row["earlier"] = sum(
                timedelta(0) <= row["day"] - other["day"] <= timedelta(365)
                and (other["day"] < row["day"] or other["episode"] < row["episode"])
                for other in visits
            )


READ = {"spells": _spell, "attendances": _attendance, "appointments": _appointment}
FINISH = {"spells": _finished, "attendances": _earlier, "appointments": lambda rows: None}

"""Which rows are of which kind, spelt out in plain Python over the files as they lie there: nothing of the engine, nothing of SQL."""

import csv
from collections import defaultdict
from datetime import date, timedelta


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
        "operated": _code(row["OPERTN_4_01"]) is not None,
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
FINISH = {"spells": _since, "attendances": _earlier, "appointments": lambda rows: None}

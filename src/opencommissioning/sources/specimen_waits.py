"""Specimens of files about waits, stays and urgent care: era → (file name, text). See specimens.py."""

_TO_52 = [f">{week}-{week + 1}" for week in range(52)]
_GT = [f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(104)] + ["Gt 104 Weeks SUM 1"]
_TO_104 = [f">{week}-{week + 1}" for week in range(104)] + ["104 plus"]
_EXTRACT = (
    "Period,Provider Parent Org Code,Provider Parent Name,Provider Org Code,Provider Org Name,Commissioner Parent Org Code,"
    "Commissioner Parent Name,Commissioner Org Code,Commissioner Org Name,RTT Part Type,RTT Part Description,"
    "Treatment Function Code,Treatment Function Name"
)
_WORDS = {"waiting": ("IP", "incomplete pathways"), "admitted": ("AP", "completed pathways (all)"), "not_admitted": ("NP", "completed pathways (all)")}  # fmt: skip
_TITLES = {
    "waiting": "Incomplete Pathways",
    "waiting_for_admission": "Incomplete Pathways with DTA",
    "admitted": "Admitted Pathways",
    "not_admitted": "Non-Admitted Pathways",
}


def _bands(length: int, **counts: int) -> list[str]:
    return [str(counts.get(f"w{week}", 0)) for week in range(1, length + 1)]


def _extract() -> str:
    where = "RTT-November-2024,QX1,EXAMPLE BOARD,RX1,EXAMPLE HOSPITAL,QX1,EXAMPLE BOARD,99Z,EXAMPLE VALE"
    rows = [f"{_EXTRACT},{','.join(_GT)},Total,Patients with unknown clock start date,Total All"]
    for part in ("1A", "1B", "2", "2A"):
        for code, name in (("C_100", "General Surgery Service"), ("C_999", "Total")):
            counts = ",".join(_bands(105, w3=7, w20=4, w105=1))
            rows.append(f"{where},Part_{part},Pathways,{code},{name},{counts},12,0,12")
    for code, name in (("C_100", "General Surgery Service"), ("C_999", "Total")):
        rows.append(f"{where},Part_3,New RTT Periods,{code},{name},{',' * 104},,,9")
    return "\n".join(rows) + "\n"


def _one_part(name: str, side: str) -> str:
    prefix, total = _WORDS[name]
    organisation = ("CCG", "99Z") if side == "commissioner" else ("Provider", "RX1")
    heading = ["", "Area Team Code", f"{organisation[0]} Code", f"{organisation[0]} Name", "Treatment Function Code", "Treatment Function"]  # fmt: skip
    tail = [f"Total number of {total}", "Total within 18 weeks", "% within 18 weeks",
            "Average (median) waiting time (in weeks)", "95th percentile waiting time (in weeks)"]  # fmt: skip
    rows = [heading + _TO_52 + ["52 plus"] + tail]
    for number, code in enumerate((f"{prefix}100", f"{prefix}999"), start=1):
        line = [str(number), "Q99", organisation[1], "EXAMPLE VALE", code, "General Surgery"]
        rows.append([*line, *_bands(53, w3=60, w20=40), "100", "60", "0.6", "2.8416666666666668", "19.875"])
    return "\n".join(",".join(row) for row in rows) + "\n"


def _workbook(name: str, side: str) -> str:
    organisation = ("Commissioner", "99Z") if side == "commissioner" else ("Provider", "RX1")
    title = [f"Title:,Referral to Treatment: {_TITLES[name]}", "Period:,November 2024", ""]
    heading = [f"{organisation[0]} Code", f"{organisation[0]} Name", "Treatment Function Code", "Treatment Function"]  # fmt: skip
    tail = ["Total number of pathways", "Total within 18 weeks", "% within 18 weeks", "Average (median) waiting time (in weeks)"]  # fmt: skip
    line = [organisation[1], "EXAMPLE", "C_100", "General Surgery Service"]
    rows = [heading + _TO_104 + tail, [*line, *_bands(105, w3=60, w20=40), "100", "60", "0.6", "2.8"]]
    return "\n".join([*title, *(",".join(row) for row in rows)]) + "\n"


WAITS = {"RTT full extract": ("RTT-November-2024-full-extract.csv", _extract())}
for _side in ("provider", "commissioner"):
    for _name in _WORDS:
        _era = f"RTT {_name.replace('_', ' ')} by {_side}, one part a file"
        WAITS[_era] = (f"{_side}_2015_03_{_name}.csv", _one_part(_name, _side))
    for _name in _TITLES:
        _era = f"RTT {_name.replace('_', ' ')} by {_side}, workbook"
        WAITS[_era] = (f"{_name}-{_side}-Nov24.csv", _workbook(_name, _side))

"""Specimens of files about local services and people on lists: era → (file name, text). See specimens.py."""

_LOG = "person,practice,service,referred,offered,attended,completed"
_WHO = "TEST{},Z99001,pulmonary rehabilitation"
_ROWS = (
    "2026-04-01,2026-04-20,2026-05-04,2026-07-01",
    "2026-04-02,2026-04-20,11/05/2026,",
    "2026-04-03,2026-04-21,,",
    "2026-04-06,,,",
)
_MEASURED = ("six-minute walk (metres),280,325.5", "six-minute walk (metres),300,", ",,", ",,")


def _log(measured: bool) -> str:
    rows = [_LOG + (",measure,start,end" if measured else "")]
    for number, (row, more) in enumerate(zip(_ROWS, _MEASURED, strict=True), 1):
        rows.append(f"{_WHO.format(number)},{row}" + (f",{more}" if measured else ""))
    return "\n".join(rows) + "\n"


PEOPLE = {
    "person, practice, service, referred, offered, attended, completed, measure, start, end": (
        "rehabilitation.csv",
        _log(True),
    ),
    "person, practice, service, referred, offered, attended, completed": ("groups.csv", _log(False)),
    "Local services by practice: how far people came, counts": (
        "service_counts.csv",
        "month,practice,service,stage,people\n2026-04,Z99001,falls prevention,completed,12\n2026-04,Z99001,falls prevention,referred only,5\n",
    ),
    "Local services by practice: first and last measurements, counts": (
        "service_changes.csv",
        "month,practice,service,measure,measured,start_total,end_total\n2026-04,Z99001,falls prevention,balance,20,200,260.5\n",
    ),
}

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


_LISTED = (
    "person,pathway,practice,provider,commissioner,list,census,specialty,referral,removal,due date,priority,reason\n"
    "TEST1,A1,Z99001,RX1,99Z,pain clinic,2026-09-30,502,2026-04-11,,2026-05-09,2,\n"
    "TEST2,A2,Z99001,RX1,99Z,pain clinic,2026-09-30,Gynaecology,11/05/2026,2026-09-01,,P3,treated\n"
)
_FOLLOWED = (
    "person,practice,provider,census,specialty,due date,seen date,discharged\n"
    "TEST1,Z99001,RX1,2026-09-30,130,2026-04-11,,\nTEST2,Z99001,RX1,2026-09-30,Ophthalmology,11/05/2026,2026-06-01,\n"
)
_SIDES = {"practice": "Z99001", "provider": "RX1", "commissioner": "99Z"}


def _counted(side: str) -> dict[str, tuple[str, str]]:
    code = _SIDES[side]
    return {
        f"Own waiting lists by {side}, counts": (
            f"lists_by_{side}.csv",
            f"month,{side},function,weeks,due,people\n2026-09,{code},502,18,past,12\n2026-09,{code},130,53,not told,4\n",
        ),
        f"Follow-ups by {side}, counts": (
            f"follow_ups_by_{side}.csv",
            f"month,{side},function,state,weeks,people,days_overdue\n2026-09,{code},130,overdue,13,12,1032\n2026-09,{code},130,to come,0,40,0\n",
        ),
    }


PEOPLE = {
    "waiting list, a person a row (referral, removal)": ("waiting-list.csv", _LISTED),
    "follow-up list, a person a row (due date, seen date)": ("follow-ups.csv", _FOLLOWED),
    **{name: each for side in _SIDES for name, each in _counted(side).items()},
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

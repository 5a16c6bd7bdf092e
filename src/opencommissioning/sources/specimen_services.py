"""Specimens of files about referrals, general practice, NHS 111, surveys and other services: era → (file name, text). See specimens.py."""

_GP = (
    "APPOINTMENT_MONTH_START_DATE,GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,HCP_TYPE,"
    "APPT_MODE,NATIONAL_CATEGORY,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS,APPT_STATUS"
)
_AT = "01OCT2025,Z99001,THE EXAMPLE SURGERY,EMIS,U99001,EXAMPLE PCN,99Z,NHS Example ICB - 99Z"
_IUC = (
    "REPORTING_PERIOD,ORG_CODE,ORG_NAME,REGION_CODE,REGION_NAME,CONTRACT_CODE,CONTRACT_NAME,ITEM_NUMBER,VALUE"
)
_ITEMS = {
    "A01": "10,000", "A03": "9000", "B02": "600", "C01": "8000", "E01": "7000", "E02": "800", "E04": "700",
    "E07": "1500", "E08": "900", "E10": "600", "E11": "400", "E12": "300", "E16": "900",
}  # fmt: skip
_RETURN = "Year,Period,Org Code,Org Name,GP Referrals Made (All),Other Referrals Made (All),GP Referrals Made (Specific Acute),Other Referrals Made (Specific Acute)"
_MENTAL = (
    "REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,PRIMARY_LEVEL,PRIMARY_LEVEL_DESCRIPTION,SECONDARY_LEVEL,"
    "SECONDARY_LEVEL_DESCRIPTION,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE"
)
_BY = "2025-08-01,2025-08-31,Performance"
_HERE = f"{_BY},Sub ICB - GP Practice or Residence,99Z,NHS EXAMPLE ICB - 99Z,NONE,NONE"


def _calls() -> str:
    rows = [_IUC]
    for item, value in _ITEMS.items():
        rows.append(
            f'IUCADC-MONTHLY-APR-2025,RX1,EXAMPLE AMBULANCE,Y99,EXAMPLE REGION,111ZZ1,Example Vale,{item},"{value}"'
        )
    rows.append(
        'IUCADC-MONTHLY-APR-2025,RX9,SECOND SUPPLIER,Y99,EXAMPLE REGION,111ZZ1,Example Vale,A01,"1,000"'
    )
    return "\n".join([*rows, "IUCADC-MONTHLY-APR-2025,RX1,EXAMPLE AMBULANCE,Y99,EXAMPLE REGION,,,A01,5"]) + "\n"  # fmt: skip


def _returned(side: str, code: str) -> str:
    title = [f"Title:,Monthly referral return: {side},,,,,,", "Period:,May 2021,,,,,,", ",,,,,,,"]
    rows = [_RETURN, "2021-22,MAY,,England,500000,300000,400000,200000", ",,,,,,,"]
    rows += [f"2021-22,MAY,{code},EXAMPLE,5000,3000,4000,2000", "2021-22,MAY,ZZ9,NO RETURN,-,-,-,-"]
    return "\n".join([*title, *rows]) + "\n"


SERVICES = {
    "GP appointments, practice level crosstab": (
        "Practice_Level_Crosstab_Oct_25.csv",
        f"{_GP}\n{_AT},GP,Face-to-Face,General Consultation Routine,8  to 14 Days,40,Attended\n"
        f"{_AT},GP,Telephone,General Consultation Acute,Same Day,25,Attended\n"
        f"{_AT},Other Practice staff,Video Conference/Online,Clinical Triage,1 Day,10,DNA\n"
        f"{_AT},Unknown,Unknown,Unmapped,Unknown / Data Quality,3,Unknown\n",
    ),
    "practice, month, status, staff, mode, wait, appointments": (
        "gp_appointments.csv",
        "month,practice,status,staff,mode,wait,appointments\n2026-04,Z99001,did not attend,GP,telephone,same day,12\n",
    ),
    "IUC ADC, one item a row": ("IUCADC-Apr25.csv", _calls()),
    "area, month, stage, outcome, calls": (
        "calls.csv",
        "month,area,stage,outcome,calls\n2025-04,111ZZ1,call,abandoned,600\n2025-04,111ZZ1,call,answered,9000\n",
    ),
    "GP Patient Survey to 2023": (
        "GPPS_2021_Practice_data_(unweighted)_(csv)_PUBLIC.csv",
        "Practice_Code,Practice_Name,Q28base,Q28_12,Q28_12pct,Q18base,Q18_12\nZ99001,THE EXAMPLE SURGERY,120,96,0.8,110,66\n"
        "Z99002,ANOTHER SURGERY,-97,-97,-97,-97,-97\n",
    ),
    "GP Patient Survey from 2024": (
        "GPPS_2024_Practice_data_(weighted)_(csv)_PUBLIC.csv",
        "ad_practicecode,ad_practicename,overallexp.pcteval,overallexp.baseevalw,gpcontactoverall.pcteval,gpcontactoverall.baseevalw\n"
        "Z99001,THE EXAMPLE SURGERY,0.75,100.4,0.5,98.2\nZ99002,ANOTHER SURGERY,-97,-97,-97,-97\n",
    ),
    "month, practice, question, answer, answers": (
        "survey.csv",
        "month,practice,question,answer,answers\n2024-03,Z99001,phone,good,60\n2024-03,Z99001,phone,other,40\n",
    ),
    "Friends and Family by practice, answers side by side": (
        "fft_gp_august_2025.csv",
        "month,practice_code,Total Responses,Extremely Likely/Very Good,Likely/Good,Neither Likely nor Unlikely/Neither Good nor Poor,"
        "Unlikely/Poor,Extremely Unlikely/Very Poor,Do not Know\n2025-08,Z99001,100,70,20,4,3,2,1\n",
    ),
    "month, practice, answer, responses": (
        "friends.csv",
        "month,practice,answer,responses\n2025-08,Z99001,very good,70\n2025-08,Z99001,poor,3\n",
    ),
    "monthly referral return by provider": ("MRR_Prov_May_21.csv", _returned("Provider", "RX1")),
    "monthly referral return by commissioner": ("MRR_Comm_May_21.csv", _returned("Commissioner", "99Z")),
    "practice, month, function, priority, kind, referrals": (
        "referrals.csv",
        "month,practice,function,priority,kind,referrals\n2026-04,Z99001,330,suspected cancer,referral,14\n2026-04,Z99001,330,routine,advice,9\n",
    ),
    "commissioner, month, organism, onset, cases": (
        "infections.csv",
        'month,commissioner,organism,onset,cases\n2025-08,99Z,C. difficile,community,4\n2025-08,99Z,C. difficile,"community, healthcare",3\n',
    ),
    "commissioner, month, people": ("people.csv", "month,commissioner,people\n2024-06,99Z,310000\n"),
    "practice, month, place, deaths": (
        "deaths.csv",
        "month,practice,place,deaths\n2026-04,Z99001,hospital,3\n2026-04,Z99001,home,2\n",
    ),
    "Mental Health Services Monthly Statistics, one measure a row": (
        "MHSDS Data_AugPrf_2025.csv",
        f"{_MENTAL}\n{_BY},England,England,England,NONE,NONE,MHS29,Contacts in the month,2000000\n"
        f"{_HERE},MHS29,Contacts in the month,8000\n{_HERE},MHS30,Attended contacts in the month,6800\n"
        f"{_HERE},MHS01,People in contact with services,3500\n{_HERE},MHS32,Referrals starting in the month,*\n",
    ),
    "commissioner, month, kind, contacts": (
        "mental_health.csv",
        "month,commissioner,kind,contacts\n2025-08,99Z,contacts,8000\n2025-08,99Z,contacts attended,6800\n",
    ),
    "practice, month, service, outcome, contacts": (
        "community.csv",
        "month,practice,service,outcome,contacts\n2026-04,Z99001,district nursing,attended,120\n2026-04,Z99001,district nursing,did not attend,5\n",
    ),
}

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


def _england() -> str:
    waiting = [
        "Median wait (weeks)",
        "92nd percentile (weeks)",
        "No. within 18 weeks",
        "No. within 18 weeks with estimates for missing data",
    ]
    waiting += [
        "No. > 18 weeks",
        "No. > 52 weeks",
        "No. > 65 weeks",
        "No. > 78 weeks",
        "No. > 104 weeks",
        "Total waiting (mil)",
    ]
    groups = {
        "Incomplete RTT pathways": waiting,
        "Admitted (unadjusted) RTT pathways": [
            "Median wait (weeks)",
            "95th percentile (weeks)",
            "No. of pathways (all)",
        ],
        "Non-Admitted RTT pathways": ["Median wait (weeks)", "No. of pathways (all)"],
        "New RTT periods": [
            "No. of new RTT periods",
            "No. of new RTT periods with estimates for missing data",
        ],
    }
    above = [
        "",
        "Year",
        "Month",
        *(cell for name, names in groups.items() for cell in (name, *[""] * (len(names) - 1))),
    ]
    names = ["", "", "", *(cell for each in groups.values() for cell in each)]
    old = [
        "",
        "2019/20",
        "2019-04-01 00:00:00",
        "7.2",
        "52+",
        "3600",
        "3650",
        "400",
        "30",
        *["-"] * 3,
        "4000",
    ]
    new = [
        "",
        "2023/24",
        "2023-08-01 00:00:00",
        "14.5",
        "45.1",
        "4500",
        "4510",
        "3200",
        "390",
        "95",
        "25",
        "1",
        "7700",
    ]
    rows = [
        ["", "Title: RTT waiting times, England"],
        above,
        names,
        [*old, "9.1", "52+", "250", "4", "900", "1500", "1510"],
    ]
    rows += [[*new, "11.3", "60.2", "240", "7.5", "1000", "1700", "1701"], ["", "1. A note below the months"]]
    width = len(names)
    return "\n".join(",".join([*row, *[""] * (width - len(row))]) for row in rows) + "\n"


WAITS = {"RTT full extract": ("RTT-November-2024-full-extract.csv", _extract())}
for _side in ("provider", "commissioner"):
    for _name in _WORDS:
        _era = f"RTT {_name.replace('_', ' ')} by {_side}, one part a file"
        WAITS[_era] = (f"{_side}_2015_03_{_name}.csv", _one_part(_name, _side))
    for _name in _TITLES:
        _era = f"RTT {_name.replace('_', ' ')} by {_side}, workbook"
        WAITS[_era] = (f"{_name}-{_side}-Nov24.csv", _workbook(_name, _side))

_AE = (
    "period,org_code,parent_org,org_name,aande_attendances_type_1,aande_attendances_type_2,aande_attendances_other_aande_department,"
    "attendances_over_4hrs_type_1,attendances_over_4hrs_type_2,attendances_over_4hrs_other_department,"
    "emergency_admissions_via_aande___type_1,emergency_admissions_via_aande___type_2,emergency_admissions_via_aande___other_aande_department"
)
_BEDS = (
    "nhs_trust22_code,date,general_acute_beds_available,general_acute_beds_occupied,adult_general_acute_beds_available,"
    "adult_general_acute_beds_occupied,paediatric_general_acute_beds_available,paediatric_general_acute_beds_occupied,"
    "adult_critical_care_beds_available,adult_critical_care_beds_occupied"
)
_REASONS = (
    '"Code","Name","Awaiting completion of assessment","Awaiting public funding","Awaiting further NHS non-acute care",'
    '"Awaiting residential home placement or availability","Awaiting nursing home placement or availability",'
    '"Awaiting care package in own home","Awaiting community equipment and adaptations","Patient or family choice","Disputes",'
    '"Housing - Patients not covered by NHS and Community Care Act","Other","Total Delayed Transfers of Care","Period"'
)
WAITS |= {
    "trust, month, treatment, waits over 18 and 52 weeks": (
        "long_waits.csv",
        "nhs_trust22_code,nhs_trust22_name,date,year,month,treatment,waits_over_18_weeks,waits_over_52_weeks\n"
        "RX1,EXAMPLE HOSPITAL,2024-11-01,2024.0,Nov,Cardiology Service,12.0,3.0\n"
        "RX1,EXAMPLE HOSPITAL,2024-11-01,2024.0,Nov,Total,12.0,3.0\n",
    ),
    "A&E by organisation, types side by side": (
        "ae.csv",
        f"{_AE}\n2024-11-01 00:00:00,RX1,NHS ENGLAND NORTH ,EXAMPLE HOSPITAL,9000,0,3000,4000,0,30,2500,0,0\n"
        "2022-11-01 00:00:00,RX2,NHS ENGLAND NORTH ,FIELD TEST HOSPITAL,8000,0,0,0,0,0,2000,0,0\n",
    ),
    "A&E by organisation and type": (
        "ae_by_type.csv",
        "period,org_code,type,attendances,breaches,admissions\n2017-03-01,RX1,1,21289.0,2879.0,5060.0\n",
    ),
    "provider, month, department, attendances, timed, within_4_hours, admissions": (
        "own_ae.csv",
        "provider,month,department,attendances,timed,within_4_hours,admissions\nRX1,2024-11,1,9000,9000,5000,2500\n",
    ),
    "delayed days by reason": (
        "dtoc_reason.csv",
        f'{_REASONS}\n"-","England","1","2","3","4","5","6","7","8","9","10","11","66","April 2019"\n'
        '"E99000001","Exampleshire","1","2","3","4","5","6","7","8","9","10","NA","55","April 2016"\n',
    ),
    "delayed days by responsible organisation": (
        "dtoc_body.csv",
        '"Name","NHS","Social Care","Both","Period_year"\n"Exampleshire","306","44","30","April 2019"\n',
    ),
    "criteria to reside by trust and day": (
        "reside.csv",
        "nhs_trust22_code,date,do_not_meet_criteria_to_reside\nRX1,2024-11-01,111.0\nRX1,2024-11-02,\n,2024-11-02,5.0\n",
    ),
    "discharges by trust and day": (
        "discharged.csv",
        "nhs_trust22_code,date,discharged_by_1700,discharged_between_1701_2359,discharged_total\n"
        "RX1,2022-04-01,60.0,40.0,100.0\nRX1,2022-04-02,0.0,0.0,0.0\n",
    ),
    "any list in buckets of its own": (
        "podiatry.csv",
        "organisation,list,month,what,bucket_from,bucket_to,unit,count\n"
        "RX1,podiatry,2026-08,waiting,0,18,weeks,400\nRX1,podiatry,2026-08,waiting,18,,weeks,60\nRX1,podiatry,2026-08,treated,,,,90\n",
    ),
    "beds by trust and month": (
        "beds.csv",
        f"{_BEDS}\nRX1,April 2022,500.0,460.0,450.0,420.0,50.0,40.0,20.0,15.0\n",
    ),
    "QOF registers 2013/14 by CCG": (
        "qof_1314_ccg.csv",
        "ccgcode,indicator_group,Register_description,disease_register_size,ccg_listsize,prevalence\n"
        "99Z,HF,Heart Failure,700,100000,0.7\n99Z,HF,Heart Failure due to LVD,400,100000,0.4\n",
    ),
    "QOF registers 2013/14 by practice": (
        "qof_1314_practice.csv",
        "practicecode,indicator_group,Register_description,disease_register_size,practice_listsize,prevalence\n"
        "Z99001,AST,Asthma,300,5000,6\n",
    ),
    "QOF registers by CCG, several years": (
        "qof_years.csv",
        "year,ccg_code,qof_group,list_size,register,prevalence_pct\n2014-15,99Z,AST,100000,6000,6\n2015-16,99Z,AST,101000,6100,6.04\n",
    ),
    "QOF PREVALENCE by practice (2014/15–)": (
        "PREVALENCE_2122.csv",
        "PRACTICE_CODE,GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PRACTICE_LIST_SIZE\nZ99001,AST,300,06OV,4700\n",
    ),
    "QOF ACHIEVEMENT by practice": (
        "ACHIEVEMENT_EXAMPLE_2122.csv",
        "REGION_CODE,PRACTICE_CODE,INDICATOR_CODE,MEASURE,VALUE\nY99,Z99001,AF006,NUMERATOR,40\nY99,Z99001,AF006,DENOMINATOR,50\n",
    ),
    "spells by ICB and month": (
        "spells.csv",
        'Der_Activity_Month,ICB_Name_Short,spells\n202011,"QX9: NHS Example, Vale ICB",18215\n202011,NULL,12\n',
    ),
    "spells by main diagnosis": (
        "top_diagnoses_falls.csv",
        "Spell_Primary_Diagnosis,falls_count,ICD10_L4_Code,ICD10_L4_Desc\nW099,1,W099,W099: Fall involving playground equipment\n"
        "W010,7,W010,W010: Fall on same level\n",
    ),
    "mean stays by ICB and group": (
        "avg_los_icb_cohort.csv",
        "ICB_Name_Short,frail_avg_los,emergency_elderly_avg_los,falls_exp_avg_los,falls_imp_frac_avg_los,falls_imp_tend_avg_los,eol_avg_los\n"
        "QX9: NHS Example Vale ICB,8,8,NULL,15,7,3\nNULL,7,8,NULL,13,7,3\n",
    ),
    "IMD 2019 by small area": (
        "imd2019.csv",
        "lsoa11_code,IMD_decile,IMD_rank\nE01999999,9.0,29199.0\nE01999998,1.0,12.0\n",
    ),
    "IMD 2025 by ICB": (
        "imd2025.csv",
        "icb24_code,icb24_name,imd_average_rank,imd_average_score,imd_proportion_of_lso_as_in_most_deprived_10_percent_nationally\n"
        "E54999999,NHS Example Vale Integrated Care Board,18014.48,25.531,0.2011\n",
    ),
    "QOF INDICATOR_MAPPINGS": (
        "INDICATOR_MAPPINGS_2017_18.csv",
        "INDICATOR_CODE,INDICATOR_DESCRIPTION,INDICATOR_POINT_VALUE,INDICATOR_GROUP_CODE,INDICATOR_GROUP_DESCRIPTION,DOMAIN_CODE\n"
        "AF001,The contractor keeps a register,5,AF,Atrial fibrillation,CL\n",
    ),
    "England's RTT time series": ("RTT-Overview-Timeseries.csv", _england()),
}

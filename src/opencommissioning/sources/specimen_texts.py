"""The specimens: era → (file name, text). See specimens.py."""

_PLACE = '"NHS EXAMPLE BOARD","QX1"'
_EPD = "YEAR_MONTH,REGIONAL_OFFICE_NAME,REGIONAL_OFFICE_CODE,{0}_NAME,{0}_CODE,PCO_NAME,PCO_CODE,PRACTICE_NAME,PRACTICE_CODE,ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,POSTCODE,"
_V2 = "BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQUSAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
_2025 = "BNF_CHEMICAL_SUBSTANCE_CODE,BNF_CHEMICAL_SUBSTANCE,BNF_PRESENTATION_CODE,BNF_PRESENTATION_NAME,BNF_CHAPTER_PLUS_CODE,QUANTITY,ITEMS,TOTAL_QUANTITY,ADQ_USAGE,NIC,ACTUAL_COST,UNIDENTIFIED"
_WHERE = f"NORTH OF EXAMPLE,Y99,{_PLACE},EXAMPLE VALE,99Z00,THE EXAMPLE SURGERY,Z99001,1 HIGH STREET,,EXAMPLETON,,ZZ1 1ZZ,"
_OLD_ROWS = (
    (
        "0501080W0,Trimethoprim,0501080W0AAAEAE,Trimethoprim 200mg tablets,05: Infections,14.0,3,42.0,0.0,2.34,2.19171,N",
        "323509004",
    ),
    (
        "2003,Wound Management & Other Dressings,20030100183,Tegaderm dressing 6cm x 7cm,20: Dressings,10.0,1,10.0,0.0,4.1,3.84,N",
        "9518711000001106",
    ),
)
_NEW_ROWS = (
    (
        "0501080W0,Trimethoprim,0501080W0AAAEAE,Trimethoprim 200mg tablets,05: Infections,14.,3,42.,0.,2.34,2.19171,N",
        "323509004",
    ),
    (
        "2003,Wound Management & Other Dressings,20030100183,Tegaderm dressing 6cm x 7cm,20: Dressings,10.,1,10.,0.,4.1,3.84,N",
        "9518711000001106",
    ),
)
_MONTHS = {"AREA_TEAM": "2016_01", "STP": "202103", "ICB": "202307"}


def _epd(middle: str, renamed: bool, snomed: bool) -> str:
    """One EPD file: the month is written as in its own time."""
    month = "2025-09" if renamed else _MONTHS[middle]
    heading = _EPD.format(middle) + (_2025 if renamed else _V2) + (",SNOMED_CODE" if snomed else "")
    rows = [
        f"{month},{_WHERE}{row}" + (f",{code}" if snomed else "")
        for row, code in (_NEW_ROWS if renamed else _OLD_ROWS)
    ]
    return "\r\n".join([heading, *rows, ""])


def _ods(code: str, name: str, **cells: str) -> str:
    """One row of an ODS file: 27 quoted cells, `c13="A"` fills the thirteenth."""
    row = [code, name, "Y99", "QX1", "1 HIGH STREET", "", "", "EXAMPLETON", "", "ZZ1 1ZZ"] + [""] * 17
    for cell, value in cells.items():
        row[int(cell[1:]) - 1] = value
    return ",".join(f'"{value}"' for value in row) + "\r\n"


_FIVE = [f"{low}-{low + 4}" for low in range(0, 95, 5)] + ["95+"]
_WIDE = "GP_PRACTICE_CODE,POSTCODE,CCG_CODE,NHSE_AREA_TEAM_CODE,NHSE_REGION_CODE,TOTAL_ALL,TOTAL_MALE,TOTAL_FEMALES,"
_WIDE += ",".join(f"{sex}_{band}" for sex in ("MALE", "FEMALE") for band in _FIVE)
_TIPS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,Value,"
    "Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,New data,Compared to goal,Time period range\n"
)
_BNF_LEVELS = (
    "Chapter",
    "Section",
    "Paragraph",
    "Subparagraph",
    "Chemical Substance",
    "Product",
    "Presentation",
)
_MAP = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_{0}_CODE,{0}_CODE,{0}_NAME,ONS_{1}_CODE,{1}_CODE,{1}_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME\n"
_MAP_ROWS = (
    "GP_PRAC_PAT_LIST,{0},Z99001,THE EXAMPLE SURGERY,ZZ1 1ZZ,U99001,EXAMPLE PCN,E99000001,99Z,EXAMPLE VALE,E99000002,QX1,EXAMPLE BOARD,E99000003,Y99,NORTH\n"
    "GP_PRAC_PAT_LIST,{0},Z99002,STATION ROAD,ZZ1 2ZZ,U,UNALLOCATED,E99000001,99Z,EXAMPLE VALE,E99000002,QX1,EXAMPLE BOARD,E99000003,Y99,NORTH\n"
)

_HES = (
    "{}EPIKEY,{},ADMIDATE,DISDATE,ADMIMETH,ADMISORC,DISMETH,DISDEST,EPIORDER,EPISTART,EPIEND,EPISTAT,EPITYPE,CLASSPAT,STARTAGE,SEX,"
    "GPPRAC,PROCODE3,TRETSPEF,DIAG_4_01,DIAG_4_CONCAT,OPERTN_4_01,OPERTN_4_CONCAT\r\n"
)
TEXTS: dict[str, tuple[str, str]] = {
    "HES episodes with PSEUDO_HESID": (
        "hes_apc.csv",
        _HES.format("", "PSEUDO_HESID")
        + '1001,ZZTEST1,2026-03-30,2026-04-04,21,19,1,19,1,2026-03-30,2026-04-02,3,1,1,71,1,Z99001,R99,340,J44.1,"J441,I10X",-   ,-   \r\n'
        + "1002,ZZTEST1,2026-03-30,2026-04-04,21,19,1,19,2,2026-04-02,2026-04-04,3,1,1,71,1,Z99001,R99,430,J441,J441,-   ,-   \r\n",
    ),
    "HES episodes with TOKEN_PERSON_ID and SUSSPELLID": (
        "hes_apc_token.csv",
        _HES.format("SUSSPELLID,", "TOKEN_PERSON_ID")
        + '9001,1003,ZZTEST2,2026-04-07,2026-04-07,12,19,1,19,1,2026-04-07,2026-04-07,3,1,2,54,2,Z99002,R99,100,K409,K409,T202,"T202,Y751"\r\n',
    ),
    "SUS+ episodes": (
        "sus_apce.csv",
        "Der_Pseudo_NHS_Number,APCE_Ident,APCS_Ident,Der_Provider_Code,GP_Practice_Code,Admission_Date,Discharge_Date,Episode_Start_Date,"
        "Episode_End_Date,Episode_Number,Episode_Status,Episode_Type,Admission_Method,Source_of_Admission,Discharge_Destination,Discharge_Method,"
        "Patient_Classification,Der_Age_at_CDS_Activity_Date,Sex,Treatment_Function_Code,Der_Primary_Diagnosis_Code,Der_Diagnosis_All,"
        "Der_Primary_Procedure_Code,Der_Procedure_All\r\n"
        'ZZTEST3,5001,7001,R9901,Z99001,2026-04-11,2026-04-19,2026-04-11,2026-04-19,1,3,1,21,19,19,1,1,83,2,430,S720,"||S720 ,W190,I10X||",W371,"||W371,Z761||"\r\n',
    ),
    "practice, month, category, counts": (
        "admissions.csv",
        "month,practice,category,kind,stay,returned,spells,finished_spells,bed_days\n"
        "2026-04,Z99001,all,emergency,1-6,no,12,12,41\n2026-04,Z99001,copd,emergency,1-6,no,2,2,9\n",
    ),
    "hrg, since, prices": (
        "prices.csv",
        "hrg,since,day_case,elective,combined,emergency,procedure,elective_trim,emergency_trim,per_day,short_stay\n"
        "DZ65F,2026-04,-,-,1450,2100,-,8,16,230,630\nHN12A,2026-04,4900,6300,-,7900,-,9,29,250,-\n",
    ),
    "annex A of the national tariff, as CSV": (
        "annex_a_2026-04.csv",
        "HRG code,HRG name,Outpatient procedure tariff (£),Combined day case / ordinary elective spell tariff (£),Day case spell tariff (£),"
        "Ordinary elective spell tariff (£),Ordinary elective long stay trim point (days),Non-elective spell tariff (£),"
        "Non-elective long stay trim point (days),Per day long stay payment (for days exceeding trim point) (£),"
        "Reduced short stay emergency tariff applicable?,Reduced short stay emergency tariff (£)\n"
        "DZ65F,Invented,-,1450,-,-,8,2100,16,230,Yes,630\n",
    ),
    "practice, month, kinds of avoidable activity, counts": (
        "avoidable_activity.csv",
        "month,practice,activity_of,kinds,activity,bed_days,squared_bed_days\n"
        "2026-04,Z99001,spells,falls readmission_28_days,9,61,615\n2026-04,Z99001,spells,none,120,240,1450\n",
    ),
    "HES A&E": (
        "hes_ae.csv",
        "AEKEY,PSEUDO_HESID,PROCODE3,GPPRAC,ARRIVALDATE,AEDEPTTYPE,AEATTENDCAT,AEARRIVALMODE,AEATTENDDISP,ARRIVALAGE,SEX,"
        + ",".join([f"INVEST2_{n:02d}" for n in range(1, 13)] + [f"TREAT3_{n:02d}" for n in range(1, 13)])
        + "\r\n2001,ZZTEST4,R99,Z99001,2026-04-11,01,1,2,03,34.0,2,24"
        + "," * 12
        + "222"
        + "," * 11
        + "\r\n",
    ),
    "ECDS": (
        "ecds.csv",
        "TOKEN_PERSON_ID,PROVIDER_CODE,PRACTICE_CODE_PATIENT_REGISTRATION,ARRIVAL_DATE,ARRIVAL_TIME,DEPARTURE_TIME,DEPARTMENT_TYPE,"
        "ATTENDANCE_CATEGORY,ARRIVAL_MODE,DISCHARGE_STATUS,DISCHARGE_DESTINATION,AGE_AT_ARRIVAL,STATED_GENDER,"
        + ",".join(
            [f"INVESTIGATION_CODE_{n}" for n in range(1, 13)] + [f"TREATMENT_CODE_{n}" for n in range(1, 13)]
        )
        + "\r\nZZTEST5,R9901,Z99001,2026-04-12,10:21,12:40,01,1,1048031000000100,182992009,306689006,51,1,27171005"
        + "," * 12
        + "413334001"
        + "," * 11
        + "\r\n",
    ),
    "HES outpatients": (
        "hes_op.csv",
        "ATTENDKEY,PSEUDO_HESID,PROCODE3,GPPRAC,APPTDATE,ATTENDED,FIRSTATT,TRETSPEF,APPTAGE,SEX\r\n"
        "3001,ZZTEST6,R99,Z99001,2026-04-14,5,1,110,54.0,2\r\n3002,ZZTEST6,R99,Z99001,2026-05-19,3,2,110,54.0,2\r\n",
    ),
    "SUS+ outpatients": (
        "sus_opa.csv",
        "Der_Pseudo_NHS_Number,OPA_Ident,Der_Provider_Code,GP_Practice_Code,Appointment_Date,Attendance_Status,First_Attendance,"
        "Treatment_Function_Code,Der_Age_at_CDS_Activity_Date,Sex\n"
        "ZZTEST6,9001,R9901,Z99001,2026-04-14,5,1,110,54,2\nZZTEST6,9002,R9901,Z99001,2026-05-19,3,2,110,54,2\n",
    ),
    "A&E attendances by practice and category, counts": (
        "ae_visits.csv",
        "month,practice,category,department,outcome,attendances\n2026-04,Z99001,all,1,not admitted,31\n",
    ),
    "Outpatient appointments by practice, counts": (
        "outpatient_appointments.csv",
        "month,practice,category,visit,outcome,remote,appointments\n2026-04,Z99001,all,first,seen,no,52\n",
    ),
    "practice, month, category, sex and broad age band, counts": (
        "admission_bands.csv",
        "month,practice,category,kind,age_sex,spells\n2026-04,Z99001,all,emergency,F75_84,6\n2026-04,Z99001,copd,emergency,M85+,1\n",
    ),
    "month, category, age and sex, counts": (
        "admission_ages.csv",
        "month,category,kind,age_sex,spells\n2026-04,all,emergency,F70_74,31\n2026-04,copd,emergency,M95+,9\n",
    ),
    **{
        f"EPD {'2025' if renamed else 'v2'}{' with SNOMED' if snomed else ''}, {middle}": (
            "EPD.csv",
            _epd(middle, renamed, snomed),
        )
        for renamed in (False, True)
        for snomed in (False, True)
        for middle in _MONTHS
    },
    "PDPI (2010–2019)": (
        "T201410PDPI BNFT.CSV",
        " SHA,PCT,PRACTICE,BNF CODE,BNF NAME                    ,ITEMS  ,NIC        ,ACT COST   ,QUANTITY,PERIOD,                \r\n"
        "Q99,99Z,Z99001,0501080W0AAAEAE,Trimethoprim_Tab 200mg      ,0000003,00000002.34,00000002.19,0000042,201410,                \r\n"
        "Q99,99Z,Z99002,0501080W0AAAEAE,Trimethoprim_Tab 200mg      ,0000001,00000000.78,00000000.73,0000014,201410,                \r\n",
    ),
    "ADDR, eight columns without heading": (
        "T201410ADDR BNFT.CSV",
        "201410,Z99001,THE EXAMPLE SURGERY      ,1 HIGH STREET ,             ,EXAMPLETON  ,EXAMPLESHIRE,ZZ1 1ZZ\r\n",
    ),
    "CHEM, the month in its heading": (
        "T201410CHEM SUBS.CSV",
        "CHEM SUB ,NAME,                                                       201410,\r\n0501080W0,Trimethoprim                     ,\r\n",
    ),
    "five-year bands (from April 2017)": (
        "gp-reg-pat-prac-quin-age.csv",
        "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS\r\n"
        "GP_PRAC_PAT_LIST,01SEP2017,GP,Z99001,,ZZ1 1ZZ,ALL,ALL,443\r\n"
        "GP_PRAC_PAT_LIST,01SEP2017,GP,Z99001,,ZZ1 1ZZ,FEMALE,0_4,212\r\n"
        "GP_PRAC_PAT_LIST,01SEP2017,GP,Z99001,,ZZ1 1ZZ,MALE,25_29,231\r\n"
        "GP_PRAC_PAT_LIST,01SEP2017,CCG,99Z,E99000001,,FEMALE,0_4,900\r\n",
    ),
    "practice totals": (
        "gp-reg-pat-prac-all.csv",
        "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\r\n"
        "GP_PRAC_PAT_LIST,01JAN2021,GP,99Z,E99000001,Z99001,ZZ1 1ZZ,ALL,ALL,5903\r\n",
    ),
    "single years of age": (
        "gp-reg-pat-prac-sing-age.csv",
        "EXTRACT_DATE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,ORG_CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\r\n"
        "01OCT2022,99Z,E99000001,Z99001,ZZ1 1ZZ,FEMALE,ALL,8\r\n"
        "01OCT2022,99Z,E99000001,Z99001,ZZ1 1ZZ,FEMALE,0,3\r\n"
        "01OCT2022,99Z,E99000001,Z99001,ZZ1 1ZZ,FEMALE,4,5\r\n"
        "01OCT2022,99Z,E99000001,Z99001,ZZ1 1ZZ,MALE,95+,2\r\n",
    ),
    "sex and age bands side by side (2013 to 2016)": (
        "hscic_gp_reg_sex_5yr_2014-07.csv",
        _WIDE
        + "\nZ99001,ZZ1 1ZZ,99Z,Q99,Y99,80,40,40,"
        + ",".join(["2"] * 40)
        + "\nZ99002,ZZ1 2ZZ,99Z,Q99,Y99,,,,"
        + "," * 39
        + "\n",
    ),
    "epraccur, 27 columns without heading": (
        "epraccur.csv",
        _ods(
            "Z99001",
            "THE EXAMPLE SURGERY",
            c11="19740401",
            c13="A",
            c15="99Z",
            c16="20130401",
            c24="99Z",
            c26="4",
        )
        + _ods("W99001", "Y FEDDYGFA", c3="W00", c11="19740401", c13="A", c15="7A9", c24="7A9", c26="4"),
    ),
    "CCG and STP (to June 2022)": (
        "gp-reg-pat-prac-map.csv",
        _MAP.format("CCG", "STP") + _MAP_ROWS.format("01Jan2022"),
    ),
    "sub-ICB location and ICB (from July 2022)": (
        "gp-reg-pat-prac-map.csv",
        _MAP.format("SUB_ICB_LOCATION", "ICB") + _MAP_ROWS.format("01OCT2023"),
    ),
    "core partner details": (
        "epcncorepartnerdetails.csv",
        "Partner Organisation Code,Partner Name,Practice Parent Sub ICB Location Code,Practice Parent Sub ICB Loc Name,PCN Code,PCN Name,"
        "PCN Parent Sub ICB Loc Code,PCN Parent Sub ICB Loc Name,Practice to PCN Relationship Start Date,Practice to PCN Relationship End Date,"
        "Practice and PCN Sub ICB Location Match\n"
        "Z99001,THE EXAMPLE SURGERY,99Z,EXAMPLE VALE,U99001,EXAMPLE PCN,99Z,EXAMPLE VALE,20190701,,1\n",
    ),
    "eccg, 27 columns without heading": (
        "eccg.csv",
        _ods("99Z", "NHS EXAMPLE VALE CCG", c11="20130401", c14="C")
        + _ods("99H", "EXAMPLE COMMISSIONING HUB", c11="20130401", c14="H"),
    ),
    "etr, 27 columns without heading": (
        "etr.csv",
        _ods("R9Z", "EXAMPLE HOSPITALS NHS FOUNDATION TRUST", c11="20171001", c22="0", c24="B"),
    ),
    "old_code, new_code, date": (
        "successions.csv",
        "old_code,new_code,date\n99X,99Z,2021-04-01\n99Z,99Z,2021-04-01\n",
    ),
    "matrix of percentages": (
        "PCT_CCG_matrix.csv",
        "\ufeffPCT_Code,99Y,99Z,,\n5Z9,64%,36%,,\n5Z8,0%,100%,,\n",
    ),
    "practice allocation tool": (
        "icb_practice_2025_2026.csv",
        "\ufeffPractice_Code,GP_Practice_Name,Practice_Postcode,Latitude,Longitude,CCG,Former CCG,PCN_Code,PCN_Name,LOC,LOCname,ICB,ICBname,"
        "Rcode,Region,LAD,LTLA,LA,UTLA,Patients,Population,G&A WP,CS WP,MH WP,Mat WP,Health Ineq WP,Prescr WP,Final WP,"
        "Primary Medical Care WP,Final PMC WP\n"
        "Z99001,THE EXAMPLE SURGERY,ZZ1 1ZZ,54.5,-1.3,,,,,,,QX1,EXAMPLE BOARD,Y99,NORTH,,,,,,3928.020356,3900,3950,3900,3950,3900,4000.5,3928.020356,3900,3950\n"
        "Z99002,STATION ROAD,ZZ1 2ZZ,54.5,-1.3,,,,,,,QX1,EXAMPLE BOARD,Y99,NORTH,,,,,,2000,2028.020356,1978.020356,2028.020356,1978.020356,2028.020356,"
        "1927.520356,2000,2028.020356,1978.020356\n",
    ),
    "practice-level payments": (
        "nhspaymentsgp-22-23-prac-csv.csv",
        "NHS England (Region) code,Practice Code,Practice Name,Practice Postcode,Contract Type,Dispensing Practice,Practice Rurality,"
        "Atypical characteristics,Global Sum\n"
        'Y99,Z99001,THE EXAMPLE SURGERY,ZZ1 1ZZ,GMS,Yes,Rural,,"1,234,567.00"\n'
        "Y99,Z99002,STATION ROAD,ZZ1 2ZZ,PMS,No,Urban,,500000.00\n",
    ),
    "Fingertips download, deprivation score": (
        "indicators-GPs.data.csv",
        _TIPS
        + "93553,Deprivation score (IMD 2019),,,E92000001,England,England,Persons,All ages,,,2019,21.7,,,,,,,,,,,20190000,,,1y\n"
        + "93553,Deprivation score (IMD 2019),E92000001,England,E92000001,England,England,Persons,All ages,,,2019,21.7,,,,,,,,,,,20190000,,,1y\n"
        + "93553,Deprivation score (IMD 2019),U99001,Example PCN,Z99001,The Example Surgery,GPs,Persons,All ages,,,2019,23.1234567,,,,,,,,,,,20190000,,,1y\n",
    ),
    "seven levels, name and code": (
        "BNF code information.csv",
        ",".join(f"BNF {level},BNF {level} Code" for level in _BNF_LEVELS)
        + "\nInfections,05,Antibacterial Drugs,0501,Sulfonamides and Trimethoprim,050108,Sulfonamides and Trimethoprim,0501080,"
        "Trimethoprim,0501080W0,Trimethoprim @gn,0501080W0AA,Trimethoprim 200mg tablets                  ,0501080W0AAAEAE\n",
    ),
    "Year, Old BNF Code, New BNF Code": (
        "bnf_code_changes.csv",
        "Year,Old BNF Code,Old BNF Name,New BNF Code,New BNF Name\n2026,0407010H0AAAQAQ,Old name,0407010H0AAZQZQ,New name\n",
    ),
    "BNF Code, ADQ Value, ADQ Unit": (
        "adq.csv",
        "BNF Code,BNF Name,ADQ Value,ADQ Unit\r\n0401010T0AAAAAA,Temazepam 10mg tablets,20,MG        \r\n0401010T0AAABAB,Temazepam gel,N/A,N/A\r\n",
    ),
    "Part VIIIA, two title lines": (
        "Part VIIIA.csv",
        "Drug Tariff Part VIIIA\nBasic prices of drugs, September 2026\nMedicine,Pack size,VMP Snomed Code,VMPP Snomed Code,Drug Tariff Category,Basic Price\n"
        "Trimethoprim 200mg tablets,14,323509004,1072711000001101,Part VIIIA Category M,78\n",
    ),
    "categories without prices (name, BNF code, category, date)": (
        "tariff.csv",
        '"Trimethoprim, oral",0501080W0AAAEAE,M,2016-09-01\n',
    ),
    "Month, Drug, Pack size, Price concession": (
        "concessions.csv",
        "Month,Drug,Pack size,Price concession,VMPP Snomed Code\n2026-03,Rivaroxaban 20mg tablets,28,£6.55,1072711000001101\n",
    ),
    "BNF–SNOMED mapping": (
        "BNF Snomed Mapping data.csv",
        "Presentation / Pack Level,VMP / VMPP/ AMP / AMPP,BNF Code,BNF Name,SNOMED Code,DM+D: Product Description,Strength,Unit Of Measure,"
        "DM+D: Product and Pack Description,Pack,Sub-pack,VTM,VTM Name\n"
        "Presentation,VMP,0501080W0AAAEAE,Trimethoprim 200mg tablets,323509004,Trimethoprim 200mg tablets,200,mg,,,,387170002,Trimethoprim\n",
    ),
    "BNF Code, Substitution Set": (
        "sets.csv",
        "BNF Code,Substitution Set\n0501080W0AAAEAE,trimethoprim 200mg solid oral\n0501080W0BBAAAE,trimethoprim 200mg solid oral\n",
    ),
    "one row an ingredient": (
        "strengths.csv",
        "bnf_code,name,vpid,form,form_indicator,form_size,form_units,unit_of_measure,numerator,numerator_unit_of_measure,denominator,"
        "denominator_unit_of_measure,ingredient_count\n"
        "0501080D0AAAAAA,Co-trimoxazole 80mg/400mg tablets,323509004,Tablet,Discrete,1,tablet,tablet,80,mg,,,2\n"
        "0501080D0AAAAAA,Co-trimoxazole 80mg/400mg tablets,323509004,Tablet,Discrete,1,tablet,tablet,400,mg,,,2\n",
    ),
    "measure, level, month, window, statistic, value": (
        "comparators.csv",
        "measure,level,month,window,statistic,value\ntrimethoprim_share,practice,2026-03,3,p50,0.31\ntrimethoprim_share,practice,2026-03,3,dispersion,2.7\n",
    ),
    "Fingertips download": (
        "indicators-ICBs.data.csv",
        _TIPS
        + "241,Diabetes: QOF prevalence,,,E92000001,England,England,Persons,17+ yrs,,,2023/24,7.5,7.4,7.6,,,3750,50000,,,,,20230000,,,1y\n"
        + "241,Diabetes: QOF prevalence,E92000001,England,E92000001,England,England,Persons,17+ yrs,,,2023/24,7.5,7.4,7.6,,,3750,50000,,,,,20230000,,,1y\n"
        + "241,Diabetes: QOF prevalence,U99001,Example PCN,Z99001,The Example Surgery,GPs,Persons,17+ yrs,,,2023/24,8,7,9,,,400,5000,,,,,20230000,,,1y\n",
    ),
    "indicator, organisation, period, numerator, denominator": (
        "own.csv",
        "indicator,level,organisation,period,numerator,denominator\nflu_uptake,practice,Z99001,2025-10,410,900\n",
    ),
    "CCG measure with ratio and percentile": (
        "statins.csv",
        "pct_id,stp_id,regional_team_id,month,numerator,denominator,calc_value,percentile\n99Z,E54000099,Y99,2018-07-01,70,170,0.4117647058823529,0.1\n",
    ),
    "trimethoprim and nitrofurantoin items by CCG": (
        "trimethoprim.csv",
        ",period,pct,trimethoprim_items,nitrofurantoin_items,all_items,trimethoprim_percent\n0,2011-01-01,99Z,75,25,100,0.75\n",
    ),
    "zuclopenthixol acetate and decanoate by practice": (
        "zuclopenthixol.csv",
        "month,supplier,practice,pct,chemical_code,chemical,acetate,decanoate,total_zuclo,total_cost\n"
        "2016-01-01,EMIS,Z99001,99Z,0402020Z0,Zuclopenthixol Decanoate,0,2,2,23.5\n"
        "2016-01-01,EMIS,Z99001,99Z,040201010,Zuclopenthixol Acetate,1,0,1,9.5\n",
    ),
    "list size by CCG and month": (
        "list_size.csv",
        "month,pct,list_size\n2014-02-01,,0\n2014-02-01,99Z,106303\n2014-02-01,99X,0\n",
    ),
}

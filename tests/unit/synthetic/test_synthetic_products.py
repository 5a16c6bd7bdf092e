"""The product list serves every measure: something in each numerator and something else in each denominator."""

import re

import pytest

from opencommissioning.synthetic.names import chapter, level_name
from opencommissioning.synthetic.products import adqs_per_unit, age_factor, catalogue, products, strength_mg

# Measures that divide one set of products by a larger one: (numerator, denominator) on "code name".
SHARES = {
    "broad_spectrum": ("0501013K0|0501021|050112", "0501"),
    "trimethoprim": ("0501080W0", "0501080W0|0501130R0"),
    "statin_intensity": ("0212000B0AAAA|0212000Y0AAA[ABD]", "0212000[BYXM]0|0212000AA"),
    "ppi_dose": ("0103050E0|0103050P0AAAE|0103050L0AAAA", "010305"),
    "nsaids_not_ibuprofen_naproxen": ("100101(?!0J0|0P0)", "100101"),
    "saba": ("0301011[RV]0", "0301011[RV]0|0302"),
    "high_dose_ics": ("0302000C0BPAD|0302000N0BCAF|0302000U0", "0302"),
    "pressurised_inhalers": ("0302.*(inhaler CFC free|Evohaler|Modulite)", "0302"),
    "doacs": ("0208020([XA]|Z0BB|Y0BB)", "0208020[XYZA]"),
    "dapagliflozin": ("0601023AGAA", "0601023A[GMN]"),
    "glucose_strips": ("0601060D0CC", "0601060[DX]0"),
    "lancets": ("Unistik 3 Comfort lancets", "lancets"),
    "methotrexate": ("1001030U0AAAC", "1001030U0"),
    "soluble_paracetamol": ("0407010F0AAA[CF]|0407010H0AAAQ", "0407010[FH]0"),
    "diltiazem": ("0206020C0AAAU", "0206020C0"),
    "ciclosporin": ("0802020[GT]0AA", "0802020[GT]0"),
    "vitamin_b": ("0906027G0", "0906027G0|0906026M0"),
    "silver": ("20.*(SILV| Ag )", "^20"),
    "amino_acid_formula": ("09131(07|31)A0", "0913(107|131|101|132|351)A0"),
    "zuclopenthixol": ("040201010", "040201010|0402020Z0"),
    "high_dose_opioids": (
        "0407020A0AA(AF|AH|BW)|0407020ADAAA[HI]|0407020Q0AAAI|040702050AAAA",
        "0407020(A0|AD|Q0|50|B0)",
    ),
    "carbon_salbutamol": ("0301011R0BEAI", "0301011R0"),
    "reserve_and_watch": ("0501070W0|0501022B0|050112", "0501"),
}
# Measures over patients: something in the numerator.
RATES = {
    "injectable_antibiotics": "0501.*(injection|infusion)", "fungal_nail": "1310020[AT]0", "anxiolytics": "04010[12]",
    "opioids": "040702", "morphine_solution": "0407020Q0.*oral solution", "pregabalin": "0408010AE", "gabapentin": "0408010G0",
    "insulin_detemir": "0601012X0", "sulfadiazine": "0501080J0", "nimodipine": "0206020M0", "cgm": "FreeStyle Libre",
    "vitamin_d": "Colecalciferol|0906040G0AACS", "gluten_free": "091327|091346", "probiotics": "0913531A0", "toothpaste": "toothpaste",
    "erectile_dysfunction": "070405", "tamoxifen": "0803041S0", "aliskiren": "0205053A0", "amiodarone": "0203020D0",
    "dronedarone": "0203020X0", "liothyronine": "0602010M0", "minocycline": "0501030P0", "oxycodone_naloxone": "0407020AF",
    "silk": "^2020", "perindopril_arginine": "0205051Y0", "glucosamine": "Glucosamine", "doxazosin_mr": "0205040D0AAAQ",
    "trimipramine": "0403010Y0", "dosulepin": "0403010J0", "co_proxamol": "0407010Q0", "lidocaine_plasters": "1502010J0.*plaster",
    "omega_3": "0212000(AB|V0)", "homeopathy": "190203", "tramadol_paracetamol": "Tramadol.*Paracetamol",
    "fentanyl_immediate": "0407020A0.*(nasal|lozenges)", "herbal": "Ubidecarenone", "needles": "insulin needles",
    "rubefacients": "1003020", "travel_vaccines": "1404000[GXN]0|0802040X0", "lutein": "190500000|0910", "bath": "1302011|1902055",
    "uti_course": "0501015P0|0501070AE", "excess_pens": "0601023A[WZ]",
}  # fmt: skip


@pytest.fixture(scope="module")
def listed():
    return [f"{code} {name}" for code, name in products(300).frame.select("bnf_code", "name").iter_rows()]


@pytest.mark.parametrize("measure", SHARES)
def test_every_share_has_products_inside_and_outside(listed, measure):
    top, bottom = SHARES[measure]
    inside = {p for p in listed if re.search(top, p)}
    whole = {p for p in listed if re.search(bottom, p)}
    assert inside
    assert whole - inside


@pytest.mark.parametrize("measure", RATES)
def test_every_rate_has_products(listed, measure):
    assert any(re.search(RATES[measure], p) for p in listed)


def test_codes_are_unique_well_formed_and_named():
    frame = catalogue()
    assert frame["bnf_code"].is_unique().all()
    assert set(frame["bnf_code"].str.len_chars()) <= {11, 15}
    for code in frame["bnf_code"]:
        assert level_name(code[:4])
        assert chapter(code)


def test_course_lengths_have_both_sides():
    quantities = dict(catalogue().select("bnf_code", "quantities").iter_rows())
    for code, limit in {"0501015P0AAABAB": 10, "0501080W0AAAEAE": 6, "0501130R0AAAGAG": 6, "0501070AEAAADAD": 1, "0501013B0AAABAB": 15, "0501030I0AAABAB": 6}.items():  # fmt: skip
        found = [float(q) for q in quantities[code].split()]
        assert min(found) <= limit < max(found)


def test_derived_products_are_invented_and_unique():
    goods = products(3000)
    assert goods.frame.height == 3000
    assert goods.frame["bnf_code"].is_unique().all()
    assert goods.frame["snomed"].is_unique().all()
    assert goods.frame["name"].str.starts_with("Synthbrand").sum() == 3000 - catalogue().height


def test_line_shares_add_up_to_one_for_each_product():
    goods = products(300)
    totals = [goods.line_share[goods.line_product == i].sum() for i in range(300)]
    assert totals == pytest.approx([1] * 300)


@pytest.mark.parametrize(
    ("name", "mg"),
    [("Zopiclone 7.5mg tablets", 7.5), ("Levothyroxine sodium 25microgram tablets", 0.025), ("Morphine 10mg/5ml oral solution", 2), ("Influenza vaccine", None), ("Movelat gel", None)],
)  # fmt: skip
def test_strength(name, mg):
    assert strength_mg(name) == (pytest.approx(mg) if mg else None)


def test_adqs():
    assert adqs_per_unit("0401010Z0AAAAAA", "Zopiclone 7.5mg tablets") == 1
    assert adqs_per_unit("20030100183", "Tegaderm Film dressing 6cm x 7cm") == 0


def test_age_patterns_have_their_sex():
    assert age_factor("oldwomen")[0].sum() < age_factor("oldwomen")[1].sum() / 10
    assert age_factor("infant")[:, 1:].sum() == 0

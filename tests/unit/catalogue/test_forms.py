"""What the words of a product's name tell of its form and route, in both ages of names."""

import pytest

from opencommissioning.catalogue.forms import FORM_WORDS, ROUTE_WORDS, form_of

NAMES = {
    "Amoxicillin_Cap 500mg": ("capsule", "oral"),
    "Amoxicillin 500mg capsules": ("capsule", "oral"),
    "Morph Sulf_Oral Soln 10mg/5ml": ("liquid", "oral"),
    "Methadone HCl_Mix 1mg/1ml S/F": ("liquid", "oral"),
    "Abtard_Tab 10mg M/R": ("modified-release tablet", "oral"),
    "Venlafaxine 75mg modified-release capsules": ("modified-release capsule", "oral"),
    # brands say it by letters
    "Adizem-XL_Cap 120mg": ("modified-release capsule", "oral"),
    "Biquelle XL_Tab 150mg": ("modified-release tablet", "oral"),
    "Uard 180XL_Cap": ("modified-release capsule", "oral"),
    "Adalat LA 30_Tab 30mg": ("modified-release tablet", "oral"),
    "Mst Continus_Tab 15mg": ("modified-release tablet", "oral"),
    "Adizem-XL 120mg capsules": ("modified-release capsule", "oral"),
    "Slow-K 600mg modified-release tablets": ("modified-release tablet", "oral"),
    "Duloxetine HCl_Cap G/R 60mg": ("gastro-resistant capsule", "oral"),
    "Myfortic_Tab 180mg G/R": ("gastro-resistant tablet", "oral"),
    "Pantoprazole_Tab E/C 20mg": ("gastro-resistant tablet", "oral"),
    "Mirtazapine_Orodisper Tab 15mg S/F": ("orodispersible tablet", "oral"),
    # where it is taken goes before how it is released
    "Glyceryl Trinit_Tab Buccal 2mg M/R S/F": ("oromucosal", "oromucosal"),
    "Striant SR_Mucoadh Buccal Tab 30mg": ("oromucosal", "oromucosal"),
    "Midazolam_Oromuc Soln 10mg/2ml Pfos S/F": ("oromucosal", "oromucosal"),
    "Beclomet Diprop_Inha 100mcg (200 D)": ("inhaler pressurised", "inhaled"),
    "Pulmicort 200 Turbohaler": ("inhaler dry powder", "inhaled"),
    "Spiriva Respimat 2.5micrograms/dose inhalation solution cartridge": ("inhaler soft mist", "inhaled"),
    "Ins Humalog Mix 25_100u/ml 3ml Cart": ("injection", "parenteral"),
    "Lido/Priloc_Gel 25/25mg/g 1.7g Cart": ("skin preparation", "topical"),
    "Fentanyl 25micrograms/hour transdermal patches": ("patch", "transdermal"),
    "Hydrocortisone 1% cream": ("skin preparation", "topical"),
    # words inside other words tell nothing
    "Tabphyn": ("unknown", "unknown"),
    "Earex": ("unknown", "unknown"),
    "": ("unknown", "unknown"),
}


@pytest.mark.parametrize("name", NAMES)
def test_form_and_route_of_a_name(name):
    assert form_of(name) == NAMES[name]


def test_words_of_definitions_are_those_that_names_may_tell():
    assert {form for form, _ in NAMES.values()} <= set(FORM_WORDS)
    assert {route for _, route in NAMES.values()} <= set(ROUTE_WORDS)

"""Guidance is a link where its number tells its address, and text everywhere else."""

from opencommissioning.web.words import guidance


def test_guidance_of_nice_is_a_link():
    told = guidance("NICE NG15, Antimicrobial stewardship")
    assert told == '<a href="https://www.nice.org.uk/guidance/ng15">NICE NG15, Antimicrobial stewardship</a>'


def test_other_guidance_is_text_and_nothing_in_it_is_a_tag():
    assert guidance("NICE CKS: Antiplatelet treatment") == "NICE CKS: Antiplatelet treatment"
    assert guidance("<b>BNF</b>") == "&lt;b&gt;BNF&lt;/b&gt;"
    assert "<i>" not in guidance("NICE NG15 <i>")

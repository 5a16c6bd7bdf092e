"""Anatomy of a BNF code: chapter, section, paragraph, sub-paragraph, substance, product, strength and form.

`0501013B0AAABAB`: 05 chapter, 01 section, 01 paragraph, 3 sub-paragraph, B0 substance, AA product (AA = generic), AB strength and form of
this product, AB those of its generic equivalent. Dressings and appliances (chapters 20–23) have 11 characters and no such parts.
"""

APPLIANCES = ("20", "21", "22", "23")
LEVELS = {
    "chapter": 2,
    "section": 4,
    "paragraph": 6,
    "sub_paragraph": 7,
    "chemical": 9,
    "product": 11,
    "presentation": 15,
}
APPLIANCE = 11  # characters of a dressing's or appliance's full code
WORDS = "BNF code: 15 characters, 11 for dressings and appliances (chapters 20 to 23)"
FULL = "(0[1-9]|1[0-9])[0-9A-Z]{13}|2[0-3][0-9A-Z]{9}"
# a code of any level, as own tables may hold; a spreadsheet that drops the first nought makes one of a chapter or length that is not
ANY_LEVEL = (
    "(0[1-9]|1[0-9]|2[0-3])([0-9A-Z]{2}|[0-9A-Z]{4}|[0-9A-Z]{5}|[0-9A-Z]{7}|[0-9A-Z]{9}|[0-9A-Z]{13})?"
)


def is_appliance(code: str) -> bool:
    """Whether the code is of a dressing or appliance."""
    return code[:2] in APPLIANCES


def part(code: str, level: str) -> str:
    """The code cut to a level ("chapter" … "presentation"); ValueError when it is shorter."""
    length = APPLIANCE if level == "presentation" and is_appliance(code) else LEVELS[level]
    if len(code) < length:
        raise ValueError(f"BNF code '{code}' has no {level.replace('_', '-')}: it needs {length} characters")
    return code[:length]


def is_generic(code: str) -> bool:
    """Whether a full code names the generic product."""
    return len(code) == 15 and code[9:11] == "AA"


def generic_equivalent(code: str) -> str | None:
    """The generic of the same strength and form: first nine characters, AA, the last two twice. None for appliances and short codes."""
    if len(code) != 15 or is_appliance(code):
        return None
    return code[:9] + "AA" + code[13:15] * 2

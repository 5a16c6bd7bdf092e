"""Definitions, codelists and rows made up by hypothesis: small alphabets, so that conditions meet data often."""

from decimal import Decimal

from hypothesis import strategies as st

from opencommissioning.catalogue.presentation import presentation

CODES = {  # published code → name; brands, appliances, strengths, forms of both naming ages
    "0501013B0AAABAB": "Amoxicillin 500mg capsules",
    "0501013B0AAAHAH": "Amoxicillin 250mg/5ml oral suspension",
    "0501013B0BBABAB": "Amoxil 500mg capsules",
    "0501080W0AAAEAE": "Trimethoprim_Tab 200mg",
    "0501130R0AAAGAG": "Nitrofurantoin 100mg modified-release capsules",
    "0407010H0AAAMAM": "Paracetamol 500mg tablets",
    "0407010H0AAAQAQ": "Paracet_Tab Solb 500mg 100% new",
    "0302000C0AABFBF": "Beclometasone_Inha 100mcg (200 D)",
    "0601012X0AAABAB": "Insulin detemir 100units/ml solution for injection",
    "20030100001": "Absorbent_dressing 10cm x 10cm",
    "21480000103": "Needle 4mm",
}
SUCCESSORS = {"0407010H0AAAQAQ": "0407010Q0AAAQAQ"}  # a code that is counted under today's
PRACTICES = ("P1", "P2", "P3")
PATTERNS = (
    "05",
    "0501",
    "0501013",
    "0501013B0",
    "0501013B0AAABAB",
    "0501013B0%AB",
    "0501%AA",
    "0407010H0",
    "0407010Q0",
    "03",
    "20",
    "2148",
    "20030100001",
)
WORDS = ("tablets", "500mg", "solution", "a", "100%", "_", "new", "Cap")
FORMS = ("capsule", "tablet", "liquid", "device", "unknown", "injection")
ROUTES = ("oral", "inhaled", "parenteral", "device", "unknown")


def some(values, most=2):
    """A non-empty list of different values."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def tests(**kinds):
    """A table with at least one of the kinds of test."""
    return st.fixed_dictionaries({}, optional=kinds).filter(bool)


BOUNDS = st.sampled_from(["0", "0.1", "1", "7", "28", "100", "499.999", "500"])


def conditions(lists):
    """A `where` table over everything that a definition of prescribing may speak of; possibly empty."""
    code = {"under": some(PATTERNS), "except": some(PATTERNS), "any_of": some(tuple(CODES))}
    if lists:
        code["codelist"] = some(lists, 2)
    between = {"at_least": BOUNDS, "at_most": BOUNDS}
    exactly = some(("7", "28", "100", "0.5"))
    columns = {
        "bnf_code": tests(**code),
        "name": tests(contains=some(WORDS), lacks=some(WORDS)),
        "route": st.one_of(some(ROUTES), tests(none_of=some(ROUTES))),
        "form": st.one_of(some(FORMS), tests(none_of=some(FORMS), lacks=some(("tab", "cap")))),
        "brand": some(("generic", "brand"), 1),
        "strength": tests(**between),
        "quantity_per_item": st.one_of(exactly, tests(none_of=exactly, **between)),
        "items": tests(**between),
        "practice": tests(under=some(("P", "P1")), except_=some(("P2",)), contains=some(("1", "_"))).map(
            lambda table: {key.rstrip("_"): value for key, value in table.items()}
        ),
    }
    # few at a time: five conditions at once leave no row, and nothing is tested
    chosen = st.lists(st.sampled_from(tuple(columns)), max_size=2, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: columns[name] for name in names}))


FACTORS = st.sampled_from(["1", "0.25", "3", "0", "-2", "1.5"])


@st.composite
def codelists(draw):
    """id → raw table of a codelist file; later lists may include earlier ones."""
    out = {}
    for name in ("first", "second", "third")[: draw(st.integers(0, 3))]:
        shape = {"except": some(PATTERNS), "names_with": some(WORDS), "names_without": some(WORDS)}
        shape |= {"includes": some(tuple(out))} if out else {}
        shape |= {
            "under": some(PATTERNS),
            "weights": st.dictionaries(st.sampled_from(PATTERNS), FACTORS, min_size=1),
        }
        table = draw(st.fixed_dictionaries({}, optional=shape).filter(_names_a_code))
        out[name] = {"title": f"List {name}", "system": "bnf", **table}
    return out


def _names_a_code(table):
    both = set(table.get("under", ())) & set(table.get("weights", ()))
    return bool({"under", "weights", "includes"} & set(table)) and not both


SUMMED = ("items", "quantity", "nic", "actual_cost")


@st.composite
def definitions(draw, lists=()):
    """The raw table of a measure file: a proportion, or two quantities of their own."""

    def side(own_sum):
        out = {"sum": f"prescribing.{draw(st.sampled_from(SUMMED))}"} if own_sum else {}
        if own_sum and lists and draw(st.booleans()):
            out["times"] = draw(st.sampled_from(tuple(lists)))
        where = draw(conditions(tuple(lists)).filter(lambda table: own_sum or table))
        return out | ({"where": where} if where else {})

    narrowed = draw(st.booleans())
    return {
        "title": "Invented",
        "better": draw(st.sampled_from(["lower", "higher", "neither"])),
        "numerator": side(not narrowed),
        "denominator": side(True),
    }


EXACT = st.integers(0, 10**7).map(lambda whole: Decimal(whole) / 100000)


@st.composite
def rows(draw):
    """Rows of prescribing, as the store keeps them and as the oracle wants them: name, route, form, brand, strength beside the code."""
    row = st.builds(
        dict,
        practice=st.sampled_from(PRACTICES),
        bnf_code=st.sampled_from(tuple(CODES)),
        quantity_per_item=st.sampled_from([None, *map(Decimal, ("0.5", "7", "28", "100"))]),
        items=st.integers(0, 600),
        quantity=st.integers(0, 10**6).map(lambda whole: Decimal(whole) / 1000),
        nic=EXACT,
        actual_cost=EXACT,
    )
    return [told(each) for each in draw(st.lists(row, min_size=1, max_size=25))]


def told(row):
    """The row with what its product's current code and name tell."""
    product = presentation(
        SUCCESSORS.get(row["bnf_code"], row["bnf_code"]), CODES.get(row["bnf_code"], "Unknown")
    )
    known = {"name": product.name, "route": product.route, "form": product.form, "brand": product.brand}
    return row | known | {"strength": product.strength_mg, "current": product.bnf_code}

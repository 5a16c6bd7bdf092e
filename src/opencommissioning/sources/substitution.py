"""Sets of products that can replace one another, made by the user from dm+d: a table of two columns."""

from opencommissioning.catalogue.contract import Column, Contract, Kind
from opencommissioning.catalogue.source import Csv, Era, Projection, Source
from opencommissioning.sources.medicines import BNF_CODE
from opencommissioning.sources.words import text

SETS = Contract(
    dataset="substitution_sets",
    title="Substitution sets",
    publisher="the user, from dm+d (TRUD)",
    licence="TRUD terms: loaded by the user, never shipped",
    level="none",
    every="year",
    key=("bnf_code",),
    sort=("bnf_code",),
    parts="snapshot",
    unlocks="price per unit over sets from dm+d instead of BNF generic equivalents",
    columns=(
        BNF_CODE,
        Column(
            "set",
            Kind.TEXT,
            "name of the set; the same for all that can replace one another",
            example="amoxicillin 500mg solid oral",
        ),
    ),
)
SOURCE = Source(
    "substitution_sets",
    "Substitution sets from your own dm+d",
    SETS.publisher,
    SETS.licence,
    "made by yourself from TRUD's dm+d: a CSV with the columns BNF Code and Substitution Set",
    (
        Era(
            "BNF Code, Substitution Set",
            lambda sniff: sniff.has("BNF Code", "Substitution Set"),
            Csv(encoding="utf-8"),
            (Projection(SETS, {"bnf_code": text("BNF Code"), "set": text("Substitution Set")}),),
        ),
    ),
    traps=("codes that the file does not name keep the set of their generic, or of their BNF equivalent",),
)

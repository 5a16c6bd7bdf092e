"""What is coded on the invented people's episodes: for each reason the ways in which it is written down, with their shares."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Coding:
    """One way: diagnoses and procedures in their order, HRG, method; `sex` 0 male, 1 female, None either. `from_age`: below it, not so."""

    share: float
    diagnoses: str
    procedures: str = ""
    hrg: str = ""
    method: str = "21"
    sex: int | None = None
    from_age: int = 0
    to_age: int = 120


# Reasons that are not here have their own diagnosis, nothing else and no procedure.
CODINGS: dict[str, tuple[Coding, ...]] = {
    "stroke": (Coding(1, "I639", hrg="AA35A"),),
    "copd": (Coding(1, "J441", hrg="DZ65F"),),
    "fall": (Coding(1, "S720 W190"),),
    "uti": (
        Coding(0.5, "N390", hrg="LA04S"),
        Coding(0.3, "N390 F059", hrg="LA04Q"),
        Coding(0.2, "N390 F059 G309 R296 R410", hrg="LA04Q", from_age=75),
    ),
    "angina": (Coding(1, "I209", hrg="EB13D"),),
    "epilepsy": (Coding(1, "G409", hrg="AA26H"),),
    "other": (
        Coding(0.20, "R074"),
        Coding(0.20, "A419"),
        Coding(0.14, "K359", "H011"),
        Coding(0.05, "J960", from_age=18),
        Coding(0.03, "I802", hrg="YQ51E", from_age=18),
        Coding(0.06, "T391 X60"),
        Coding(0.05, "F322", from_age=16),
        Coding(0.05, "K703", from_age=18),
        Coding(0.05, "N179 Y427"),
        Coding(0.05, "R55X E119", from_age=40),
        Coding(0.04, "S060 F132", from_age=18),
        Coding(0.04, "E875 I10X", from_age=40),
        Coding(0.04, "K922 M169", from_age=40),
    ),
    "planned": (
        Coding(0.22, "M171", "W401", "HN22A", "11", from_age=40),
        Coding(0.20, "M169", "W371", "HN12A", "11", from_age=40),
        Coding(0.08, "C187", "H061", "FF31A", "12", from_age=30),
        Coding(0.04, "C20X", "H331", "FF33A", "12", from_age=30),
        Coding(0.06, "C509", "B271", "JA20D", "12", sex=1, from_age=30),
        Coding(0.05, "C679", "M341", "LB38A", "12", from_age=40),
        Coding(0.07, "N40X", "M611", "LB25D", "11", sex=0, from_age=40),
        Coding(0.08, "D259", "Q074", "MA07E", "11", sex=1, from_age=20),
        Coding(0.10, "J350", "F341", "CA60B", "11", to_age=40),
        Coding(0.10, "K409", "T202", "FF62A", "11", from_age=19),
    ),
    "day_case": (
        Coding(0.30, "H269", "C751", "BZ34A", "11", from_age=40),
        Coding(0.25, "K219", "G451", "FE22Z", "11", from_age=16),
        Coding(0.15, "K573", "H229", "FE32Z", "11", from_age=16),
        Coding(0.12, "K409", "T202", "FF62A", "11", from_age=19),
        Coding(0.08, "R31X", "M459", "LB72A", "11", sex=0, from_age=19),
        Coding(0.04, "Z538", "", "WH50B", "11"),
        Coding(0.06, "H653", "D151", "CA51B", "11", to_age=15),
    ),
    "birth": (Coding(1, "O800", "R249", "NZ30C", "31"),),
}
FALLBACK = {"emergency": Coding(1, "R104"), "elective": Coding(1, "Z099", "A521", "WH52A", "11"), "maternity": Coding(1, "O800", method="31")}  # fmt: skip

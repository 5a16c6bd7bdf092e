"""SNOMED codes that went through a number: digits beyond the fifteenth are lost, and the last digit no longer checks."""

import csv
from pathlib import Path

from opencommissioning.catalogue.source import Sniff
from opencommissioning.errors import FileRefused

COLUMN = "SNOMED_CODE"
LONG, ENOUGH = 16, 20  # codes shorter than 16 digits survive; fewer than 20 long ones prove nothing
TOO_MANY = 0.5  # an undamaged file has none; a damaged one keeps about one in ten by luck

# The dihedral group of order ten: D[a][b] is its product, P[i] the permutation of the i-th digit from the right (Verhoeff 1969).
D = [
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
]
P = ["0123456789", "1576283094"]
while len(P) < 8:
    P.append("".join(P[1][int(digit)] for digit in P[-1]))


def checks(code: str) -> bool:
    """Whether the last digit of a SNOMED identifier agrees with the others."""
    sum_ = 0
    for place, digit in enumerate(reversed(code)):
        sum_ = int(D[sum_][int(P[place % 8][int(digit)])])
    return sum_ == 0


def refuse_damaged_codes(path: Path, sniffed: Sniff) -> None:
    """FileRefused when most of the long codes at the beginning of a file fail their check digit (issued so until May 2026)."""
    long = [code for code in _codes(sniffed) if len(code) >= LONG and code.isdigit()]
    bad = [code for code in long if _went_through_a_number(code)]
    if len(long) >= ENOUGH and len(bad) > TOO_MANY * len(long):
        raise FileRefused(
            f"{path.name}: column '{COLUMN}' has lost digits ({bad[0]} is no SNOMED code; {len(bad)} of the first {len(long)} long codes "
            "fail their check digit): it was written as a number. Download the file again (corrected in May 2026), or delete the column"
        )


def _went_through_a_number(code: str) -> bool:
    """It fails its check digit, and is what a double (or a spreadsheet's fifteen digits) would have left."""
    return not checks(code) and (code.endswith("00") or int(float(code)) == int(code))


def _codes(sniffed: Sniff) -> list[str]:
    heading = [cell.upper() for cell in sniffed.heading]
    if COLUMN not in heading or not sniffed.text:
        return []
    place = heading.index(COLUMN)
    rows = list(csv.reader(sniffed.text.splitlines()))[1:-1]  # the last may be cut
    return [row[place].strip() for row in rows if len(row) == len(heading)]

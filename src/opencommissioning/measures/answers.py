"""What each product gives to each quantity, kept beside the sums: a process asks only about products that none before it had met."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np

from opencommissioning.language.coded import Factors

MOST = 8  # sets of quantities whose answers are kept: those of a dataset change with the definitions
Key = tuple[str, str | None]  # published code and name; None of what has no name


@dataclass
class Answers:
    """`kind_of`: product → its kind; `kinds`: what a kind gives, as bytes of uint16 (quantities,), the numbers in `factors` (0: nothing),
    → the kind's number. Thousands of products are of some hundred kinds."""

    kind_of: dict[Key, int] = field(default_factory=dict)
    kinds: dict[bytes, int] = field(default_factory=dict)
    factors: Factors = field(default_factory=Factors)

    def add(self, keys: Sequence[Key], table: np.ndarray) -> None:
        """The answers about some more products: uint16 (products, quantities)."""
        for key, row in zip(keys, np.ascontiguousarray(table), strict=True):
            self.kind_of[key] = self.kinds.setdefault(row.tobytes(), len(self.kinds))

    def table(self, quantities: int) -> np.ndarray:
        """uint16 (kinds, quantities)."""
        return np.frombuffer(b"".join(self.kinds), np.uint16).reshape(len(self.kinds), quantities)

    def write(self, path: Path) -> None:
        """Keep them. What another process keeps at the same time may win: it is as true."""
        told = {
            "products": list(self.kind_of),
            "kind": list(self.kind_of.values()),
            "factors": [str(each) for each in self.factors.values],
            "gives": [_few(np.frombuffer(row, np.uint16)) for row in self.kinds],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps(told), encoding="utf-8")
        aside.replace(path)
        for old in sorted(path.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-MOST]:
            old.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: Path, quantities: int) -> "Answers":
        """What is kept at a path; nothing where nothing is."""
        if not path.exists():
            return cls()
        told = json.loads(path.read_text(encoding="utf-8"))
        factors = Factors()
        for value in told["factors"][1:]:  # the first is that of what is not counted
            factors.number(Decimal(value))
        kinds = {row: number for number, row in enumerate(_rows(told["gives"], quantities))}
        return cls(
            {(code, name): kind for (code, name), kind in zip(told["products"], told["kind"], strict=True)},
            kinds,
            factors,
        )


def _few(row: np.ndarray) -> Mapping[str, list[int]]:
    there = np.flatnonzero(row)
    return {"quantities": there.tolist(), "factors": row[there].tolist()}


def _rows(gives: Sequence[Mapping[str, list[int]]], quantities: int) -> Iterator[bytes]:
    for given in gives:
        row = np.zeros(quantities, np.uint16)
        row[given["quantities"]] = given["factors"]
        yield row.tobytes()

"""TOML with file and key in every refusal: the small tools that definition readers share."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import tomli

from opencommissioning.catalogue.measure import Review
from opencommissioning.errors import DefinitionError, did_you_mean


class Reader:
    """One table of a definition file; every key is used or refused, every refusal names the file and the key."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self.data, self.where, self.used = data, where, set()

    def refuse(self, sentence: str) -> DefinitionError:
        """The error to raise: the place, then the sentence."""
        return DefinitionError(f"{self.where}: {sentence}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text value; required when there is no default."""
        value = self._value(key, default)
        if not isinstance(value, str):
            raise self.refuse(f"'{key}' needs text in quotes, got {value!r}")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of non-empty texts (one text stands for a list of one); empty when the key is absent."""
        value = self._value(key, ())
        values = (value,) if isinstance(value, str) else value
        if not isinstance(values, list | tuple):
            raise self.refuse(f"'{key}' needs text in quotes or a list of it, got {value!r}")
        for item in values:
            if not isinstance(item, str) or not item.strip():
                raise self.refuse(
                    f"'{key}' needs non-empty text in quotes, got {item!r}; codes are always quoted"
                )
        if key in self.data and not values:
            raise self.refuse(f"'{key}' is empty; name at least one, or leave the key out")
        return tuple(item.strip() for item in values)

    def whole(self, key: str, default: int) -> int:
        """A whole number of at least 1."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.refuse(f"'{key}' needs a whole number of 1 or more, got {value!r}")
        return value

    def number(self, key: str) -> Decimal | None:
        """An exact number (whole, or quoted when it has decimals); None when absent."""
        value = self._value(key, None)
        return None if value is None else decimal(value, self, key)

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self._value(key, False)
        if not isinstance(value, bool):
            raise self.refuse(f"'{key}' needs true or false, got {value!r}")
        return value

    def tables(self, key: str) -> list["Reader"]:
        """The tables of a [[key]] list, numbered from 1 in refusals; empty when absent."""
        value = self._value(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.refuse(f"'{key}' needs tables [[{key}]], got {value!r}")
        return [
            Reader(each, f"{self.where} [[{key}]] {number}") for number, each in enumerate(value, start=1)
        ]

    def day(self, key: str) -> date | None:
        """A date, or None when absent."""
        value = self._value(key, None)
        if value is not None and not isinstance(value, date):
            raise self.refuse(f"'{key}' needs a date such as 2026-03-23, got {value!r}")
        return value

    def table(self, key: str) -> "Reader":
        """A sub-table; empty when absent."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            raise self.refuse(f"'{key}' needs a table [{key}], got {value!r}")
        return Reader(value, f"{self.where} [{key}]")

    def choice(self, key: str, known: Collection[str]) -> str:
        """A text that is one of `known`."""
        value = self.text(key)
        if value not in known:
            raise self.refuse(f"'{key}' is '{value}'{did_you_mean(value, known)}")
        return value

    def finish(self, known: Collection[str] = ()) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self.data:
            if key not in self.used:
                raise self.refuse(f"key '{key}' is not known{did_you_mean(key, known or self.used)}")

    def _value(self, key: str, default: Any) -> Any:
        self.used.add(key)
        if key not in self.data and default is None:
            return None
        return self.data.get(key, default)


def decimal(value: Any, reader: Reader, key: str) -> Decimal:
    """The exact number in a whole number or quoted text; floats are refused because they are not exact."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise reader.refuse(f"'{key}' needs an exact number: whole, or quoted such as \"0.4\", got {value!r}")
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise reader.refuse(f"'{key}' needs a number, got {value!r}") from None


def read_toml(path: Path) -> Reader:
    """The file as a Reader; DefinitionError names line and reason when it is not TOML."""
    try:
        return Reader(tomli.loads(path.read_text(encoding="utf-8")), path.name)
    except tomli.TOMLDecodeError as problem:
        raise DefinitionError(f"{path.name}: not valid TOML, {problem}; codes must stand in quotes") from None


def read_review(reader: Reader) -> Review:
    """The [review] table."""
    table = reader.table("review")
    review = Review(by=table.text("by", ""), checked=table.day("checked"), due=table.day("due"))
    table.finish(("by", "checked", "due"))
    return review

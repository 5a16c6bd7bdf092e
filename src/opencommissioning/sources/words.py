"""SQL pieces that several sources share, as text in DuckDB's dialect over text columns."""

OGL = "Open Government Licence v3.0"
NHSBSA = "NHS Business Services Authority"
NHS_ENGLAND = "NHS England (formerly NHS Digital)"


def quoted(column: str) -> str:
    """A file's column as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def text(column: str) -> str:
    """The column without surrounding space; empty is missing."""
    return f"nullif(trim({quoted(column)}), '')"


def number(column: str) -> str:
    """Digits as published: zero-padding, a trailing point (`4.`) and thousands commas are taken off."""
    return f"rtrim(replace({text(column)}, ',', ''), '.')"


def year_month(column: str) -> str:
    """The month of `201709`, `2017_09` or `2017-09`."""
    return (
        f"try_cast(try_strptime(regexp_replace({text(column)}, '[_-]', '', 'g') || '01', '%Y%m%d') AS DATE)"
    )


def compact_date(column: str) -> str:
    """The day of `20170930`."""
    return f"try_cast(try_strptime({text(column)}, '%Y%m%d') AS DATE)"


def named_date(column: str) -> str:
    """The day of `01SEP2017`, `01-Apr-17` or `01Jan2022`."""
    plain = f"replace({text(column)}, '-', '')"
    return f"try_cast(coalesce(try_strptime({plain}, '%d%b%Y'), try_strptime({plain}, '%d%b%y')) AS DATE)"


def month_of(date_sql: str) -> str:
    """The first day of a date's month."""
    return f"try_cast(date_trunc('month', {date_sql}) AS DATE)"


def any_month(column: str) -> str:
    """The month in any of the ways people write one: `201709`, `2017-09-01`, `Sep 2017`, `September 2017`, `30/09/2017`."""
    tried = ", ".join(
        f"try_strptime({text(column)}, '{pattern}')"
        for pattern in ("%Y-%m-%d", "%b %Y", "%B %Y", "%b-%y", "%d/%m/%Y", "%m/%Y")
    )
    return f"coalesce({year_month(column)}, {month_of(f'coalesce({tried})')})"

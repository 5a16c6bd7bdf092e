"""What the API says of a parameter that cannot be used: a sentence with the parameter, what is wanted and what came."""

from collections.abc import Mapping

SHOWN = 40  # characters of what came
WANTED = {
    "int_parsing": "needs a whole number",
    "int_type": "needs a whole number",
    "int_from_float": "needs a whole number",
    "int_parsing_size": "needs a smaller whole number",
    "date_from_datetime_parsing": "needs a day such as 2026-04-01",
    "date_parsing": "needs a day such as 2026-04-01",
    "date_type": "needs a day such as 2026-04-01",
    "date_from_datetime_inexact": "needs a day without a time, such as 2026-04-01",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "may have at most {max_length} characters",
    "missing": "is missing",
}


def wrong(problem: Mapping, given: Mapping[str, str]) -> str:
    """`'page' must be at least 1, got '0'.` from one error of the parameters' reader and what the address gave."""
    name = str(problem["loc"][-1])
    wanted = WANTED.get(problem["type"])
    if wanted is None:
        return f"'{name}' cannot be used: {problem['msg']}."
    got = f", got '{given[name][:SHOWN]}'" if name in given else ""
    return f"'{name}' {wanted.format(**problem.get('ctx', {}))}{got}."

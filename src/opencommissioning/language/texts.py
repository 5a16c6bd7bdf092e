"""SQL tests on text: codes by pattern, words by containment. `_` is a character of codes and words here, never a wildcard."""

from sqlglot import exp

ESCAPE = "!"


def like(column: exp.Expression, pattern: str) -> exp.Expression:
    """Whether a code matches a pattern: `%` is anything, a pattern without it a prefix."""
    if "_" in pattern and "%" not in pattern:
        return exp.StartsWith(this=column.copy(), expression=exp.Literal.string(pattern))
    whole = pattern if "%" in pattern else pattern + "%"
    plain = whole.replace(ESCAPE, ESCAPE * 2).replace("_", f"{ESCAPE}_") if "_" in whole else whole
    matched = exp.Like(this=column.copy(), expression=exp.Literal.string(plain))
    return exp.Escape(this=matched, expression=exp.Literal.string(ESCAPE)) if "_" in whole else matched


def holds(column: exp.Expression, word: str) -> exp.Expression:
    """Whether a text holds a word, case ignored. Not LIKE: in `5%` and `_cap` the marks are part of the word."""
    lowered = exp.Lower(this=column.copy())
    return exp.Contains(this=lowered, expression=exp.Literal.string(word.lower()))

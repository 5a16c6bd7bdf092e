"""Definitions that people write: drafts, analyses, own measures, sign-off, the tree of codes."""

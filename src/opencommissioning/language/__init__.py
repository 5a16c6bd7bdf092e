"""Definitions in, SQL trees out: reading, checking, resolving codelists, compiling, and saying it in words."""

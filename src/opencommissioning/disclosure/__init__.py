"""Small-number rules, pure: counts in, what may leave out."""

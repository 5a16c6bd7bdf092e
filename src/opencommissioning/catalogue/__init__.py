"""Meaning, frozen: measures, quantities, conditions, codelists, contracts, sources, organisations, periods. No input or output here."""

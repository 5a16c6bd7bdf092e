"""Measure + engine → Series: results per measure and month, the grid of organisations × months, roll-up, windows, coverage."""

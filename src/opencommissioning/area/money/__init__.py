"""Prices, possible savings, why spend moved, incentive schemes and the local formulary."""

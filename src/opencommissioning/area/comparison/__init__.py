"""Organisations beside each other: verdicts, what changed, peers, need, inequality, processes, published indicators."""

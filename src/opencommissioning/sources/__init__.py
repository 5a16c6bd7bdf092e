"""Real datasets: one module each, with its contract, the eras of its layout, and the traps."""

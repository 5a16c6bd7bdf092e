"""What does it cost: why spend moved, and what could be saved. Possible, achievable and achieved are never mixed."""

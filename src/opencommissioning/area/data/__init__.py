"""What is loaded: its state, what is missing, who is counted, and how it agrees with the user's own sheet."""

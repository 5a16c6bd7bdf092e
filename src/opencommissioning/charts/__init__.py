"""One function per kind of chart. Each takes numbers that are already known and gives a Drawing; nothing is computed that could be judged."""

"""Table, sentence and chart: what pages, packs, the terminal and exports show, without knowing where."""

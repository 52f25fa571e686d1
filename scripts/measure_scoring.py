"""What scoring a corpus costs: python scripts/measure_scoring.py RUN [FIGURE...]; figures: see FIGURES."""

import sys
from pathlib import Path
from statistics import median

from parley.cli.app import console
from parley.reading.corpus.figures import FIGURES
from parley.reading.corpus.made_up import read_sources

ROUNDS = 3

if __name__ == "__main__":
    run, *names = sys.argv[1:]
    sources = read_sources([Path("data/test.jsonl"), Path("data/test_unseen.jsonl")], Path("data/general_test.txt"))
    for name in names or FIGURES:
        for found in FIGURES[name](Path(run), sources, ROUNDS):
            spread = f"{min(found.ratios):.3f} to {max(found.ratios):.3f}"
            line = f"{found.name}: {median(found.ratios):.3f} ({spread}), aim >= {found.aim:.2f}; {found.detail}"
            console.print(line, highlight=False, soft_wrap=True)

"""How fast articles are read: python scripts/measure_reading.py [RUN]."""

import sys
import time
from pathlib import Path

from parley.cli.app import console
from parley.reading.articles import from_text
from parley.reading.mentions import find
from parley.reading.questions import questions

text = from_text(Path("data/examples/ceasefire_talks.txt").read_text(encoding="utf-8")).text
find(text)
for name, work, copies in (
    ("mentions", find, 1_000_000 // len(text)),
    ("sentences, mentions and speakers", questions, 20),
):
    long = "\n\n".join([text] * copies)
    begin = time.perf_counter()
    work(long)
    console.print(f"{name}: {len(long) / 1e6:.2f} MB in {time.perf_counter() - begin:.2f} s", highlight=False)

if len(sys.argv) > 1:
    from parley.model.classifier import StanceClassifier

    clf, article = StanceClassifier.from_pretrained(sys.argv[1]), " ".join((text.split() * 3)[:900])
    clf.read(article)
    begin = time.perf_counter()
    answers = len(clf.read(article).answers)
    console.print(f"900 words, {answers} answers: {time.perf_counter() - begin:.2f} s warm", highlight=False)

"""Figures of corpus scoring: speed beside the stock pipeline, memory, cost per row, Ray workers, killed jobs."""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from parley.evaluation.benchmarks.timing import Measurement, best_batch, seconds_of
from parley.model.screen import Screen
from parley.model.stock import stock_pipeline
from parley.reading.corpus.inputs import Columns, Item
from parley.reading.corpus.job import Progress, score
from parley.reading.corpus.made_up import Sources, make_corpus
from parley.reading.corpus.scoring import Plan

JOB = """
import sys
from parley.cli import main
from parley.memory import peak_mib
sys.exit(main(sys.argv[1:]) or print(peak_mib()))
"""
"""A job in a process of its own; the last word it says is the most memory it held, in MiB."""
FLAT = 1 / 1.1
"""The least ratio of two figures that count as the same within a tenth."""


def speed(run: Path, sources: Sources, rounds: int) -> list[Measurement]:
    """Time scoring against the stock pipeline by turns, on samples of a corpus of 50,000 rows; and the stances kept.

    A round scores 5,000 rows, and lets the pipeline answer 200 others at its best batch size.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = make_corpus(sources, Path(folder) / "corpus.jsonl", 50_000).read_bytes().splitlines()
    scorer = Plan(str(run), Columns(actor="actor")).load()
    stock = stock_pipeline(run, scorer.clf.settings.encoding)
    rows = [json.loads(line) for line in random.Random(0).sample(lines, 200)]
    texts, actors = [row["text"] for row in rows], [row["actor"] for row in rows]
    best = best_batch(partial(stock, texts[:64], actors[:64]))
    ours, theirs = [], []
    for turn in range(rounds):
        items = [Item("corpus", i, line) for i, line in enumerate(lines[turn * 5000 : turn * 5000 + 5000])]
        ours.append(5000 / seconds_of(partial(scorer.score, items)))
        theirs.append(200 / seconds_of(partial(stock, texts, actors, best)))
    stances = list(dict.fromkeys(text for text, _ in sources.stance))
    kept = int(Screen.from_run(run, scorer.clf.labels).passes(stances).sum())
    detail = f"{median(ours):.0f} against {median(theirs):.0f} rows/s"
    return [
        Measurement(
            f"score / stock pipeline, batch {best}", [a / b for a, b in zip(ours, theirs, strict=True)], 15.0, detail
        ),
        Measurement(
            "sentences with a stance that the first stage passes",
            [kept / len(stances)],
            0.99,
            f"{kept} of {len(stances)}",
        ),
    ]


def memory(run: Path, sources: Sources, rounds: int) -> list[Measurement]:
    """Compare the most memory that a job of 10,000 and of 200,000 rows holds."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in (10_000, 200_000):
            corpus = make_corpus(sources, Path(folder) / f"{rows}.jsonl", rows)
            command = _command(run, corpus, Path(folder) / str(rows))
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            peaks[rows] = int(said.split()[-1])
    detail = ", ".join(f"{peak} MiB at {rows:,} rows" for rows, peak in peaks.items())
    return [Measurement("memory at 10,000 / at 200,000 rows", [peaks[10_000] / peaks[200_000]], FLAT, detail)]


def cost(run: Path, sources: Sources, rounds: int) -> list[Measurement]:
    """Compare the cost per row of jobs of 1,000, 10,000 and 100,000 rows; the first shard is start-up.

    A shard has 200 rows, so that the smallest job has several.
    """
    plan, sizes = Plan(str(run), Columns(actor="actor")), (1_000, 10_000, 100_000)
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        inputs = {size: make_corpus(sources, Path(folder) / f"{size}.jsonl", size) for size in sizes}
        for turn in range(rounds):
            for size, path in inputs.items():
                marks: list[Progress] = []
                score(plan, path, Path(folder) / f"{size}-{turn}", 200, on_progress=marks.append)
                seconds[size].append((marks[-1].seconds - marks[0].seconds) / (marks[-1].rows - marks[0].rows))
    detail = ", ".join(f"{median(each) * 1e3:.2f} ms at {size:,}" for size, each in seconds.items())
    return [
        Measurement(
            f"cost per row at {small:,} / at {large:,}",
            [a / b for a, b in zip(seconds[small], seconds[large], strict=True)],
            FLAT,
            detail,
        )
        for small, large in ((1_000, 10_000), (10_000, 100_000))
    ]


def ray(run: Path, sources: Sources, rounds: int) -> list[Measurement]:
    """Time two Ray workers against one, each with one thread, on 20,000 rows by turns."""
    seconds: dict[int, list[float]] = {1: [], 2: []}
    plan = Plan(str(run), Columns(actor="actor"))
    with tempfile.TemporaryDirectory() as folder:
        corpus = make_corpus(sources, Path(folder) / "corpus.jsonl", 20_000)
        for turn in range(rounds):
            for workers, taken in seconds.items():
                out = Path(folder) / f"{workers}-{turn}"
                taken.append(score(plan, corpus, out, 1000, "ray", workers).seconds)
    detail = f"{20_000 / median(seconds[2]):.0f} against {20_000 / median(seconds[1]):.0f} rows/s"
    ratios = [one / two for one, two in zip(seconds[1], seconds[2], strict=True)]
    return [Measurement("two Ray workers / one", ratios, 1.7, detail)]


def kills(run: Path, sources: Sources, rounds: int) -> list[Measurement]:
    """Kill a job at ten random moments, start it again each time, and compare its output with an unbroken one.

    Each kill comes up to a fifth of a second after the first shard since the start, amid whatever is done then.
    """
    draw = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        whole, out = Path(name) / "whole", Path(name) / "out"
        corpus = make_corpus(sources, Path(name) / "corpus.jsonl", 20_000)
        subprocess.run([*_command(run, corpus, whole), "--shard-rows", "200"], check=True, capture_output=True)
        command, done = [*_command(run, corpus, out), "--shard-rows", "200"], [0]
        for _ in range(10):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and _shards(out) == done[-1]:
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
            done.append(_shards(out))
        subprocess.run(command, check=True, capture_output=True)
        same = _contents(out) == _contents(whole)
    detail = f"shards done at each kill: {', '.join(map(str, done[1:]))} of 100"
    return [Measurement("output after ten kills the same (1: yes)", [float(same)], 1.0, detail)]


FIGURES: dict[str, Callable[[Path, Sources, int], list[Measurement]]] = {
    "score": speed,
    "score-memory": memory,
    "score-cost": cost,
    "score-ray": ray,
    "score-kills": kills,
}
"""Figures by name; each takes a run with a first stage, what a corpus is made of, and the number of rounds."""


def _command(run: Path, corpus: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-c", JOB, "score", str(run), str(corpus), str(out), "--actor-column", "actor"]


def _shards(folder: Path) -> int:
    return len(list((folder / "scores").glob("*.parquet")))


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""All benchmarks by name; a new one is a function here and a line in ``BENCHMARKS``."""

import json
import platform
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from parley.data.rows import checked_rows
from parley.evaluation.benchmarks import inference
from parley.evaluation.benchmarks.timing import Measurement
from parley.evaluation.benchmarks.training import forward, training
from parley.writing import write_whole

Benchmark = Callable[[Path, list[str], list[str], int], list[Measurement]]
"""Takes a run, texts, actors and the number of rounds."""

BENCHMARKS: dict[str, Benchmark] = {
    "predict": inference.predict,
    "matrix-limit": inference.matrix_limit,
    "cold-start": inference.cold_start,
    "forward": forward,
    "training": training,
}


def measure(
    run: Path, names: Sequence[str], data: Sequence[Path], rows: int, rounds: int, others: Sequence[Path] = ()
) -> list[Measurement]:
    """Run some of the benchmarks, or all.

    Args:
        run: an exported run.
        names: names of benchmarks.
        data: files whose rows are asked, in an order drawn with a fixed seed.
        rows: number of rows; those of the files are repeated until there are enough.
        rounds: how often each thing is timed.
        others: other runs to time `predict` against.

    Raises:
        ParleyError: a run is not exported.
    """
    found = [row for path in data for row in checked_rows(path)]
    found = (found * (rows // len(found) + 1))[:rows]
    random.Random(0).shuffle(found)
    texts, actors = [row["text"] for row in found], [row["actor"] for row in found]
    results = [result for name in names for result in BENCHMARKS[name](run, texts, actors, rounds)]
    return results + [result for other in others for result in inference.beside(run, other, texts, actors, rounds)]


def write(results: Sequence[Measurement], path: Path) -> None:
    """Write the results as JSON, with the machine they hold for."""
    machine = {"system": platform.platform(), "processor": platform.machine(), "python": platform.python_version()}
    lines = [asdict(result) | {"ratio": result.ratio} for result in results]
    write_whole(path, json.dumps({"machine": machine, "results": lines}, indent=2) + "\n")


def to_markdown(results: Sequence[Measurement], rounds: int) -> str:
    """Return the results as a Markdown table for the docs."""
    lines = [
        f"Made by `parley benchmark`: ratios, median of {rounds} rounds or of one where it is a whole job.",
        "",
        "| what / against what | ratio | lowest to highest | aim | absolute, that day |",
        "| --- | --- | --- | --- | --- |",
    ]
    for result in results:
        spread = f"{min(result.ratios):.2f} to {max(result.ratios):.2f}" if len(result.ratios) > 1 else ""
        aim = "" if result.aim is None else f"≥ {result.aim:.2f}"
        lines.append(f"| {result.name} | {result.ratio:.2f} | {spread} | {aim} | {result.detail} |")
    return "\n".join(lines) + "\n"


def to_table(results: Sequence[Measurement], rounds: int) -> Table:
    """Return the results as a table for the terminal."""
    table = Table(title=f"Times as fast, median of {rounds} rounds", title_justify="left", title_style="bold")
    for name in ("what / against what", "ratio", "lowest - highest", "aim", "absolute, here and now"):
        table.add_column(name)
    for result in results:
        aim = "" if result.aim is None else f">= {result.aim:.2f}"
        spread = f"{min(result.ratios):.2f} - {max(result.ratios):.2f}"
        table.add_row(result.name, f"{result.ratio:.2f}", spread, aim, result.detail)
    return table

"""Scoring a corpus: rows in, Parquet shards out; killed and started again it goes on where it was."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parley.errors import DataError
from parley.reading.corpus import output
from parley.reading.corpus.engines import Engine, Local, Ray
from parley.reading.corpus.inputs import Shard, find_inputs, shards
from parley.reading.corpus.scoring import Counts, Plan

SHARD_ROWS = 5000


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        size: bytes of input scored since it was started.
        whole: bytes of input that were or are to be scored since it was started.
        rows: rows scored since it was started.
        seconds: seconds since it was started, loading left out.
    """

    size: int
    whole: int
    rows: int
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What came of a job: counts over all shards, rows and seconds since it was started, and shards found done."""

    counts: Counts
    rows: int
    seconds: float
    resumed: int


def score(
    plan: Plan,
    source: Path,
    folder: Path,
    shard_rows: int = SHARD_ROWS,
    engine: Literal["local", "ray"] = "local",
    workers: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Outcome:
    """Score a file or a folder of files into a folder, or go on with what a killed job left there.

    Args:
        plan: the run and how rows are read.
        source: ``.jsonl``, ``.csv`` or ``.parquet``, or a folder of them.
        folder: where the output goes; see ``parley.reading.corpus.output``.
        shard_rows: rows of input in a file of output; a killed job loses at most the shards it was at.
        engine: ``local`` scores in this process, ``ray`` on workers.
        workers: number of Ray actors.
        on_progress: called after each shard.

    Raises:
        ParleyError: run, input or output folder are at fault; rows at fault are no error but go to the rejects.
    """
    files = find_inputs(source)
    root = source if source.is_dir() else source.parent
    where: Engine = Ray(plan, workers) if engine == "ray" else Local(plan)
    try:
        done = output.begin(folder, output.manifest(plan, files, root, shard_rows))
        begun, size, rows, skipped = time.monotonic(), 0, 0, 0
        whole = sum(path.stat().st_size for path in files)

        def open_shards() -> Iterator[Shard]:
            nonlocal skipped
            for shard in shards(files, root, plan.columns, shard_rows):
                if shard.number in done:
                    skipped += shard.size
                else:
                    yield shard

        for shard, scored in where.map(open_shards()):
            output.write(folder, shard.number, scored)
            size, rows = size + shard.size, rows + scored.counts.rows
            on_progress(Progress(size, whole - skipped, rows, time.monotonic() - begun))
    finally:
        where.close()
    counts = output.total(folder)
    if not counts.rows:
        raise DataError(f"{source}: expected at least one row, found none")
    return Outcome(counts, rows, time.monotonic() - begun, len(done))

"""Timing by turns: whatever else the machine does in a round slows all that is timed in it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

PIPELINE_BATCHES = (1, 8, 32, 64)


@dataclass(frozen=True)
class Measurement:
    """How many times as fast one thing is as another.

    Attributes:
        name: what is measured.
        ratios: one for each round.
        aim: what the ratio should at least be; ``None`` where nothing is aimed at.
        detail: absolute figures, in words; they hold for the machine and the load of this run.
    """

    name: str
    ratios: Sequence[float]
    aim: float | None
    detail: str

    @property
    def ratio(self) -> float:
        """Return the median over rounds."""
        return median(self.ratios)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def best_batch(stock: Callable[[int], object]) -> int:
    """Return the batch size of ``PIPELINE_BATCHES`` at which the stock pipeline is quickest."""
    return min(PIPELINE_BATCHES, key=lambda size: seconds_of(partial(stock, size)))


def by_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Do each work once a round, after one round that does not count.

    Returns:
        Seconds of each work in each round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            seconds[name].append(seconds_of(work))
    return {name: times[1:] for name, times in seconds.items()}


def speedups(times: Sequence[float], reference: Sequence[float]) -> list[float]:
    """Return, round by round, how many times as fast as the reference."""
    return [theirs / ours for ours, theirs in zip(times, reference, strict=True)]

"""Where shards are scored: in this process, or by Ray actors on this machine or a cluster.

Ray actors and not Ray Data: a job that is resumed must know which rows stand in which file, and Ray Data cuts and joins
blocks as it likes. Actors load the model once, as there; the shards, their order on disk and the output are the same as
in one process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from parley.errors import ParleyError, needing
from parley.reading.corpus.inputs import Item, Shard
from parley.reading.corpus.scoring import Plan, Scored, Scorer

AHEAD = 2
"""Shards that each worker is given at a time: one to score and one to go on with."""

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}


class Engine(Protocol):
    """Scores shards."""

    def map(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, Scored]]:
        """Yield each shard with what came of it, in any order; few are held at a time."""

    def close(self) -> None:
        """Let go of what the engine holds."""


class Local:
    """Scores in this process."""

    def __init__(self, plan: Plan) -> None:
        """Load the model; raises what ``Plan.load`` does."""
        self.scorer = plan.load()

    def map(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, Scored]]:
        """Score one shard after the other."""
        for shard in shards:
            yield shard, self.scorer.score(shard.items)

    def close(self) -> None:
        """Nothing is held that needs it."""


class Worker:
    """What a Ray actor holds: a scorer, loaded once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = replace(plan, threads=1)

    def load(self) -> None:
        """Load the model; raises what ``Plan.load`` does."""
        self.scorer: Scorer = self.plan.load()

    def score(self, items: list[Item]) -> Scored:
        """Score a shard."""
        return self.scorer.score(items)


class Ray:
    """Scores on Ray actors with one thread each; a lost actor is started anew and its shards are scored again."""

    def __init__(self, plan: Plan, workers: int) -> None:
        """Join the cluster that ``RAY_ADDRESS`` names, or start one on this machine, and load the model in each worker.

        Raises:
            ParleyError: Ray (extra ``scale``) is not installed, or a worker cannot load the run.
        """
        with needing("ray for --engine ray", "scale"):
            import ray
        self._ray: Any = ray
        self._started = not ray.is_initialized()
        if self._started:
            ray.init(include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": ONE_THREAD})
        remote: Any = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Worker)
        self._workers: list[Any] = [remote.remote(plan) for _ in range(workers)]
        try:
            self._get([worker.load.remote() for worker in self._workers])
        except BaseException:
            self.close()
            raise

    def map(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, Scored]]:
        """Give each worker a few shards ahead and yield them as they come."""
        waiting: dict[Any, tuple[Shard, Any]] = {}
        free = [worker for worker in self._workers for _ in range(AHEAD)]
        for shard in shards:
            if not free:
                yield self._next(waiting, free)
            worker = free.pop(0)
            waiting[worker.score.remote(shard.items)] = (shard, worker)
        while waiting:
            yield self._next(waiting, free)

    def close(self) -> None:
        """End the workers, and the cluster if it was started here."""
        for worker in self._workers:
            self._ray.kill(worker)
        if self._started:
            self._ray.shutdown()

    def _next(self, waiting: dict[Any, tuple[Shard, Any]], free: list[Any]) -> tuple[Shard, Scored]:
        done, _ = self._ray.wait(list(waiting), num_returns=1)
        shard, worker = waiting.pop(done[0])
        free.append(worker)
        return shard, self._get(done[0])

    def _get(self, reference: Any) -> Any:
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, ParleyError):
                raise error.cause from None
            raise

"""The order of training rows: those of one sentence side by side, so that a batch holds it under each of its actors."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from torch.utils.data import Sampler
from transformers import Trainer

BLOCK = 50
"""The most batches that are sorted by length at a time; small data has fewer, so that its epochs differ."""


class SentenceSampler(Sampler[int]):
    """Draws whole sentences at random, puts those of like length beside each other and shuffles the batches.

    The border of a batch still divides some (6 % of the sentences of two or more rows, in the default recipe). The
    order follows from seed and epoch alone, so that a run that was killed and resumed goes on in it.

    Attributes:
        epoch: the epoch under way, from 0; ``EpochTeller`` sets it.
    """

    def __init__(self, texts: Sequence[str], lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0
        rows: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            rows[text].append(i)
        self.sentences = list(rows.values())
        self.longest = {i: max(lengths[j] for j in sentence) for sentence in self.sentences for i in sentence}

    def __len__(self) -> int:
        return len(self.longest)

    def __iter__(self) -> Iterator[int]:
        draw = random.Random(f"{self.seed} {self.epoch}")
        order = [i for rows in draw.sample(self.sentences, len(self.sentences)) for i in rows]
        size = self.batch_size
        block = size * max(1, min(BLOCK, len(order) // (4 * size)))
        batches = []
        for start in range(0, len(order), block):
            # the sort is stable: a sentence stays together
            near = sorted(order[start : start + block], key=lambda i: -self.longest[i])
            batches += [near[first : first + size] for first in range(0, len(near), size)]
        last = batches.pop()
        draw.shuffle(batches)
        return iter([i for batch in [*batches, last] for i in batch])


class OrderedTrainer(Trainer):
    """A ``Trainer`` whose training rows may come in an order that it is given."""

    train_order: SentenceSampler | None = None

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return super()._get_train_sampler(train_dataset) if self.train_order is None else self.train_order

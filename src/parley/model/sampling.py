"""The order of training rows: those of one sentence together, so that a batch holds it under each of its actors."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from torch.utils.data import Sampler

BLOCK = 50
"""Batches that are sorted by length at a time, as ``transformers`` does."""


class SentenceSampler(Sampler[int]):
    """Draws whole sentences at random and puts sentences of like length beside each other.

    The order follows from seed and epoch alone, so that a run that was killed and resumed goes on in it.

    Attributes:
        epoch: the epoch under way, from 0; the ``Trainer`` sets it.
    """

    def __init__(self, texts: Sequence[str], lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0
        rows: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            rows[text].append(i)
        self.sentences = list(rows.values())

    def __len__(self) -> int:
        return len(self.lengths)

    def set_epoch(self, epoch: int) -> None:
        """Take another order."""
        self.epoch = int(epoch)

    def __iter__(self) -> Iterator[int]:
        draw = random.Random(f"{self.seed} {self.epoch}")
        sentences = draw.sample(self.sentences, len(self.sentences))
        order = [i for sentence in sentences for i in sentence]
        size, block = self.batch_size, BLOCK * self.batch_size
        batches = []
        for start in range(0, len(order), block):
            # the sort is stable: rows of a sentence, which differ by no more than the place of the brackets, stay close
            near = sorted(order[start : start + block], key=lambda i: -self.lengths[i])
            batches += [near[first : first + size] for first in range(0, len(near), size)]
        last = batches.pop()
        draw.shuffle(batches)
        return iter([i for batch in [*batches, last] for i in batch])

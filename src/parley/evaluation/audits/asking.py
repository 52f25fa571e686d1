"""A batch of edited rows and the answers to it: what every audit is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from datasets import Dataset

from parley.data.encoding import Span
from parley.data.renaming import mask
from parley.evaluation.bootstrap import Interval
from parley.evaluation.metrics import Probabilities, wilson

Ask = Callable[[Sequence[str], Sequence[str], Sequence[Span]], Probabilities]
"""Texts, actors and the actors' offsets in; probabilities out, as ``StanceClassifier.predict_proba`` gives them."""


@dataclass(frozen=True)
class Edited:
    """One row after an edit; ``row`` is its index in the file."""

    row: int
    text: str
    actor: str
    span: Span


@dataclass(frozen=True)
class Rate:
    """A share with its Wilson 95 % interval: ``count`` of ``support``."""

    count: int
    support: int
    share: float
    interval: Interval

    @classmethod
    def of(cls, count: int, support: int) -> "Rate":
        """Make the rate of ``count`` in ``support``; the share is 0 without rows."""
        return cls(count, support, count / support if support else 0.0, wilson(count, support))


def as_they_are(rows: Dataset) -> list[Edited]:
    """Return the rows without an edit."""
    columns = (rows["text"], rows["actor"], rows["start"], rows["end"])
    return [
        Edited(i, text, actor, (start, end)) for i, (text, actor, start, end) in enumerate(zip(*columns, strict=True))
    ]


def masked_name(row: Edited) -> Edited:
    """Return the row with the actor's name masked."""
    new = mask(row.text, row.actor, row.span)
    return Edited(row.row, new.text, new.actor, new.span)


def answers(ask: Ask, edited: Sequence[Edited]) -> Probabilities:
    """Ask about every edited row; array of shape (n, classes)."""
    if not edited:
        return np.zeros((0, 0), dtype=np.float32)
    return ask([row.text for row in edited], [row.actor for row in edited], [row.span for row in edited])

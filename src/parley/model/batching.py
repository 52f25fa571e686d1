"""Batches of like length, so that little of what a model reads is padding."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """How much goes into one batch.

    Attributes:
        tokens: most tokens, padding included.
        rows: most rows.
    """

    tokens: int
    rows: int


def batches(lengths: Sequence[int], budget: Budget) -> list[list[int]]:
    """Group indices by length so that each padded batch stays within the budget (a row beyond it stands alone)."""
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        last = found[-1] if found else []
        if last and (len(last) + 1) * lengths[i] <= budget.tokens and len(last) < budget.rows:
            last.append(i)
        else:
            found.append([i])
    return found

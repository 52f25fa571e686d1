"""Splits that do not leak: no group and no text stands in two of them."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from datasets import Dataset

from parley.data.rows import Faults


def overlaps(splits: Mapping[str, Dataset]) -> list[str]:
    """List each text or group that stands in two splits, once per later row, as ``file:line: what``.

    Args:
        splits: file name to rows. Texts are compared without regard to case and spacing.
    """
    faults = Faults()
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for name, rows in splits.items():
        here: dict[tuple[str, str], int] = {}
        for text, group, line in zip(rows["text"], rows["group"], rows["line"], strict=True):
            keys = [("text", " ".join(text.casefold().split()))]
            if group != text:
                keys.append(("group", group))
            for key in keys:
                if key in seen:
                    other, at = seen[key]
                    faults.add(
                        f"{name}:{line}",
                        f"the {key[0]} {key[1][:60]!r} also stands in {other}:{at}; keep it in one split",
                    )
                here.setdefault(key, line)
        for key, line in here.items():
            seen.setdefault(key, (name, line))
    return faults.found


def assign(
    groups: Sequence[str],
    conflicts: Sequence[str],
    held_out: Sequence[str],
    sizes: Mapping[str, float],
    rest: str = "train",
    unseen: str = "test_unseen",
    seed: int = 0,
) -> list[str]:
    """Give every row a split by its group; conflicts that are held out go to ``unseen`` whole.

    Args:
        groups: group of each row.
        conflicts: conflict of each row.
        held_out: conflicts that stand in ``unseen`` and nowhere else.
        sizes: share of the other rows for each split but ``rest``, such as ``{"validation": 0.1, "test": 0.12}``.
        rest: the split of all that is left.
        unseen: the split of the held-out conflicts.
        seed: seed of the shuffle.

    Returns:
        The split of each row.
    """
    apart = {group for group, conflict in zip(groups, conflicts, strict=True) if conflict in set(held_out)}
    rows_of: dict[str, int] = {}
    for group in groups:
        if group not in apart:
            rows_of[group] = rows_of.get(group, 0) + 1
    order = sorted(rows_of)
    random.Random(seed).shuffle(order)
    total, split_of, place = sum(rows_of.values()), dict.fromkeys(apart, unseen), 0
    for name, share in sizes.items():
        filled = 0
        while filled < share * total and place < len(order):
            split_of[order[place]] = name
            filled += rows_of[order[place]]
            place += 1
    return [split_of.get(group, rest) for group in groups]


def sample_groups(rows: Dataset, share: float, seed: int = 0) -> Dataset:
    """Return about a share of the rows, whole groups at a time; a larger share holds all that a smaller one does."""
    rows_of = Counter(rows["group"])
    order = sorted(rows_of)
    random.Random(seed).shuffle(order)
    kept, filled = set(), 0
    for group in order:
        if filled >= share * len(rows):
            break
        kept.add(group)
        filled += rows_of[group]
    return rows.select([i for i, group in enumerate(rows["group"]) if group in kept])

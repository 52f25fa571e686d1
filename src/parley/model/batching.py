"""Batches of like length, so that little of what a model reads is padding."""

TOKENS_PER_BATCH = 2048
MOST_PER_BATCH = 64


def batches(lengths: list[int]) -> list[list[int]]:
    """Group indices by length so that a padded batch stays within the token budget."""
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        last = found[-1] if found else []
        if last and (len(last) + 1) * lengths[i] <= TOKENS_PER_BATCH and len(last) < MOST_PER_BATCH:
            last.append(i)
        else:
            found.append([i])
    return found

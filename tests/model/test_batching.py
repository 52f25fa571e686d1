import numpy as np

from parley.model.batching import Budget, batches


def test_batches_hold_every_index_once_within_the_token_budget():
    lengths = np.random.default_rng(0).integers(1, 160, 500).tolist()
    found = batches(lengths, Budget(tokens=2048, rows=64))
    assert sorted(i for batch in found for i in batch) == list(range(500))
    assert max(len(batch) for batch in found) == 64
    assert all(len(batch) * max(lengths[i] for i in batch) <= 2048 for batch in found)

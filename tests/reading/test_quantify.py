import numpy as np
import pytest

from parley.reading.quantify import adjusted_intervals, adjusted_shares

CONFUSION = [[80, 20, 0], [10, 80, 10], [0, 30, 70]]


def test_known_shares_are_recovered_from_confused_counts():
    truth = np.array([0.5, 0.2, 0.3])
    rates = np.array(CONFUSION) / 100
    counts = np.round(truth @ rates * 10_000).astype(int)
    assert adjusted_shares(counts.tolist(), CONFUSION) == pytest.approx(truth, abs=0.02)


def test_a_classifier_that_errs_little_leaves_the_counts_alone():
    assert adjusted_shares([3, 5, 2], np.diag([900, 900, 900]).tolist()) == pytest.approx([0.3, 0.5, 0.2], abs=0.01)


def test_shares_stay_on_the_simplex_and_within_their_intervals():
    for counts in ([9, 0, 0], [0, 0, 4], [1, 1, 1]):
        shares = adjusted_shares(counts, CONFUSION)
        assert min(shares) >= 0
        assert sum(shares) == pytest.approx(1)
        for low, high in adjusted_intervals(counts, CONFUSION, draws=100):
            assert 0 <= low <= high <= 1


def test_more_sentences_make_narrower_intervals_and_a_seed_repeats_them():
    few, many = adjusted_intervals([4, 3, 3], CONFUSION), adjusted_intervals([400, 300, 300], CONFUSION)
    assert all(b[1] - b[0] < a[1] - a[0] for a, b in zip(few, many, strict=True))
    assert adjusted_intervals([4, 3, 3], CONFUSION) == few


def test_counts_and_confusion_must_fit():
    with pytest.raises(ValueError, match="expected counts above 0 and a confusion of 2 by 2"):
        adjusted_shares([1, 2], CONFUSION)
    with pytest.raises(ValueError, match="expected counts above 0"):
        adjusted_shares([0, 0, 0], CONFUSION)

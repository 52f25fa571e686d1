import pytest
import torch
from torch.nn.functional import cross_entropy

from parley.model.optimizing import make_loss

LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]])
LABELS = torch.tensor([0, 2])


def test_without_a_second_reading_the_loss_is_the_cross_entropy():
    assert make_loss(None, 5.0)({"logits": LOGITS}, LABELS) == cross_entropy(LOGITS, LABELS)


def test_two_equal_readings_add_nothing():
    twice = {"logits": torch.cat([LOGITS, LOGITS])}
    assert make_loss(None, 5.0)(twice, LABELS).item() == pytest.approx(cross_entropy(LOGITS, LABELS).item())


def test_readings_that_part_add_half_of_both_divergences():
    other = LOGITS.flip(0)
    p, q = LOGITS.softmax(-1), other.softmax(-1)
    divergence = ((p * (p / q).log()).sum(-1) + (q * (q / p).log()).sum(-1)).mean() / 2
    entropy = (cross_entropy(LOGITS, LABELS) + cross_entropy(other, LABELS)) / 2
    found = make_loss(None, 0.5)({"logits": torch.cat([LOGITS, other])}, LABELS)
    assert found.item() == pytest.approx((entropy + 0.5 * divergence).item())


def test_labels_are_weighed():
    weights = torch.tensor([1.0, 1.0, 3.0])
    assert make_loss(weights, 0.0)({"logits": LOGITS}, LABELS) == cross_entropy(LOGITS, LABELS, weight=weights)


def test_targets_are_smoothed():
    found = make_loss(None, 0.0, smoothing=0.1)({"logits": LOGITS}, LABELS)
    assert found == cross_entropy(LOGITS, LABELS, label_smoothing=0.1)

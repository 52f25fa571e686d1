import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import TrainingArguments

from parley.config import TrainingSettings
from parley.model.optimizing import make_loss, make_optimizer

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


def test_labels_may_be_probabilities():
    known = torch.nn.functional.one_hot(LABELS, 3).float()
    found = make_loss(None, 0.0)({"logits": LOGITS}, known)
    assert found.item() == pytest.approx(cross_entropy(LOGITS, LABELS).item())


def test_targets_are_smoothed():
    found = make_loss(None, 0.0, smoothing=0.1)({"logits": LOGITS}, LABELS)
    assert found == cross_entropy(LOGITS, LABELS, label_smoothing=0.1)


def test_rates_fall_from_layer_to_layer_and_the_head_has_its_own(tiny, tmp_path):
    model, _ = tiny
    args = TrainingArguments(str(tmp_path), learning_rate=0.1, weight_decay=0.3, use_cpu=True)
    optimizer = make_optimizer(model, args, TrainingSettings(head_learning_rate=0.5, layer_decay=0.5))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    rates = {
        names[id(p)]: (group["lr"], group["weight_decay"]) for group in optimizer.param_groups for p in group["params"]
    }
    assert len(rates) == len(names)
    assert rates["classifier.weight"] == (0.5, 0.3)
    assert rates["bert.pooler.dense.bias"] == (0.5, 0.0)
    assert rates["bert.encoder.layer.1.output.dense.weight"] == (0.1, 0.3)
    assert rates["bert.encoder.layer.0.output.dense.weight"] == (0.05, 0.3)
    assert rates["bert.embeddings.word_embeddings.weight"] == (0.025, 0.3)


def test_a_recipe_of_one_rate_leaves_the_optimizer_to_the_trainer(tiny, tmp_path):
    assert make_optimizer(tiny[0], TrainingArguments(str(tmp_path), use_cpu=True), TrainingSettings()) is None

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from parley.model.calibration import calibrate, fit_temperature, thresholds, undo_temperature


def softmax(logits):
    return torch.from_numpy(logits).softmax(-1).numpy()


@pytest.fixture
def overconfident():
    draw = np.random.default_rng(0)
    logits = draw.normal(size=(2000, 4))
    truth = np.array([draw.choice(4, p=row) for row in softmax(logits)])
    return (3 * logits).astype(np.float32), truth


def test_the_temperature_undoes_an_overconfidence_of_three(overconfident):
    logits, truth = overconfident
    temperature = fit_temperature(logits, truth)
    assert temperature == pytest.approx(3.0, rel=0.1)
    at_best = log_loss(truth, softmax(logits / temperature))
    assert all(at_best <= log_loss(truth, softmax(logits / other)) for other in (temperature * 0.9, temperature * 1.1))


def test_one_wrong_row_or_none_gives_a_temperature_within_bounds():
    assert 0.04 < fit_temperature(np.array([[9.0, 0.0]], dtype=np.float32), np.array([0])) < 21
    assert 0.04 < fit_temperature(np.array([[9.0, 0.0]], dtype=np.float32), np.array([1])) < 21


def test_it_is_folded_into_the_last_layer_and_can_be_undone(tiny, overconfident):
    model, tokenizer = tiny
    batch = tokenizer(["Aland offered talks.", "Cordia left."], padding=True, return_tensors="pt")
    with torch.inference_mode():
        before = model.eval()(**batch).logits
    kept = calibrate(model, *overconfident)
    with torch.inference_mode():
        after = model(**batch).logits
    assert torch.allclose(before / kept["temperature"], after, atol=1e-6)
    assert model.config.parley == kept
    raw = undo_temperature(after.softmax(-1).numpy(), kept["temperature"])
    assert raw == pytest.approx(before.softmax(-1).numpy(), abs=1e-5)


def test_a_threshold_keeps_the_risk_it_was_chosen_for_and_answers_as_much_as_it_can():
    confidence = np.array([0.99, 0.95, 0.9, 0.8, 0.7] * 20)
    probabilities = np.column_stack([confidence, 1 - confidence])
    truth = np.where(np.isclose(confidence, 0.7), np.arange(100) % 4 == 0, 0).astype(int)
    chosen = {entry["risk"]: entry for entry in thresholds(probabilities, truth)}
    assert chosen[0.10]["coverage"] == 1.0
    assert chosen[0.02]["min_confidence"] == pytest.approx(0.8)
    assert chosen[0.02]["coverage"] == pytest.approx(0.8)


def test_a_risk_that_no_confidence_keeps_is_left_out():
    assert thresholds(np.array([[0.9, 0.1]]), np.array([1])) == []

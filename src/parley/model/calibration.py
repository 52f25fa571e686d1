"""Calibration on validation: a temperature folded into the head, and the confidence to ask for a stated risk."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from parley.errors import EncoderError

RISKS = (0.02, 0.05, 0.10)
"""Shares of wrong answers that a threshold is chosen for."""


def calibrate(model: Any, logits: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    """Fit a temperature on validation, divide the model's logits by it, and choose thresholds.

    The temperature is folded into the weights of the last layer, so that whatever opens the checkpoint, the stock
    pipeline among it, gives calibrated probabilities.

    Args:
        model: a sequence classifier; changed in place.
        logits: array of shape (n, classes), as the model gave them.
        truth: array of shape (n,), indices of the true labels.

    Returns:
        What ``config.json`` of the checkpoint keeps under ``parley``: ``temperature`` and ``thresholds``.
    """
    temperature = fit_temperature(logits, truth)
    head = _last_layer(model)
    with torch.no_grad():
        head.weight.div_(temperature)
        if head.bias is not None:
            head.bias.div_(temperature)
    probabilities = torch.from_numpy(logits).double().div(temperature).softmax(-1).numpy()
    kept = {"temperature": temperature, "thresholds": thresholds(probabilities, truth)}
    model.config.parley = kept
    return kept


def fit_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the temperature of least log loss (Guo et al. 2017, On Calibration of Modern Neural Networks, 4.2)."""
    scores, target = torch.from_numpy(logits).double(), torch.from_numpy(truth)
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], line_search_fn="strong_wolfe", max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        bounded = log_temperature.clamp(-3.0, 3.0)
        loss = torch.nn.functional.cross_entropy(scores / bounded.exp(), target)
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(log_temperature.detach().clamp(-3.0, 3.0).exp())


def undo_temperature(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the probabilities that the model would have given without its temperature; shape (n, classes)."""
    powers = np.log(np.maximum(probabilities.astype(np.float64), 1e-30)) * temperature
    powers = np.exp(powers - powers.max(-1, keepdims=True))
    return (powers / powers.sum(-1, keepdims=True)).astype(np.float32)


def thresholds(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> list[dict[str, float]]:
    """Choose, for each of ``RISKS``, the least confidence from which on so few of the answers are wrong.

    Returns:
        Mappings of ``risk``, ``min_confidence`` and ``coverage`` (share of rows answered); a risk that no confidence
        keeps is left out.
    """
    confidence, wrong = probabilities.max(-1), probabilities.argmax(-1) != truth
    order = np.argsort(-confidence, kind="stable")
    risk = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    last_of_its_confidence = np.append(np.diff(confidence[order]) != 0, True)
    chosen = []
    for wanted in RISKS:
        kept = np.flatnonzero((risk <= wanted) & last_of_its_confidence)
        if len(kept):
            place = int(kept[-1])
            entry = {"risk": wanted, "min_confidence": float(confidence[order[place]])}
            chosen.append(entry | {"coverage": (place + 1) / len(order)})
    return chosen


def _last_layer(model: Any) -> torch.nn.Linear:
    labels = model.config.num_labels
    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.Linear) and layer.out_features == labels]
    if not layers:
        raise EncoderError(
            f"{type(model).__name__}: expected a linear last layer with {labels} outputs to calibrate, found none; "
            "use an encoder whose sequence classifier ends in one"
        )
    return layers[-1]

"""What the Trainer optimises, and with what."""

import re
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch.nn import functional
from transformers import TrainingArguments


def make_optimizer(
    model: Any, args: TrainingArguments, head_learning_rate: float | None
) -> torch.optim.Optimizer | None:
    """Make AdamW with a learning rate of its own for what stands above the encoder; without one, return ``None``."""
    if head_learning_rate is None:
        return None
    head = re.compile(rf"^(?!{model.base_model_prefix}\.)|\.pooler\.")
    groups = [
        {"params": [], "lr": rate, "weight_decay": decay}
        for rate in (args.learning_rate, head_learning_rate)
        for decay in (args.weight_decay, 0.0)
    ]
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[2 * bool(head.search(name)) + (parameter.ndim < 2)]["params"].append(parameter)
    return torch.optim.AdamW(
        [group for group in groups if group["params"]], betas=(args.adam_beta1, args.adam_beta2), fused=True
    )


def label_weights(train: Dataset, classes: int) -> torch.Tensor:
    """Return the inverse frequency of each label among the encoded training rows; shape (classes,), mean about 1."""
    counts = np.bincount(list(train["labels"]), minlength=classes)
    return torch.tensor(counts.sum() / (classes * np.maximum(counts, 1)), dtype=torch.float32)


def make_loss(weights: torch.Tensor | None, consistency: float, smoothing: float = 0.0) -> Any:
    """Make the loss of a recipe: cross-entropy, and for rows that are read twice the divergence of the two readings.

    Args:
        weights: a weight for each label, or ``None``.
        consistency: weight of half the sum of both Kullback-Leibler divergences (Liang et al. 2021, NeurIPS 34, eq. 2).
        smoothing: share of each target that is spread over all labels.
    """

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs["logits"]
        readings = logits.split(len(labels))
        weight = None if weights is None else weights.to(logits)
        losses = [
            functional.cross_entropy(reading, labels, weight=weight, label_smoothing=smoothing) for reading in readings
        ]
        entropy = torch.stack(losses).mean()
        if len(readings) == 1:
            return entropy
        one, other = (reading.log_softmax(-1) for reading in readings)
        there = functional.kl_div(one, other, log_target=True, reduction="batchmean")
        back = functional.kl_div(other, one, log_target=True, reduction="batchmean")
        return entropy + consistency * (there + back) / 2

    return loss

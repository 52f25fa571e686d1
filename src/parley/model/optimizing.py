"""What the Trainer optimises, and with what."""

import re
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch.nn import functional
from transformers import TrainingArguments

from parley.config import TrainingSettings


def make_optimizer(model: Any, args: TrainingArguments, settings: TrainingSettings) -> torch.optim.Optimizer | None:
    """Make AdamW with learning rates of their own for layers and head; ``None`` where the recipe has one for all."""
    if settings.head_learning_rate is None and settings.layer_decay == 1.0:
        return None
    head = re.compile(rf"^(?!{model.base_model_prefix}\.)|\.pooler\.")
    layer = re.compile(r"\.layers?\.(\d+)\.")
    depth = model.config.num_hidden_layers
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if head.search(name):
            rate = settings.head_learning_rate or args.learning_rate
        else:
            found = layer.search(name)
            below_top = depth - (int(found[1]) + 1 if found else 0)
            rate = args.learning_rate * settings.layer_decay**below_top
        decay = args.weight_decay if parameter.ndim >= 2 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": found, "lr": rate, "weight_decay": decay} for (rate, decay), found in groups.items()],
        betas=(args.adam_beta1, args.adam_beta2),
        fused=True,
    )


def has_fast_bf16() -> bool:
    """Tell whether bfloat16 is faster here than float32: on GPUs that have it, and CPUs with AMX.

    With AVX-512 BF16 alone, oneDNN multiplies matrices of this size at 0.6 times the speed of float32.
    """
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return bool(torch.cpu.get_capabilities().get("amx_bf16"))


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

    Returns:
        A function of the model's outputs and the labels, which are indices of shape (n,) or probabilities of shape
        (n, classes).
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

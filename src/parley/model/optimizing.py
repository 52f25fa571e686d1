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


def make_loss(
    weights: torch.Tensor | None,
    consistency: float,
    smoothing: float = 0.0,
    contrastive: float = 0.0,
    pooled: dict[str, torch.Tensor] | None = None,
) -> Any:
    """Make the loss of a recipe: cross-entropy, and for rows that are read twice the divergence of the two readings.

    Args:
        weights: a weight for each label, or ``None``.
        consistency: weight of half the sum of both Kullback-Leibler divergences (Liang et al. 2021, NeurIPS 34, eq. 2).
        smoothing: share of each target that is spread over all labels.
        contrastive: weight of the supervised contrastive term, over what the pooler gave.
        pooled: where ``watch_pooler`` keeps that.

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
        if contrastive and pooled and torch.is_grad_enabled():
            entropy = entropy + contrastive * contrast(pooled["last"], labels)
        if len(readings) == 1:
            return entropy
        one, other = (reading.log_softmax(-1) for reading in readings)
        there = functional.kl_div(one, other, log_target=True, reduction="batchmean")
        back = functional.kl_div(other, one, log_target=True, reduction="batchmean")
        return entropy + consistency * (there + back) / 2

    return loss


def watch_pooler(model: Any) -> dict[str, torch.Tensor]:
    """Keep what the pooler gave at the last forward pass, under ``last``."""
    pooled: dict[str, torch.Tensor] = {}
    model.base_model.pooler.register_forward_hook(lambda module, given, made: pooled.update(last=made))
    return pooled


def contrast(vectors: torch.Tensor, labels: torch.Tensor, temperature: float = 0.1) -> torch.Tensor:
    """Return the supervised contrastive loss of a batch (Khosla et al. 2020, NeurIPS 33, eq. 2).

    Args:
        vectors: what is drawn together within a label and apart between labels; shape (n, width).
        labels: indices, shape (n,); rows whose label no other row has are left out.
        temperature: what the cosines are divided by.
    """
    unit = functional.normalize(vectors.float(), dim=-1)
    itself = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    likeness = (unit @ unit.T / temperature).masked_fill(itself, -1e9).log_softmax(-1)
    alike = (labels[:, None] == labels[None]) & ~itself
    some = alike.any(1)
    if not some.any():
        return unit.sum() * 0.0
    return -((likeness * alike).sum(1)[some] / alike.sum(1)[some]).mean()

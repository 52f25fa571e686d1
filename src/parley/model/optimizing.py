"""What the Trainer optimises, and with what."""

import re
from typing import Any

import numpy as np
import torch
from datasets import Dataset
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
    return torch.optim.AdamW([group for group in groups if group["params"]], betas=(args.adam_beta1, args.adam_beta2))


def weighted_loss(train: Dataset, classes: int) -> Any:
    """Make a cross-entropy that weighs each label by its inverse frequency among the encoded training rows."""
    counts = np.bincount(list(train["labels"]), minlength=classes)
    weights = torch.tensor(counts.sum() / (classes * np.maximum(counts, 1)), dtype=torch.float32)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs["logits"]
        return torch.nn.functional.cross_entropy(logits, labels, weight=weights.to(logits))

    return loss

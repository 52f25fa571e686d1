"""A run's checkpoint in PyTorch, on the GPU where there is one."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from parley.data.tokenizing import PairTokenizer
from parley.model.batching import Budget

CPU_BUDGET = Budget(tokens=1024, rows=64)
"""Measured as in ``backends``: 256 to 2,048 tokens are alike within 3 %, 4,096 is 0.86 times as fast."""
GPU_BUDGET = Budget(tokens=32_768, rows=512)


class TorchBackend:
    """A sequence classifier in PyTorch."""

    name = "torch"
    workers = 1

    def __init__(self, model: Any, tokenizer: PairTokenizer) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.budget = CPU_BUDGET if model.device.type == "cpu" else GPU_BUDGET

    @classmethod
    def load(cls, run: Path, threads: int | None = None) -> "TorchBackend":
        """Load a checkpoint in float32; ``threads`` holds for the whole process."""
        if threads is not None:
            torch.set_num_threads(threads)
        model = AutoModelForSequenceClassification.from_pretrained(run, dtype="float32", use_safetensors=True)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model.to(device), PairTokenizer.of(AutoTokenizer.from_pretrained(run)))

    def logits(self, columns: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return logits of shape (rows, classes) for padded columns of shape (rows, length)."""
        tensors = {name: torch.from_numpy(values).to(self.model.device) for name, values in columns.items()}
        with torch.inference_mode():
            return self.model(**tensors).logits.float().cpu().numpy()

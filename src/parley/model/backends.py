"""What runs a model: ONNX Runtime where the run is exported, else PyTorch."""

import json
import os
import platform
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from parley.data.tokenizing import PairTokenizer
from parley.errors import RunError, needing
from parley.model.batching import Budget

BackendName = Literal["auto", "torch", "onnx", "onnx-fp32", "onnx-int8"]
"""``onnx`` is what the export settled on: int8 where it was accepted, else fp32; ``auto`` is that or ``torch``."""

ONNX_BUDGET = Budget(tokens=512, rows=64)
"""Measured on 2 cores in rows of the test file a second of CPU time, beside 2,048 tokens: 256 and 512 give 1.2 times as
many, 1,024 1.1, 4,096 0.85, for int8 and fp32 alike. What a layer writes should stay in the cache of its core."""


class Backend(Protocol):
    """A loaded model.

    Attributes:
        name: which one it is.
        tokenizer: what makes its input.
        budget: how much one batch holds.
        workers: how many batches are best computed at once.
    """

    name: str
    tokenizer: PairTokenizer
    budget: Budget
    workers: int

    def logits(self, columns: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return logits of shape (rows, classes) for padded columns of shape (rows, length)."""
        ...


class OnnxBackend:
    """An ONNX file of a run in ONNX Runtime, on the CPU; needs neither torch nor transformers.

    Each batch is computed by one thread, and as many batches at once as there are threads: threads that share a batch
    wait for one another at each layer, and on a machine with other work that costs half the speed.
    """

    def __init__(self, run: Path, file: Path, threads: int | None = None) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = 1
        self.name = f"onnx-{file.stem}"
        self.budget = ONNX_BUDGET
        self.workers = threads or _cores()
        self._session = InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        names = [value.name for value in self._session.get_inputs()]
        config = json.loads((run / "config.json").read_text(encoding="utf-8"))
        self.tokenizer = PairTokenizer.from_file(run / "tokenizer.json", names, config.get("pad_token_id") or 0)

    def logits(self, columns: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return logits of shape (rows, classes) for padded columns of shape (rows, length)."""
        return self._session.run(None, columns)[0]


def load_backend(run: Path, name: BackendName = "auto", threads: int | None = None) -> Backend:
    """Load the model of a run.

    Args:
        run: the run folder.
        name: see ``BackendName``.
        threads: threads to compute with; as many as the process has cores by default.

    Raises:
        RunError: the run is incomplete, or has not been exported as asked.
        PackageError: the backend's package is not installed.
    """
    if name not in get_args(BackendName):
        raise RunError(f"backend {name!r}: expected one of {', '.join(get_args(BackendName))}")
    _check(run, ["config.json", "tokenizer.json", "run.yaml"])
    exported = exported_as(run)
    if name == "torch" or (name == "auto" and exported is None):
        _check(run, ["model.safetensors"])
        with needing("torch, or a run exported with: parley export RUN", "train"):
            from parley.model.torch_backend import TorchBackend
        return TorchBackend.load(run, threads)
    precision = exported if name in ("auto", "onnx") else name.removeprefix("onnx-")
    file = run / "onnx" / f"{precision or 'fp32'}.onnx"
    if not file.is_file():
        raise RunError(
            f"{run}: expected the file onnx/{file.name} for backend {name!r}, found none; "
            f"write it with: parley export {run} (an int8 file that loses too much is refused there)"
        )
    return OnnxBackend(run, file, threads)


def exported_as(run: Path) -> str | None:
    """Return the precision to use of an exported run, ``None`` without an export."""
    file = run / "onnx" / "export.json"
    if not file.is_file():
        return None
    record = json.loads(file.read_text(encoding="utf-8"))
    return "fp32" if record["bits"] == 8 and not has_vnni() else str(record["chosen"])


def has_vnni() -> bool:
    """Whether int8 products with 8-bit weights are exact here: not on x86 without VNNI, or where that is unknown."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    flags = Path("/proc/cpuinfo")
    return flags.is_file() and "vnni" in flags.read_text(encoding="utf-8")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check(run: Path, names: list[str]) -> None:
    missing = [name for name in names if not (run / name).is_file()]
    if missing:
        raise RunError(
            f"{run}: expected a run folder, found no {', '.join(missing)}; "
            f"train one with: parley train --config configs/default.yaml --output {run}"
        )


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities, rows summing to 1; shape (rows, classes)."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def kept_in_config(run: Path) -> dict[str, Any]:
    """Return what training left in ``config.json`` beside the model: ``temperature`` and ``thresholds``."""
    return json.loads((run / "config.json").read_text(encoding="utf-8")).get("parley") or {}

"""Speed of `predict` beside the stock pipeline, beside the machine's matrix products, and from a cold start."""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions

from parley.data.encoding import encode
from parley.evaluation.benchmarks.timing import Measurement, best_batch, by_turns, speedups
from parley.model.backends import exported_as
from parley.model.batching import batches
from parley.model.classifier import StanceClassifier
from parley.model.stock import stock_pipeline

SIDE = 1024
"""Rows and columns of the square matrices whose product is the machine's limit."""

COLD = """
import sys
from parley import StanceClassifier
from parley.memory import peak_mib
StanceClassifier.from_pretrained(sys.argv[1], sys.argv[2]).predict("Kyiv would sit down.", actor="Kyiv")
print(peak_mib())
"""


def predict(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time `predict` on each backend against the stock pipeline at its best batch size."""
    backends = ["onnx-fp32", "torch"] + ["onnx-int8"] * (exported_as(run) == "int8")
    loaded = {name: StanceClassifier.from_pretrained(run, name) for name in backends}  # type: ignore[arg-type]
    stock = stock_pipeline(run, loaded["torch"].settings.encoding)
    some = max(len(texts) // 8, 1)
    best = best_batch(partial(stock, texts[:some], actors[:some]))
    works: dict[str, Callable[[], object]] = {"stock": partial(stock, texts, actors, best)}
    works |= {name: partial(clf.predict, texts, actors) for name, clf in loaded.items()}
    seconds = by_turns(works, rounds)
    rates = {name: len(texts) / median(times) for name, times in seconds.items()}
    aims = {"onnx-int8": 4.0, "onnx-fp32": 1.6, "torch": None}
    return [
        Measurement(
            f"predict, {name} / stock pipeline, batch {best}",
            speedups(seconds[name], seconds["stock"]),
            aims[name],
            f"{rates[name]:.0f} against {rates['stock']:.0f} rows/s, {len(texts)} rows",
        )
        for name in backends
    ]


def beside(run: Path, other: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time `predict` of one run against that of another, each as exported."""
    loaded = {path: StanceClassifier.from_pretrained(path, "onnx") for path in (run, other)}
    seconds = by_turns({str(path): partial(clf.predict, texts, actors) for path, clf in loaded.items()}, rounds)
    ours, theirs = (len(texts) / median(seconds[str(path)]) for path in (run, other))
    names = (f"{path}, {clf.backend.name}" for path, clf in loaded.items())
    return [
        Measurement(
            f"predict: {' / '.join(names)}",
            speedups(seconds[str(run)], seconds[str(other)]),
            None,
            f"{ours:.0f} against {theirs:.0f} rows/s, {len(texts)} rows",
        )
    ]


def matrix_limit(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time the fp32 forward pass against square matrix products; the operations of padding do not count."""
    clf = StanceClassifier.from_pretrained(run, "onnx-fp32")
    tokenizer = clf.backend.tokenizer
    columns = encode(tokenizer, texts, actors, clf.settings.encoding)
    lengths = [len(ids) for ids in columns["input_ids"]]
    padded = [tokenizer.pad(columns, batch) for batch in batches(lengths, clf.backend.budget)]
    operations = forward_operations(json.loads((run / "config.json").read_text(encoding="utf-8")), lengths)
    times = max(round(operations / (2 * SIDE**3)), clf.backend.workers)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for the product: as in the forward pass, each thread works by itself
    with ThreadPoolExecutor(clf.backend.workers) as pool:

        def spread(work: Callable[[Any], object], inputs: Iterable[object]) -> None:
            deque(pool.map(work, inputs), maxlen=0)

        products = {f"product, {name}": partial(spread, work, range(times)) for name, work in _products().items()}
        seconds = by_turns({"forward": partial(spread, clf.backend.logits, padded)} | products, rounds)
    torch.set_num_threads(threads)
    forward = seconds.pop("forward")
    library, product = min(seconds.items(), key=lambda item: median(item[1]))
    limit = 2 * SIDE**3 * times
    achieved = [(operations / ours) / (limit / theirs) for ours, theirs in zip(forward, product, strict=True)]
    rates = (operations / median(forward) / 1e9, limit / median(product) / 1e9)
    detail = f"{rates[0]:.0f} of {rates[1]:.0f} GFLOP/s, padding not counted"
    return [Measurement(f"forward, onnx-fp32 / {library}", achieved, 0.75, detail)]


def _products() -> dict[str, Callable[[object], object]]:
    """Return the product of two square matrices in each library; the faster one is the machine's limit."""
    left, right = np.random.default_rng(0).random((2, SIDE, SIDE), dtype=np.float32)
    tensors = torch.from_numpy(left), torch.from_numpy(right)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [SIDE, SIDE]) for name in "xy")
    weight = numpy_helper.from_array(right, "w")
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "product", [x], [y], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return {"torch": lambda _: torch.mm(*tensors), "onnxruntime": lambda _: session.run(None, {"x": left})}


def forward_operations(config: dict[str, int], lengths: Sequence[int]) -> float:
    """Return the floating-point operations of the matrix products in a forward pass of an encoder like BERT.

    Args:
        config: ``hidden_size``, ``intermediate_size`` and ``num_hidden_layers``.
        lengths: tokens of each row.
    """
    width, inner = config["hidden_size"], config["intermediate_size"]
    token = 2 * (4 * width**2 + 2 * width * inner)
    return float(config["num_hidden_layers"] * sum(n * token + 4 * n * n * width for n in lengths))


def cold_start(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time one prediction in a new process, imports and loading included: ONNX Runtime against PyTorch."""
    memory: dict[str, str] = {}

    def start(backend: str) -> None:
        command = [sys.executable, "-c", COLD, str(run), backend]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        memory[backend] = answer.stdout.strip()

    seconds = by_turns({name: partial(start, name) for name in ("onnx", "torch")}, rounds)
    light, heavy = (f"{median(seconds[name]):.2f} s, {memory[name]} MiB" for name in ("onnx", "torch"))
    return [
        Measurement("cold start, onnx / torch", speedups(seconds["onnx"], seconds["torch"]), None, f"{light}; {heavy}")
    ]

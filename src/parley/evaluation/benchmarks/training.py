"""Speed of training and of the forward pass in PyTorch, beside a stock fine-tune and the device's matrix products."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch

from parley.config import Settings, settings_of
from parley.data.encoding import encode, segments
from parley.data.tokenizing import PairTokenizer
from parley.evaluation.benchmarks.inference import SIDE, forward_operations
from parley.evaluation.benchmarks.timing import Measurement, by_turns, speedups
from parley.model.batching import batches
from parley.model.classifier import StanceClassifier
from parley.model.encoders import load_encoder, load_for_training
from parley.model.optimizing import has_fast_bf16, make_loss, make_optimizer
from parley.model.training import training_arguments

BATCH = 16
ROWS = {"cpu": 192, "cuda": 2048}
SIDES = {"cpu": SIDE, "cuda": 8192}
"""Rows and columns of the square matrices whose product is the device's limit."""
STOCK_LENGTH = 128
"""Tokens that the stock fine-tune pads every row to."""


def training(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time the training steps of one pass over some rows: this run's recipe, a stock fine-tune, matrix products.

    The stock fine-tune pads every row to 128 tokens, takes rows as they come, trains every weight and computes in
    float32, as ``Trainer`` does unless told otherwise; the recipe batches rows of like length, leaves the word
    embeddings as they are and computes in bfloat16 where that is faster. There it is also timed in float32; each
    is held against products of its own precision. All runs on the GPU where there is one. Labels are made up: only
    time is measured.
    """
    settings, device = settings_of(run), _device()
    texts, actors = texts[: ROWS[device]], actors[: ROWS[device]]
    labels = torch.arange(len(texts)) % len(settings.labels)
    recipe, lengths, config = _recipe(settings, texts, actors, labels, run)
    operations = 3 * forward_operations(config, lengths)
    precisions = {"float32": torch.float32} | ({"bfloat16": torch.bfloat16} if has_fast_bf16() else {})
    works: dict[str, Callable[[], object]] = {"stock": _stock(settings, texts, actors, labels)}
    for name, dtype in precisions.items():
        works[f"recipe, {name}"] = partial(recipe, dtype)
        works[f"product, {name}"] = _product(operations, dtype)
    seconds = by_turns(works, rounds)
    steps = -(-len(texts) // BATCH)
    taken = list(precisions)[-1]
    ours, stock = median(seconds[f"recipe, {taken}"]), median(seconds["stock"])
    results = [
        Measurement(
            f"training step, {taken} / stock fine-tune's, float32",
            speedups(seconds[f"recipe, {taken}"], seconds["stock"]),
            2.5,
            f"{ours / steps:.2f} against {stock / steps:.2f} s for {BATCH} rows, {sum(lengths) / ours:.0f} tokens/s",
        )
    ]
    for name in precisions:
        aim = round(1 / 1.5, 2) if name == "float32" else None
        times = seconds[f"recipe, {name}"], seconds[f"product, {name}"]
        results.append(_beside_product(f"training step / matrix product, {name}", operations, *times, aim))
    return results


def forward(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time the checkpoint's forward pass, in bfloat16 where that is faster, against matrix products."""
    device, dtype = _device(), torch.bfloat16 if has_fast_bf16() else torch.float32
    clf = StanceClassifier.from_pretrained(run, "torch")
    model, tokenizer = clf.backend.model, clf.backend.tokenizer  # type: ignore[attr-defined]
    columns = encode(tokenizer, texts, actors, clf.settings.encoding)
    lengths = [len(ids) for ids in columns["input_ids"]]
    padded = [
        {name: torch.from_numpy(values).to(device) for name, values in tokenizer.pad(columns, batch).items()}
        for batch in batches(lengths, clf.backend.budget)
    ]

    def ask() -> None:
        with torch.inference_mode(), torch.autocast(device, dtype, enabled=dtype != torch.float32):
            for batch in padded:
                model(**batch)
        _wait()

    operations = forward_operations(model.config.to_dict(), lengths)
    seconds = by_turns({"forward": ask, "product": _product(operations, dtype)}, rounds)
    name = f"forward, torch on {device} / matrix product, {str(dtype).removeprefix('torch.')}"
    found = _beside_product(name, operations, seconds["forward"], seconds["product"], None)
    rate = len(texts) / median(seconds["forward"])
    return [replace(found, detail=f"{rate:.0f} sentences/s, {found.detail}")]


def _beside_product(
    name: str, operations: float, times: Sequence[float], products: Sequence[float], aim: float | None
) -> Measurement:
    """Measure a work of so many operations against products of about as many."""
    limit = 2 * SIDES[_device()] ** 3 * _times(operations)
    achieved = [(operations / ours) / (limit / theirs) for ours, theirs in zip(times, products, strict=True)]
    rates = operations / median(times) / 1e9, limit / median(products) / 1e9
    return Measurement(name, achieved, aim, f"{rates[0]:.0f} of {rates[1]:.0f} GFLOP/s, padding not counted")


def _times(operations: float) -> int:
    return max(round(operations / (2 * SIDES[_device()] ** 3)), 1)


def _product(operations: float, dtype: torch.dtype) -> Callable[[], None]:
    side, times = SIDES[_device()], _times(operations)
    square = torch.rand(side, side, device=_device()).to(dtype)

    def multiply() -> None:
        for _ in range(times):
            torch.mm(square, square)
        _wait()

    return multiply


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _wait() -> None:
    """Wait for what the GPU was given to do."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _recipe(
    settings: Settings, texts: list[str], actors: list[str], labels: torch.Tensor, run: Path
) -> tuple[Callable[[torch.dtype], None], list[int], dict[str, int]]:
    """Return a pass of the recipe's steps over the rows, their lengths in tokens and the encoder's config."""
    model, tokenizer = load_for_training(settings, texts)
    columns = encode(PairTokenizer.of(tokenizer), texts, actors, settings.encoding)
    lengths = [len(ids) for ids in columns["input_ids"]]
    order = sorted(range(len(texts)), key=lengths.__getitem__)
    pairs = []
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        batch = {name: [values[i] for i in rows] for name, values in columns.items()}
        pairs.append((tokenizer.pad(batch, return_tensors="pt").to(_device()), labels[rows].to(_device())))
    model.to(_device())  # type: ignore[arg-type]
    args = training_arguments(settings, run / "benchmark")
    rate = settings.training.head_learning_rate or args.learning_rate
    optimizer = make_optimizer(model, args, settings.training.model_copy(update={"head_learning_rate": rate}))
    return partial(_pass, model, optimizer, pairs), lengths, model.config.to_dict()


def _stock(settings: Settings, texts: list[str], actors: list[str], labels: torch.Tensor) -> Callable[[], None]:
    """Return a pass of a stock fine-tune's steps over the rows."""
    model, tokenizer = load_encoder(settings.encoder, settings.labels, texts)
    inputs = [segments(text, actor, settings.encoding.form)[0] for text, actor in zip(texts, actors, strict=True)]
    padded = tokenizer(inputs, padding="max_length", truncation=True, max_length=STOCK_LENGTH, return_tensors="pt")
    pairs = [
        (
            {name: values[i : i + BATCH].to(_device()) for name, values in padded.items()},
            labels[i : i + BATCH].to(_device()),
        )
        for i in range(0, len(texts), BATCH)
    ]
    model.to(_device())  # type: ignore[arg-type]
    return partial(_pass, model, torch.optim.AdamW(model.parameters(), lr=2e-5), pairs)


def _pass(
    model: Any, optimizer: Any, pairs: list[tuple[Any, torch.Tensor]], dtype: torch.dtype = torch.float32
) -> None:
    loss, weights = make_loss(None, 0.0), [weight for weight in model.parameters() if weight.requires_grad]
    model.train()
    for batch, labels in pairs:
        with torch.autocast(_device(), dtype, enabled=dtype != torch.float32):
            outputs = model(**batch)
        loss({"logits": outputs["logits"].float()}, labels).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
    _wait()

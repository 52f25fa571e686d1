"""Speed of a training step: beside a stock fine-tune's on the same rows, and the matrix products it is made of."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch
import yaml

from parley.config import Settings, parse_settings
from parley.data.encoding import encode, segments
from parley.data.tokenizing import PairTokenizer
from parley.evaluation.benchmarks.inference import SIDE, forward_operations
from parley.evaluation.benchmarks.timing import Measurement, by_turns, speedups
from parley.model.encoders import load_encoder
from parley.model.optimizing import make_loss, make_optimizer
from parley.model.training import has_fast_bf16, training_arguments

ROWS, BATCH = 192, 16
STOCK_LENGTH = 128
"""Tokens that the stock fine-tune pads every row to."""


def training(run: Path, texts: list[str], actors: list[str], rounds: int) -> list[Measurement]:
    """Time the training steps of one pass over some rows: this run's recipe, a stock fine-tune, matrix products.

    The stock fine-tune pads every row to 128 tokens, takes rows as they come, trains every weight and computes in
    float32, as ``Trainer`` does unless told otherwise; the recipe batches rows of like length, leaves the word
    embeddings as they are and computes in bfloat16 where the processor has it. There it is also timed in float32; each
    is held against products of its own precision. Labels are made up: only time is measured.
    """
    record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
    settings = parse_settings(record["config"], str(run / "run.yaml"))
    texts, actors = texts[:ROWS], actors[:ROWS]
    labels = torch.arange(len(texts)) % len(settings.labels)
    recipe, lengths, config = _recipe(settings, texts, actors, labels, run)
    operations = 3 * forward_operations(config, lengths)
    products = max(round(operations / (2 * SIDE**3)), 1)
    precisions = {"float32": torch.float32} | ({"bfloat16": torch.bfloat16} if has_fast_bf16() else {})
    works: dict[str, Callable[[], object]] = {"stock": _stock(settings, texts, actors, labels)}
    for name, dtype in precisions.items():
        works[f"recipe, {name}"] = partial(recipe, dtype)
        works[f"product, {name}"] = partial(_multiply, torch.rand(SIDE, SIDE).to(dtype), products)
    seconds = by_turns(works, rounds)
    steps = -(-len(texts) // BATCH)
    taken = list(precisions)[-1]
    ours, stock = median(seconds[f"recipe, {taken}"]), median(seconds["stock"])
    results = [
        Measurement(
            f"training step, {taken} / stock fine-tune's, float32",
            speedups(seconds[f"recipe, {taken}"], seconds["stock"]),
            2.5,
            f"{ours / steps:.2f} against {stock / steps:.2f} s for {BATCH} rows",
        )
    ]
    for name in precisions:
        step, product = seconds[f"recipe, {name}"], seconds[f"product, {name}"]
        rates = operations / median(step) / 1e9, 2 * SIDE**3 * products / median(product) / 1e9
        achieved = [
            (operations / ours) / (2 * SIDE**3 * products / theirs) for ours, theirs in zip(step, product, strict=True)
        ]
        detail = f"{rates[0]:.0f} of {rates[1]:.0f} GFLOP/s, padding not counted"
        aim = round(1 / 1.5, 2) if name == "float32" else None
        results.append(Measurement(f"training step / matrix product, {name}", achieved, aim, detail))
    return results


def _multiply(square: torch.Tensor, times: int) -> None:
    for _ in range(times):
        torch.mm(square, square)


def _recipe(
    settings: Settings, texts: list[str], actors: list[str], labels: torch.Tensor, run: Path
) -> tuple[Callable[[torch.dtype], None], list[int], dict[str, int]]:
    """Return a pass of the recipe's steps over the rows, their lengths in tokens and the encoder's config."""
    model, tokenizer = load_encoder(settings.encoder, settings.labels, texts)
    if settings.training.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    columns = encode(PairTokenizer.of(tokenizer), texts, actors, settings.encoding)
    lengths = [len(ids) for ids in columns["input_ids"]]
    order = sorted(range(len(texts)), key=lengths.__getitem__)
    pairs = []
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        batch = {name: [values[i] for i in rows] for name, values in columns.items()}
        pairs.append((tokenizer.pad(batch, return_tensors="pt"), labels[rows]))
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
        ({name: values[i : i + BATCH] for name, values in padded.items()}, labels[i : i + BATCH])
        for i in range(0, len(texts), BATCH)
    ]
    return partial(_pass, model, torch.optim.AdamW(model.parameters(), lr=2e-5), pairs)


def _pass(
    model: Any, optimizer: Any, pairs: list[tuple[Any, torch.Tensor]], dtype: torch.dtype = torch.float32
) -> None:
    loss, weights = make_loss(None, 0.0), [weight for weight in model.parameters() if weight.requires_grad]
    model.train()
    for batch, labels in pairs:
        with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
            outputs = model(**batch)
        loss({"logits": outputs["logits"].float()}, labels).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()

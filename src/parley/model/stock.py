"""The stock route, for comparison: a plain ``Trainer`` fine-tune, and ``transformers.pipeline`` over a run."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import DataCollatorWithPadding, Trainer, TrainingArguments, pipeline, set_seed

from parley.config import EncodingSettings, Settings
from parley.data.encoding import encode_rows, segments
from parley.data.tokenizing import PairTokenizer
from parley.model.collating import MODEL_COLUMNS
from parley.model.encoders import load_encoder
from parley.model.optimizing import has_fast_bf16

STOCK: dict[str, Any] = {"num_train_epochs": 3, "learning_rate": 2e-5, "report_to": "none", "save_strategy": "no"}
"""Settings of the stock fine-tune; all else is the default of ``transformers.TrainingArguments``."""


def stock_fine_tune(train: Dataset, files: dict[str, Dataset], settings: Settings, seed: int) -> dict[str, list[str]]:
    """Fine-tune the recipe's encoder with stock settings, on the recipe's input, and ask it about some files.

    Batches are padded to their longest row: padding to a fixed length takes longer and computes the same. The pooler is
    drawn anew, as for the recipe, for with the one that MiniLM carries little is learned.

    Args:
        train: training rows.
        files: rows to ask about, by name.
        settings: the recipe; its labels, encoder and input form are taken, its training settings are not.
        seed: seed of everything random.

    Returns:
        A label for each row, by name of the file.
    """
    set_seed(seed)
    model, tokenizer = load_encoder(settings.encoder, settings.labels, train["text"])
    pieces = PairTokenizer.of(tokenizer)
    columns = {*MODEL_COLUMNS, "labels"}

    def encoded(rows: Dataset) -> Dataset:
        found = encode_rows(rows, pieces, settings.encoding, settings.labels)
        return found.remove_columns([name for name in found.column_names if name not in columns])

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder, seed=seed, bf16=has_fast_bf16(), use_cpu=not torch.cuda.is_available(), **STOCK
            ),
            train_dataset=encoded(train),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
        trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
        guesses = {name: trainer.predict(encoded(rows)).predictions.argmax(-1) for name, rows in files.items()}  # type: ignore[arg-type, union-attr]
    return {name: [settings.labels[i] for i in found] for name, found in guesses.items()}


def stock_pipeline(run: Path, settings: EncodingSettings) -> Callable[[Sequence[str], Sequence[str], int], list[Any]]:
    """Open a run with the stock pipeline, in float32 on the CPU.

    Returns:
        A function of n texts, their actors and a batch size; it gives the pipeline's answers.
    """
    stock: Any = pipeline("text-classification", model=str(run), device="cpu", top_k=None, dtype="float32")

    def answer(texts: Sequence[str], actors: Sequence[str], batch_size: int) -> list[Any]:
        pairs = (segments(text, actor, settings.form) for text, actor in zip(texts, actors, strict=True))
        inputs = [{"text": first, "text_pair": second} if second else {"text": first} for first, second in pairs]
        return list(stock(inputs, batch_size=batch_size))

    return answer

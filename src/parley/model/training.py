"""Fine-tuning on the Hugging Face Trainer: settings in, a run folder out."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from datasets import Dataset
from sklearn.metrics import accuracy_score, f1_score, log_loss
from transformers import (
    EvalPrediction,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from parley.config import Settings, TrainingSettings
from parley.data.encoding import TOKENISED, encode_rows
from parley.data.rows import read_rows, sha256
from parley.data.splits import overlaps, sample_groups
from parley.data.tokenizing import PairTokenizer
from parley.errors import ConfigError, DataError, RunError, nearest
from parley.memory import peak_mib
from parley.model.calibration import calibrate
from parley.model.collating import Collator, EpochTeller
from parley.model.distilling import teach
from parley.model.encoders import load_for_training
from parley.model.optimizing import has_fast_bf16, label_weights, make_loss, make_optimizer
from parley.model.sampling import OrderedTrainer, SentenceSampler
from parley.model.screening import fit_screen, read_general

PACKAGES = ("parley-stance", "torch", "transformers", "datasets", "accelerate", "scikit-learn", "tokenizers")
DECIDED = ("output_dir", "metric_for_best_model", "greater_is_better", "load_best_model_at_end")
"""``TrainingArguments`` that Parley sets itself."""


def train(
    settings: Settings,
    output: str | Path,
    resume: bool = False,
    callbacks: list[TrainerCallback] | None = None,
) -> dict[str, Any]:
    """Fine-tune by a recipe and write a run folder.

    The work goes on in ``OUTPUT.partial``; only a finished run takes the place of ``output``.

    Args:
        settings: the recipe.
        output: the run folder to write; an earlier run there is replaced at the end.
        resume: go on from the last checkpoint of a killed run of the same recipe, if there is one.
        callbacks: more callbacks for the ``Trainer``.

    Returns:
        What ``metrics.json`` holds: the best checkpoint's scores on validation, first stage, rows, seconds and memory.

    Raises:
        ParleyError: config, data or encoder are at fault, or the killed run had another recipe.
    """
    started = time.monotonic()
    output = Path(output)
    partial = output.with_name(output.name + ".partial")
    args = training_arguments(settings, partial / "checkpoints")
    rows, general = read_splits(settings), read_general(settings.data.general)
    with args.main_process_first(desc="preparing"):
        if args.process_index == 0:
            _prepare(partial, settings, resume)
    set_seed(settings.training.seed)
    trainer = _trainer(settings, args, rows, callbacks or [])
    checkpoints = partial / "checkpoints"
    checkpoint = get_last_checkpoint(checkpoints) if resume and checkpoints.is_dir() else None
    outcome = trainer.train(resume_from_checkpoint=checkpoint)
    model = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)  # scored as it will answer
    answers: Any = trainer.predict(trainer.eval_dataset, metric_key_prefix="eval")  # type: ignore[arg-type]
    metrics = {
        "validation": {name: answers.metrics[f"eval_{name}"] for name in ("accuracy", "f1_macro", "loss")},
        "calibration": calibrate(model, answers.predictions, answers.label_ids),
        "rows": {name: len(split) for name, split in rows.items()},
        "precision": "bf16" if args.bf16 else "fp16" if args.fp16 else "fp32",
        "steps": trainer.state.global_step,
        "train_loss": outcome.training_loss,
        "seconds": round(time.monotonic() - started, 1),
        "peak_memory_mib": peak_mib(),
    }
    if trainer.is_world_process_zero():
        metrics["screen"] = fit_screen(_save(trainer, settings, partial), rows, general, settings.labels)
        _finish(metrics, partial, output)
    return metrics


def training_arguments(settings: Settings, folder: Path) -> TrainingArguments:
    """Build ``TrainingArguments`` from the recipe; an unknown name is an error that names the nearest known one."""
    given = settings.training.passed_through()
    known = {field.name for field in fields(TrainingArguments)}
    for name in given:
        if name in DECIDED:
            raise ConfigError(
                f"training.{name}: expected to be left out, for Parley sets it; --output names the folder"
            )
        if name not in known:
            hint = nearest(name, [*known, *TrainingSettings.model_fields])
            raise ConfigError(
                f"unknown key 'training.{name}'{hint}; known are the fields of transformers.TrainingArguments"
            )
    gpu = torch.cuda.is_available()
    decided: dict[str, Any] = {
        "output_dir": str(folder),
        "load_best_model_at_end": True,
        "metric_for_best_model": "selection",
        "greater_is_better": True,
    }
    usual: dict[str, Any] = {
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "save_total_limit": 1,
        "logging_strategy": "epoch",
        "remove_unused_columns": False,
        "train_sampling_strategy": "group_by_length",
        "per_device_eval_batch_size": 64,
        "use_cpu": not gpu,
        "bf16": has_fast_bf16() and not given.get("fp16"),
        "ddp_backend": "gloo" if "LOCAL_RANK" in os.environ and not gpu else None,
        "dataloader_pin_memory": gpu,
    }
    try:
        return TrainingArguments(**(usual | given | decided))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"training: transformers.TrainingArguments refused a value: {error}") from error


def read_splits(settings: Settings) -> dict[str, Dataset]:
    """Read the rows of the training and validation files, checked one by one and against each other."""
    paths = {"train": settings.data.train, "validation": settings.data.validation}
    rows = {name: read_rows(path, settings.labels, settings.data.drop_labels) for name, path in paths.items()}
    found = overlaps({paths[name]: split for name, split in rows.items()})
    if found and settings.data.overlap == "error":
        remedy = "or set data.overlap: warning if the data is published so"
        raise DataError("\n".join([f"{len(found)} text(s) or group(s) stand in two splits, {remedy}", *found[:20]]))
    if settings.data.train_share < 1.0:
        rows["train"] = sample_groups(rows["train"], settings.data.train_share)
    return rows


def _trainer(
    settings: Settings, args: TrainingArguments, rows: dict[str, Dataset], callbacks: list[TrainerCallback]
) -> Trainer:
    model, tokenizer = load_for_training(settings, rows["train"]["text"])
    pieces = PairTokenizer.of(tokenizer)
    if settings.training.teachers:
        rows = rows | {"train": teach(rows["train"], settings)}
    encoded = {name: encode_rows(split, pieces, settings.encoding, settings.labels) for name, split in rows.items()}
    encoded["validation"] = encoded["validation"].remove_columns(TOKENISED)
    collator = Collator(tokenizer, settings.encoding, settings.training)
    weights = label_weights(encoded["train"], len(settings.labels)) if settings.training.class_weights else None
    train, order = encoded["train"], None
    if settings.training.whole_sentences:
        texts, lengths = list(train["text"]), list(train["length"])
        seed = args.seed if args.data_seed is None else args.data_seed
        order = SentenceSampler(texts, lengths, args.train_batch_size, seed)
    trainer = OrderedTrainer(
        model=model,
        args=args,
        optimizers=(make_optimizer(model, args, settings.training), None),
        train_dataset=train,
        eval_dataset=encoded["validation"],
        processing_class=tokenizer,
        data_collator=collator,
        compute_metrics=_compute_metrics,
        compute_loss_func=make_loss(weights, settings.training.consistency, args.label_smoothing_factor),
        callbacks=[*callbacks, EpochTeller([collator] if order is None else [collator, order])],
    )
    trainer.train_order = order
    return trainer


def _compute_metrics(outcome: EvalPrediction) -> dict[str, float]:
    """Accuracy and macro-F1; ``selection`` is macro-F1 with the log loss as tie-break."""
    logits, truth = np.asarray(outcome.predictions), np.asarray(outcome.label_ids)
    probabilities = torch.from_numpy(logits).double().softmax(-1).numpy()
    guess = logits.argmax(-1)
    f1 = f1_score(truth, guess, labels=range(logits.shape[1]), average="macro", zero_division=0.0)
    loss = log_loss(truth, probabilities, labels=range(logits.shape[1]))
    return {"accuracy": accuracy_score(truth, guess), "f1_macro": f1, "selection": f1 - 1e-4 * loss}


def _prepare(partial: Path, settings: Settings, resume: bool) -> None:
    """Make the folder of an unfinished run, or check that the one there may be resumed."""
    record = partial / "config.yaml"
    recipe = yaml.safe_dump(settings.model_dump(), sort_keys=False)
    if partial.exists() and not resume:
        shutil.rmtree(partial)
    if record.is_file() and record.read_text(encoding="utf-8") != recipe:
        raise RunError(
            f"{partial}: expected an unfinished run of the same recipe, found one of another; "
            f"remove it to start over, or name another --output"
        )
    partial.mkdir(parents=True, exist_ok=True)
    record.write_text(recipe, encoding="utf-8")


def _save(trainer: Trainer, settings: Settings, partial: Path) -> Path:
    done = partial / "run"
    trainer.save_model(str(done))
    (done / "training_args.bin").unlink(missing_ok=True)
    data = settings.data
    record = {
        "config": settings.model_dump(),
        "commit": _commit(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "data": {path: sha256(path) for path in (data.train, data.validation, data.general) if path},
    }
    (done / "run.yaml").write_text(yaml.safe_dump(record, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return done


def _finish(metrics: dict[str, Any], partial: Path, output: Path) -> None:
    done = partial / "run"
    (done / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    logs = partial / "checkpoints" / "runs"
    if logs.is_dir():
        shutil.copytree(logs, done / "logs")
    if output.exists():
        shutil.rmtree(output)
    done.rename(output)
    shutil.rmtree(partial)


def _commit() -> str:
    """Return the commit of the checkout worked in, or ``unknown``."""
    if shutil.which("git") is None:
        return "unknown"
    answer = subprocess.run(["git", "rev-parse", "--verify", "HEAD"], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"

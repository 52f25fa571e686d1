import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import load_file
from tests.conftest import SENTENCES, make_rows, write_jsonl
from transformers import AutoModelForSequenceClassification, AutoTokenizer, TrainerCallback, pipeline

from parley.config import parse_settings
from parley.data.encoding import encode, segments
from parley.data.rows import read_rows
from parley.data.tokenizing import PairTokenizer
from parley.errors import ConfigError, DataError, RunError
from parley.labels import LABELS
from parley.model.calibration import undo_temperature
from parley.model.classifier import StanceClassifier
from parley.model.training import _trainer, read_splits, train, training_arguments

ROOT = Path(__file__).parents[2]
SHORT = {"eval_strategy": "steps", "save_strategy": "steps", "eval_steps": 240, "save_steps": 240}


def accuracy(run, rows):
    truth = list(rows["label"])
    found = StanceClassifier.from_pretrained(run).predict(list(rows["text"]), list(rows["actor"]))
    return sum(p.label == label for p, label in zip(found, truth, strict=True)) / len(truth)


@pytest.mark.parametrize("form", ["pair", "marked", "both"])
def test_the_actor_reaches_the_model(tmp_path, settings, form):
    rows = read_rows(settings().data.train, LABELS)
    train(
        settings(encoding={"form": form}, max_steps=240, learning_rate=3e-3, per_device_train_batch_size=12, **SHORT),
        tmp_path / "run",
    )
    assert accuracy(tmp_path / "run", rows) == 1.0


def test_an_actor_blind_copy_cannot_tell_the_actors_of_a_sentence_apart(tmp_path, settings):
    rows = read_rows(settings().data.train, LABELS)
    train(
        settings(
            encoding={"form": "blind"}, max_steps=240, learning_rate=3e-3, per_device_train_batch_size=12, **SHORT
        ),
        tmp_path / "run",
    )
    assert accuracy(tmp_path / "run", rows) <= 7 / 12


def test_every_trainable_parameter_moves_and_frozen_embeddings_stay(tmp_path, settings):
    recipe = settings(freeze_embeddings=True, max_steps=8, weight_decay=0.1)
    trainer = _trainer(recipe, training_arguments(recipe, tmp_path), read_splits(recipe), [])
    before = {name: value.detach().clone() for name, value in trainer.model.named_parameters()}
    trainer.train()
    after = dict(trainer.model.named_parameters())
    words = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(before[words], after[words])
    stuck = [name for name in before if name != words and torch.equal(before[name], after[name])]
    assert stuck == []


def test_the_head_has_a_learning_rate_of_its_own(tmp_path, settings):
    recipe = settings(learning_rate=1e-4, head_learning_rate=1e-2, weight_decay=0.1)
    trainer = _trainer(recipe, training_arguments(recipe, tmp_path), read_splits(recipe), [])
    names = {id(parameter): name for name, parameter in trainer.model.named_parameters()}
    rates = {names[id(p)]: group["lr"] for group in trainer.optimizer.param_groups for p in group["params"]}
    assert set(rates) == set(names.values())
    assert {name for name, rate in rates.items() if rate == 1e-2} == {
        f"{layer}.{kind}" for layer in ("classifier", "bert.pooler.dense") for kind in ("weight", "bias")
    }
    decays = {names[id(p)]: group["weight_decay"] for group in trainer.optimizer.param_groups for p in group["params"]}
    assert decays["classifier.weight"] == 0.1
    assert decays["classifier.bias"] == decays["bert.embeddings.LayerNorm.weight"] == 0.0


def test_the_same_seed_gives_the_same_loss_and_another_seed_another(tmp_path, settings):
    losses = [train(settings(seed=seed), tmp_path / f"run{i}")["train_loss"] for i, seed in enumerate((1, 1, 2))]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_another_data_seed_gives_whole_sentences_in_another_order_to_the_same_weights(tmp_path, settings):
    recipes = [settings(whole_sentences=True, **given) for given in ({}, {"data_seed": 7})]
    trainers = []
    for recipe in recipes:
        torch.manual_seed(0)
        trainers.append(_trainer(recipe, training_arguments(recipe, tmp_path), read_splits(recipe), []))
    weights = [trainer.model.classifier.weight for trainer in trainers]
    assert torch.equal(*weights)
    assert list(trainers[0].train_order) != list(trainers[1].train_order)


class Kill(TrainerCallback):
    """Stops the process, as far as the Trainer can tell, once it has saved its first checkpoint."""

    def on_save(self, args, state, control, **kwargs):
        raise KeyboardInterrupt


def test_a_killed_run_resumes_and_ends_in_the_metrics_of_an_unbroken_one(tmp_path, settings):
    recipe = settings(num_train_epochs=3)
    whole = train(recipe, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(recipe, tmp_path / "broken", callbacks=[Kill()])
    assert not (tmp_path / "broken").exists()
    mended = train(recipe, tmp_path / "broken", resume=True)
    assert mended["validation"] == whole["validation"]
    assert mended["steps"] == whole["steps"]
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "broken"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_resumed_run_sees_the_same_other_names_as_an_unbroken_one(tmp_path, settings):
    known = {"Aland": "Russia", "Borduria": "Iran", "Cordia": "Egypt"}
    named = [
        tuple(known.get(part, re.sub("|".join(known), lambda m: known[m[0]], part)) for part in s) for s in SENTENCES
    ]
    write_jsonl(Path(settings().data.train), make_rows("n", named))
    recipe = settings(num_train_epochs=3, swap_names=0.9)
    train(recipe, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(recipe, tmp_path / "broken", callbacks=[Kill()])
    train(recipe, tmp_path / "broken", resume=True)
    train(settings(num_train_epochs=3), tmp_path / "as-is")
    whole, broken, as_is = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "broken", "as-is"))
    assert all(torch.equal(whole[name], broken[name]) for name in whole)
    assert not all(torch.equal(whole[name], as_is[name]) for name in whole)


def test_a_run_resumed_within_an_epoch_sees_whole_sentences_in_the_order_of_an_unbroken_one(tmp_path, settings):
    steps = {"save_strategy": "steps", "eval_strategy": "steps", "save_steps": 4, "eval_steps": 4}
    recipe = settings(num_train_epochs=3, per_device_train_batch_size=2, whole_sentences=True, **steps)
    train(recipe, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(recipe, tmp_path / "broken", callbacks=[Kill()])
    train(recipe, tmp_path / "broken", resume=True)
    train(settings(num_train_epochs=3, per_device_train_batch_size=2, **steps), tmp_path / "by-length")
    names = ("whole", "broken", "by-length")
    whole, broken, by_length = (load_file(tmp_path / name / "model.safetensors") for name in names)
    assert all(torch.equal(whole[name], broken[name]) for name in whole)
    assert not all(torch.equal(whole[name], by_length[name]) for name in whole)


def test_a_killed_run_of_another_recipe_is_not_resumed(tmp_path, settings):
    with pytest.raises(KeyboardInterrupt):
        train(settings(), tmp_path / "run", callbacks=[Kill()])
    with pytest.raises(RunError, match="expected an unfinished run of the same recipe, found one of another"):
        train(settings(seed=9), tmp_path / "run", resume=True)


def test_a_failed_run_leaves_the_earlier_one_as_it_was(tmp_path, settings):
    train(settings(), tmp_path / "run")
    before = (tmp_path / "run" / "model.safetensors").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        train(settings(seed=5), tmp_path / "run", callbacks=[Kill()])
    assert (tmp_path / "run" / "model.safetensors").read_bytes() == before


def test_the_run_folder_is_a_plain_checkpoint_with_its_record(run):
    record = yaml.safe_load((run / "run.yaml").read_text())
    assert record["config"]["training"]["seed"] == 0
    assert {"config", "commit", "packages", "data"} <= set(record)
    assert all(len(digest) == 64 for digest in record["data"].values())
    assert json.loads((run / "config.json").read_text())["id2label"] == {str(i): name for i, name in enumerate(LABELS)}
    metrics = json.loads((run / "metrics.json").read_text())
    assert set(metrics["validation"]) == {"accuracy", "f1_macro", "loss"}
    assert not [path.name for path in run.rglob("*") if path.suffix in {".bin", ".pt", ".pkl"}]
    assert not run.with_name("run.partial").exists()


def test_save_and_reload_give_equal_logits(tmp_path, settings):
    recipe = settings(max_steps=4)
    trainer = _trainer(recipe, training_arguments(recipe, tmp_path), read_splits(recipe), [])
    trainer.train()
    trainer.save_model(str(tmp_path / "saved"))
    again = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved", dtype="float32").eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "saved")
    batch = tokenizer.pad(
        encode(PairTokenizer.of(tokenizer), ["Aland left."], ["Aland"], recipe.encoding), return_tensors="pt"
    )
    model = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False).eval()
    with torch.inference_mode():
        assert torch.equal(model(**batch).logits, again(**batch).logits)


def test_what_is_trained_in_bf16_is_scored_as_it_will_answer(tmp_path, settings):
    recipe = settings(max_steps=4, bf16=True)
    metrics = train(recipe, tmp_path / "run")
    rows = read_rows(recipe.data.validation, LABELS)
    clf = StanceClassifier.from_pretrained(tmp_path / "run")
    probabilities = undo_temperature(clf.predict_proba(rows["text"], rows["actor"]), clf.temperature)
    loss = -np.log(probabilities[range(len(rows)), [LABELS.index(label) for label in rows["label"]]]).mean()
    assert metrics["precision"] == "bf16"
    assert metrics["validation"]["loss"] == pytest.approx(loss, rel=1e-5)


def test_the_stock_pipeline_gives_the_probabilities_of_the_classifier(run):
    clf = StanceClassifier.from_pretrained(run)
    row = make_rows()[0]
    first, second = segments(row["text"], row["actor"], clf.settings.encoding.form)
    stock = pipeline("text-classification", model=str(run), device="cpu", top_k=None, dtype="float32")
    theirs = {entry["label"]: entry["score"] for entry in stock({"text": first, "text_pair": second})}
    assert theirs == pytest.approx(clf.predict(row["text"], row["actor"]).probabilities, abs=1e-6)


def test_class_weights_lift_the_loss_of_a_rare_label(tmp_path, settings):
    recipe = settings(class_weights=True, max_steps=4)
    trainer = _trainer(recipe, training_arguments(recipe, tmp_path), read_splits(recipe), [])
    counts = {name: list(read_rows(recipe.data.train, LABELS)["label"]).count(name) for name in LABELS}
    rare, common = min(counts, key=counts.get), max(counts, key=counts.get)
    logits = torch.tensor([[2.0, 0.0, 0.0, 0.0]]).roll(LABELS.index(common), 1).repeat(2, 1)
    both = torch.tensor([LABELS.index(rare), LABELS.index(common)])
    weighted = trainer.compute_loss_func({"logits": logits}, both)
    assert weighted > torch.nn.functional.cross_entropy(logits, both)
    assert trainer.train().training_loss > 0


def test_tensorboard_gets_the_run(tmp_path, settings):
    train(settings(report_to="tensorboard"), tmp_path / "run")
    assert list((tmp_path / "run").rglob("events.out.tfevents.*"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning_rat": 1e-3}, r"unknown key 'training.learning_rat' \(did you mean 'learning_rate'\?\)"),
        ({"output_dir": "x"}, r"training.output_dir: expected to be left out"),
        ({"eval_strategy": "never"}, r"training: transformers.TrainingArguments refused a value: .*never"),
    ],
)
def test_a_wrong_training_argument_is_an_error(tmp_path, settings, change, message):
    with pytest.raises(ConfigError, match=message):
        train(settings(**change), tmp_path / "run")


def test_a_text_in_both_splits_is_an_error_unless_the_recipe_says_otherwise(tmp_path, settings, files):
    write_jsonl(files[1], make_rows("v"))
    with pytest.raises(DataError, match=r"12 text\(s\) or group\(s\) stand in two splits(.|\n)*validation.jsonl:"):
        train(settings(), tmp_path / "run")
    raw = settings().model_dump()
    raw["data"]["overlap"] = "warning"
    assert train(parse_settings(raw, "test"), tmp_path / "run")["rows"] == {"train": 12, "validation": 12}


def test_a_machine_without_git_trains_and_records_no_commit(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("PATH", "")
    train(settings(max_steps=2), tmp_path / "run")
    assert yaml.safe_load((tmp_path / "run/run.yaml").read_text())["commit"] == "unknown"


@pytest.mark.slow
def test_torchrun_with_two_processes_trains_on_the_cpu(tmp_path, files):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    script = [
        str(ROOT / "scripts/train.py"),
        "--config",
        str(ROOT / "configs/smoke.yaml"),
        "--output",
        str(tmp_path / "run"),
    ]
    data = ["--set", f"data.train={files[0]}", "--set", f"data.validation={files[1]}"]
    order = ["--set", "training.whole_sentences=true", "--set", "training.per_device_train_batch_size=2"]
    steps = ["--set", "training.max_steps=4", "--set", "training.eval_steps=2", "--set", "training.save_steps=2"]
    subprocess.run([*command, *script, *data, *order, *steps], check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert StanceClassifier.from_pretrained(tmp_path / "run").predict("Aland left.", "Aland").label in LABELS

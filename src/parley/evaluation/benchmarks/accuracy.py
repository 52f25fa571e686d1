"""Accuracy of a recipe beside rivals on the same rows and seeds: guesses are kept in a folder, tables made of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from datasets import Dataset
from sklearn.metrics import accuracy_score, f1_score

from parley.config import Settings, load_config
from parley.data.encoding import segments
from parley.data.rows import read_rows
from parley.errors import RunError
from parley.evaluation.bootstrap import Interval, Resampler, mean_figure, percentiles
from parley.model.baselines import FROZEN, Baselines, FrozenRival, make_baselines
from parley.model.classifier import StanceClassifier
from parley.model.stock import stock_fine_tune
from parley.model.sweep import spread, sweep
from parley.writing import to_jsonl, write_whole

OURS, STOCK = "this recipe", "stock Trainer fine-tune"

Guesses = dict[str, list[str]]
"""A label for each row, by name of the file."""


@dataclass(frozen=True)
class Standing:
    """How one model does on one file.

    Attributes:
        name: of the model.
        accuracy: a value for each seed.
        f1_macro: a value for each seed.
        lead: accuracy of the recipe minus that of this model, means over seeds.
        interval: 95 % interval of the lead: paired cluster bootstrap over groups of rows, seeds averaged row by row.
    """

    name: str
    accuracy: list[float]
    f1_macro: list[float]
    lead: float
    interval: Interval


def run(config: Path, data: Sequence[Path], seeds: int, folder: Path, runs: Path) -> dict[str, list[Standing]]:
    """Train the recipe where it is not yet, ask it and every rival that has not answered, and compare all that have.

    A rival from elsewhere takes part by its guesses: ``FOLDER/NAME-seedN.json`` holds a list of labels for each file,
    by the file's name without its ending. What such a rival is to be trained on and asked, the recipe's own input, is
    written to ``FOLDER/inputs``.

    Args:
        config: the recipe.
        data: labelled files.
        seeds: number of seeds, from 0, of what is random.
        folder: where guesses are kept.
        runs: where the recipe's runs are kept, one a seed, as ``parley sweep`` names them.

    Returns:
        Standings by name of the file, best accuracy first.

    Raises:
        RunError: the folder holds guesses of models that read other rows.
    """
    settings = load_config(config)
    files = {path.stem: read_rows(path, settings.labels, settings.data.drop_labels) for path in data}
    train = read_rows(settings.data.train, settings.labels, settings.data.drop_labels)
    _write_inputs(folder, {"train": train, **files}, settings)
    sweep(config, [""], range(seeds), runs)
    for seed in range(seeds):
        write_whole(_path(folder, OURS, seed), json.dumps(_ask(runs / f"as-is-seed{seed}", files)) + "\n")
        _keep(folder, STOCK, seed, partial(stock_fine_tune, train, files, settings, seed))
    if not all(_path(folder, name, 0).is_file() for name in [*make_baselines(), FROZEN]):
        for name, guesses in _fixed_rivals(train, files, settings).items():
            _keep(folder, name, 0, partial(dict, guesses))
    answers = read_guesses(folder, files)
    return {
        name: standings(rows, {model: found[name] for model, found in answers.items()}, settings.labels)
        for name, rows in files.items()
    }


def read_guesses(folder: Path, files: dict[str, Dataset]) -> dict[str, dict[str, list[list[str]]]]:
    """Read the guesses of all models: by model, then by file, a list of labels for each seed.

    Raises:
        RunError: a model did not answer a file, or with another number of labels than it has rows.
    """
    answers: dict[str, dict[str, list[list[str]]]] = {}
    for path in sorted(folder.glob("*-seed*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        model = path.stem.rpartition("-seed")[0].replace("_", " ")
        for name, rows in files.items():
            if len(found.get(name, [])) != len(rows):
                raise RunError(
                    f"{path}: expected {len(rows)} labels for {name}, found {len(found.get(name, []))}; "
                    "remove the file if it answers older rows, and run this again"
                )
            answers.setdefault(model, {}).setdefault(name, []).append(found[name])
    return answers


def standings(rows: Dataset, answers: dict[str, list[list[str]]], labels: Sequence[str]) -> list[Standing]:
    """Compare the models' guesses on one file, best mean accuracy first; ``OURS`` is among them."""
    truth = list(rows["label"])
    draws = Resampler.over(list(rows["group"]))
    right = {
        name: np.mean([[guess == label for guess, label in zip(found, truth, strict=True)] for found in seeds], axis=0)
        for name, seeds in answers.items()
    }
    result = []
    for name, seeds in answers.items():
        lead = right[OURS] - right[name]
        samples = draws.samples(np.column_stack([lead, np.ones_like(lead)]), mean_figure)
        result.append(
            Standing(
                name=name,
                accuracy=[float(accuracy_score(truth, found)) for found in seeds],
                f1_macro=[
                    float(f1_score(truth, found, labels=list(labels), average="macro", zero_division=0.0))
                    for found in seeds
                ],
                lead=float(lead.mean()),
                interval=percentiles(samples),
            )
        )
    return sorted(result, key=lambda standing: -float(np.mean(standing.accuracy)))


def to_markdown(found: dict[str, list[Standing]]) -> str:
    """Return the standings as a Markdown table."""
    lines = [
        "Made by `scripts/benchmark_accuracy.py`: mean ± sd over seeds; the lead is the recipe's accuracy minus the "
        "rival's, with its paired 95 % interval.",
        "",
        "| rows | model | seeds | accuracy | f1_macro | lead over it |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, standing in ((name, standing) for name, all_ in found.items() for standing in all_):
        low, high = standing.interval
        lead = "" if standing.name == OURS else f"{standing.lead:+.3f} ({low:+.3f} to {high:+.3f})"
        model = f"**{standing.name}**" if standing.name == OURS else standing.name
        scores = f"{spread(standing.accuracy)} | {spread(standing.f1_macro)}"
        lines.append(f"| {name} | {model} | {len(standing.accuracy)} | {scores} | {lead} |")
    return "\n".join(lines) + "\n"


def _write_inputs(folder: Path, files: dict[str, Dataset], settings: Settings) -> None:
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        path, text = folder / "inputs" / f"{name}.jsonl", _inputs(rows, settings)
        if path.is_file() and path.read_text(encoding="utf-8") != text and list(folder.glob("*-seed*.json")):
            raise RunError(
                f"{folder}: expected guesses of models that read today's rows of {name}, found some of others; "
                "name another --folder, or remove this one"
            )
        write_whole(path, text)


def _inputs(rows: Dataset, settings: Settings) -> str:
    """Return the recipe's input for each row, as JSON lines."""
    spans = zip(rows["text"], rows["actor"], rows["start"], rows["end"], strict=True)
    texts = [segments(text, actor, settings.encoding.form, (start, end)) for text, actor, start, end in spans]
    return to_jsonl(
        {"text": " [SEP] ".join(part for part in pair if part), "label": label}
        for pair, label in zip(texts, rows["label"], strict=True)
    )


def _keep(folder: Path, name: str, seed: int, answer: Callable[[], Guesses]) -> None:
    """Ask a model, unless its guesses are there."""
    path = _path(folder, name, seed)
    if not path.is_file():
        write_whole(path, json.dumps(answer()) + "\n")


def _path(folder: Path, name: str, seed: int) -> Path:
    return folder / f"{name.replace(' ', '_')}-seed{seed}.json"


def _ask(run: Path, files: dict[str, Dataset]) -> Guesses:
    clf = StanceClassifier.from_pretrained(run, "torch")
    return {name: [clf.labels[i] for i in clf.predict_rows(rows).argmax(-1)] for name, rows in files.items()}


def _fixed_rivals(train: Dataset, files: dict[str, Dataset], settings: Settings) -> dict[str, Guesses]:
    """Return the guesses of the rivals without anything random."""
    baselines, frozen = Baselines(train), FrozenRival(train, settings)
    found: dict[str, Guesses] = {}
    for file, rows in files.items():
        for name, guesses in (baselines.guess(rows) | {FROZEN: frozen.guess(rows)}).items():
            found.setdefault(name, {})[file] = guesses
    return found

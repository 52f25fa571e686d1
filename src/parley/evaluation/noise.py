"""Label noise: training rows whose label the models that never saw them find unlikely."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cleanlab.filter import find_label_issues
from datasets import Dataset
from sklearn.model_selection import StratifiedGroupKFold

from parley.config import Settings, parse_settings
from parley.data.rows import read_rows
from parley.model.classifier import StanceClassifier
from parley.model.training import train


@dataclass(frozen=True)
class Suspect:
    """A row to re-read.

    Attributes:
        id: id of the row.
        text: its sentence.
        actor: its actor.
        label: the label it carries.
        likelier: the label that the models find likeliest.
        probability: their probability of the label it carries.
    """

    id: str
    text: str
    actor: str
    label: str
    likelier: str
    probability: float


def suspects(settings: Settings, folds: int, folder: Path) -> list[Suspect]:
    """Find training rows that are likely mislabelled, by confident learning (Northcutt et al. 2021, JAIR 70:1373-1411).

    Each fold is predicted by a model trained on the others; no group stands on both sides. Finished folds are kept in
    ``folder`` and not trained again.

    Args:
        settings: the recipe whose training rows are examined.
        folds: number of folds, at least 2.
        folder: where the runs of the folds are kept.

    Returns:
        The rows, the least likely label first.
    """
    rows = read_rows(settings.data.train, settings.labels, settings.data.drop_labels)
    probabilities = np.zeros((len(rows), len(settings.labels)), dtype=np.float32)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=0)
    for fold, (known, asked) in enumerate(splitter.split(rows["text"], rows["label"], rows["group"])):
        clf = _fold_model(settings, rows, known, folder / f"fold-{fold}-of-{folds}")
        part = rows.select(asked)
        spans = list(zip(part["start"], part["end"], strict=True))
        probabilities[asked] = clf.predict_proba(list(part["text"]), list(part["actor"]), spans)
    given = [settings.labels.index(label) for label in rows["label"]]
    ranked = find_label_issues(np.asarray(given), probabilities, return_indices_ranked_by="normalized_margin", n_jobs=1)
    return [_suspect(rows, int(i), probabilities[int(i)], settings.labels) for i in ranked]


def _suspect(rows: Dataset, i: int, row: np.ndarray, labels: Sequence[str]) -> Suspect:
    likelier = labels[int(row.argmax())]
    probability = float(row[labels.index(rows[i]["label"])])
    return Suspect(rows[i]["id"], rows[i]["text"], rows[i]["actor"], rows[i]["label"], likelier, probability)


def _fold_model(settings: Settings, rows: Dataset, known: np.ndarray, run: Path) -> StanceClassifier:
    if not (run / "run.yaml").is_file():
        run.parent.mkdir(parents=True, exist_ok=True)
        file = run.with_name(run.name + ".train.jsonl")
        part = rows.select(known).remove_columns(["line"])
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part), encoding="utf-8")
        raw = settings.model_dump()
        raw["data"]["train"] = str(file)
        train(parse_settings(raw, "noise"), run, resume=True)
    return StanceClassifier.from_pretrained(run)

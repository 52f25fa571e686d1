"""Fitting the first stage at the end of training: logistic regression, its threshold from held-out conflicts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from transformers import AutoModelForSequenceClassification

from parley.config import settings_of
from parley.data.rows import read_rows
from parley.data.splits import sample_groups
from parley.errors import DataError, RunError
from parley.labels import NONE
from parley.model.screen import BUCKETS, Screen, features, load_tokenizer
from parley.writing import write_whole

RECALL = 0.995
"""Share of sentences with a stance that must pass, out of fold."""

FOLDS = 5
PENALTY, STATIC = 10.0, 0.035
"""``C`` of the regression and the scale of the static vectors; chosen by what is discarded out of fold."""


def fit_screen(run: Path, rows: dict[str, Dataset], general: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Fit the first stage on the run's own rows and keep it in the run folder.

    A sentence counts as a stance if any of its rows does. Features are word pieces and their pairs, together with the
    encoder's static vectors of the pieces; as all are linear, the vectors fold into the weights of the pieces.
    The threshold lets ``RECALL`` of the sentences with a stance pass, among scores that were given by models which saw
    no sentence of the same conflict (of the same group, where rows name no conflict); training and validation rows
    count together, for validation alone has too few. The kept model then learns from all of them.

    Args:
        run: folder with ``tokenizer.json`` and the weights.
        rows: the training and validation rows.
        general: sentences of ordinary text that show no stance.
        labels: the run's labels.

    Returns:
        What ``metrics.json`` keeps under ``screen``: counts out of fold, or the reason why there is no first stage.
    """
    texts, stance, units = sentences(rows, labels)
    folds = _folds(stance, units)
    if NONE not in labels:
        return {"fitted": False, "reason": f"the recipe has no label {NONE!r}"}
    if folds is None:
        return {"fitted": False, "reason": "expected two groups with a stance and two without one, found fewer"}
    tokenizer = load_tokenizer(run)
    vectors = static_vectors(run, tokenizer.get_vocab_size())
    design = table(tokenizer, [*texts, *general], vectors)
    truth = np.concatenate([stance, np.zeros(len(general), bool)])
    folds = np.concatenate([folds, np.arange(len(general)) % (folds.max() + 1)])
    held_out = np.empty(len(truth))
    for fold in range(folds.max() + 1):
        inside = folds != fold
        held_out[~inside] = _regression().fit(design[inside], truth[inside]).decision_function(design[~inside])
    lost = int((1 - RECALL) * truth.sum())
    threshold = float(np.sort(held_out[truth])[lost])
    final = _regression().fit(design, truth)
    Screen(tokenizer, folded(final.coef_[0], vectors), float(final.intercept_[0]), threshold).save(run)
    passed, known = held_out >= threshold, np.arange(len(truth)) < len(texts)
    return {
        "fitted": True,
        "threshold": threshold,
        "stances": int(truth.sum()),
        "stances_passed": int(passed[truth].sum()),
        "none": int((known & ~truth).sum()),
        "none_discarded": int((known & ~truth & ~passed).sum()),
        "general": len(general),
        "general_discarded": int((~known & ~passed).sum()),
    }


def refit(run: Path, general: Path) -> None:
    """Fit the first stage of a finished run anew, on its own rows and a file of sentences without a stance.

    Raises:
        ParleyError: the run or a file is missing, or the rows do not allow a first stage.
    """
    if not (run / "run.yaml").is_file():
        raise RunError(f"{run}: expected a run folder, found no run.yaml; train one with: parley train")
    settings = settings_of(run)
    data = settings.data
    splits = {path: read_rows(path, settings.labels, data.drop_labels) for path in (data.train, data.validation)}
    if data.train_share < 1.0:
        splits[data.train] = sample_groups(splits[data.train], data.train_share)
    found = fit_screen(run, splits, read_general(general), settings.labels)
    if not found["fitted"]:
        raise RunError(f"{run}: expected rows that a first stage can be fitted on, found: {found['reason']}")
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    write_whole(run / "metrics.json", json.dumps(metrics | {"screen": found}, indent=2) + "\n")


def sentences(rows: dict[str, Dataset], labels: Sequence[str]) -> tuple[list[str], NDArray[np.bool_], list[str]]:
    """Return the different texts of some rows, whether any actor takes a stance in each, and its conflict or group."""
    found: dict[str, tuple[bool, str]] = {}
    for split in rows.values():
        columns = (split["text"], split["label"], split["conflict"], split["group"])
        for text, label, conflict, group in zip(*columns, strict=True):
            before, unit = found.get(text, (False, conflict or group))
            found[text] = (before or (label in labels and label != NONE), unit)
    return list(found), np.array([stance for stance, _ in found.values()]), [unit for _, unit in found.values()]


def read_general(path: str | Path) -> list[str]:
    """Read a text file with one sentence a line; an empty name gives none.

    Raises:
        DataError: it is missing or has no sentence.
    """
    if path == "":
        return []
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected ordinary sentences without a stance, one a line")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not lines:
        raise DataError(f"{path}: expected ordinary sentences without a stance, one a line, found an empty file")
    return lines


def _folds(stance: NDArray[np.bool_], units: Sequence[str]) -> NDArray[np.int64] | None:
    """Deal whole units out to folds, those with a stance and those without one in turn; ``None`` if too few."""
    sides = {unit: False for unit in units}
    for unit, side in zip(units, stance.tolist(), strict=True):
        sides[unit] |= side
    with_none = {unit for unit, side in zip(units, stance.tolist(), strict=True) if not side}
    count = min(FOLDS, sum(sides.values()), len(with_none))
    if count < 2:
        return None
    order = sorted(sides, key=lambda unit: (sides[unit], unit not in with_none))
    fold = {unit: place % count for place, unit in enumerate(order)}
    return np.array([fold[unit] for unit in units])


def _regression() -> LogisticRegression:
    return LogisticRegression(C=PENALTY, max_iter=3000, class_weight="balanced")


def static_vectors(run: Path, size: int) -> NDArray[np.float32]:
    """Return the encoder's vectors of the pieces without context, centred and scaled; shape (size, width)."""
    model = AutoModelForSequenceClassification.from_pretrained(run, dtype="float32", use_safetensors=True)
    vectors = model.get_input_embeddings().weight.detach().numpy()[:size]
    vectors = vectors - vectors.mean(0)
    return vectors / vectors.std()


def folded(coefficients: NDArray[np.float64], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold the coefficients of the static vectors into those of the pieces; shape (V + ``BUCKETS``,)."""
    width = vectors.shape[1]
    weights = coefficients[:-width].copy()
    weights[: len(vectors)] += STATIC * vectors @ coefficients[-width:]
    return weights.astype(np.float32)


def table(tokenizer: Any, texts: Sequence[str], vectors: NDArray[np.float32]) -> csr_matrix:
    """Return the features of n texts, scaled as ``Screen`` does; shape (n, V + ``BUCKETS`` + width)."""
    rows, columns = features(tokenizer, texts)
    values = 1 / np.sqrt(np.bincount(rows, minlength=len(texts)))[rows]
    pieces = csr_matrix((values, (rows, columns)), shape=(len(texts), len(vectors) + BUCKETS))
    return csr_matrix(hstack([pieces, csr_matrix(STATIC * (pieces[:, : len(vectors)] @ vectors))]))

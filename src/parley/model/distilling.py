"""Training rows whose targets are part label, part what other runs make of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from datasets import Dataset, concatenate_datasets
from numpy.typing import NDArray

from parley.actors import find_actors
from parley.config import Settings
from parley.data.encoding import TARGET, TOKENISED
from parley.errors import ConfigError, DataError
from parley.model.classifier import StanceClassifier

Probabilities = NDArray[np.float64]


def teach(train: Dataset, settings: Settings) -> Dataset:
    """Give rows the column ``target``: a probability for each label, from the label and the recipe's teachers.

    Sentences without labels join them: for each party that the alias table finds in one, a row whose target is the
    teachers' alone.

    Raises:
        ConfigError: a teacher has other labels than the recipe.
        ParleyError: a teacher or the file of sentences is missing.
    """
    teachers = [StanceClassifier.from_pretrained(run, "torch") for run in settings.training.teachers]
    for run, teacher in zip(settings.training.teachers, teachers, strict=True):
        if teacher.labels != settings.labels:
            raise ConfigError(
                f"training.teachers: expected the labels {settings.labels} of {run}, found {teacher.labels}"
            )
    said, share = _mean(teachers, train), settings.training.teacher_share
    known = np.eye(len(settings.labels))[[settings.labels.index(label) for label in train["label"]]]
    taught = _with_target(train, share * said + (1 - share) * known, settings.labels)
    if not settings.data.unlabelled:
        return taught
    more = read_unlabelled(settings.data.unlabelled)
    return concatenate_datasets([taught, _with_target(more, _mean(teachers, more), settings.labels)])


def read_unlabelled(path: str | Path) -> Dataset:
    """Read sentences, one a line: a row for each party that the alias table finds in one.

    Raises:
        DataError: there is no such file, or no party in it.
    """
    if not Path(path).is_file():
        raise DataError(f"data.unlabelled: {path}: no such file; expected plain sentences, one a line")
    sentences = dict.fromkeys(filter(None, map(str.strip, Path(path).read_text(encoding="utf-8").splitlines())))
    found = [(text, mention) for text in sentences for mention in find_actors(text)]
    rows = [dict(zip(TOKENISED, (text, one.alias, one.start, one.end), strict=True)) for text, one in found]
    if not rows:
        raise DataError(f"data.unlabelled: {path}: expected sentences that name a known party, found none")
    return Dataset.from_list(rows)


def _mean(teachers: Sequence[StanceClassifier], rows: Dataset) -> Probabilities:
    return np.mean([teacher.predict_rows(rows) for teacher in teachers], axis=0, dtype=np.float64)


def _with_target(rows: Dataset, target: Probabilities, labels: Sequence[str]) -> Dataset:
    """Return what is needed for training; a row without a label gets the most probable one."""
    columns = {name: list(rows[name]) for name in TOKENISED}
    best = [labels[i] for i in target.argmax(-1)]
    label = list(rows["label"]) if "label" in rows.column_names else best
    return Dataset.from_dict(columns | {"label": label, TARGET: target.tolist()})

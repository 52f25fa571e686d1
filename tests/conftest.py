import copy
import json
import os
import shutil

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest
import torch

from parley.config import parse_settings
from parley.labels import LABELS
from parley.model.encoders import make_tiny

torch.set_num_threads(1)

SENTENCES = [
    ("Aland offered talks while Borduria ruled them out.", "Aland", "conciliatory", "Borduria", "hostile"),
    ("Borduria welcomed the truce but Aland rejected it.", "Borduria", "conciliatory", "Aland", "hostile"),
    ("Aland will sign once Cordia leaves the valley.", "Aland", "conditional", "Cordia", "none"),
    ("Cordia would meet if Borduria freed prisoners.", "Cordia", "conditional", "Borduria", "none"),
    ("Cordia walked out although Aland proposed a ceasefire.", "Cordia", "hostile", "Aland", "conciliatory"),
    ("Borduria said Cordia had shelled the port.", "Borduria", "none", "Cordia", "none"),
]
"""Six sentences, two actors each; ten of the twelve rows differ from the other row of their sentence."""


def make_rows(prefix="r", sentences=SENTENCES):
    rows = []
    for i, (text, *pairs) in enumerate(sentences):
        for j in range(0, len(pairs), 2):
            actor, label = pairs[j : j + 2]
            rows.append(
                {
                    "id": f"{prefix}{i}-{j}",
                    "text": text,
                    "actor": actor,
                    "label": label,
                    "group": f"{prefix}{i}",
                }
            )
    return rows


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    """A training file of six sentences with two actors each, and a validation file with other texts."""
    train = write_jsonl(tmp_path / "train.jsonl", make_rows())
    other = [(text.replace(".", " on Monday."), *pairs) for text, *pairs in SENTENCES]
    validation = write_jsonl(tmp_path / "validation.jsonl", make_rows("v", other))
    return train, validation


@pytest.fixture
def settings(files):
    """Make the settings of a tiny run on ``files``: ``settings(encoding={"form": "pair"}, max_steps=3)``."""
    train, validation = files

    def make(labels=LABELS, encoding=None, **training):
        usual = {
            "per_device_train_batch_size": 4,
            "num_train_epochs": 1,
            "learning_rate": 1e-3,
            "disable_tqdm": True,
            "bf16": False,
        }
        raw = {
            "labels": list(labels),
            "encoder": "tiny",
            "data": {"train": str(train), "validation": str(validation)},
            "encoding": encoding or {},
            "training": usual | training,
        }
        return parse_settings(raw, "test")

    return make


@pytest.fixture(scope="session")
def _tiny():
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    torch.manual_seed(0)
    return make_tiny([text for text, *_ in SENTENCES] * 3, names)


@pytest.fixture
def tiny(_tiny):
    """A fresh copy of a tiny model and its tokenizer."""
    return copy.deepcopy(_tiny)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A finished tiny run folder, shared by the tests that only read it."""
    from parley.model.training import train

    folder = tmp_path_factory.mktemp("session")
    file = write_jsonl(folder / "train.jsonl", make_rows())
    other = write_jsonl(folder / "validation.jsonl", make_rows("v", [(f"{t} So be it.", *p) for t, *p in SENTENCES]))
    raw = {
        "encoder": "tiny",
        "data": {"train": str(file), "validation": str(other)},
        "training": {
            "num_train_epochs": 2,
            "per_device_train_batch_size": 4,
            "learning_rate": 1e-3,
            "disable_tqdm": True,
            "bf16": False,
        },
    }
    train(parse_settings(raw, "test"), folder / "run")
    return folder / "run"


@pytest.fixture(scope="session")
def exported(run, tmp_path_factory):
    """A copy of the tiny run with its ONNX files."""
    from parley.evaluation.export import export

    copied = tmp_path_factory.mktemp("exported") / "run"
    shutil.copytree(run, copied)
    export(copied)
    return copied

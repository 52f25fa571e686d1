"""Rivals that are not fine-tuned: what a score is worth is its distance to these."""

from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from parley.config import Settings
from parley.data.encoding import encode
from parley.data.tokenizing import PairTokenizer
from parley.model.batching import batches
from parley.model.encoders import load_encoder
from parley.model.torch_backend import CPU_BUDGET

FROZEN = "frozen encoder + LR"

Pair = tuple[str, str, str]
"""Text, actor and party of a row."""


def _text(pairs: list[Pair]) -> list[str]:
    return [text for text, _, _ in pairs]


def _name(pairs: list[Pair]) -> list[str]:
    return [f"{actor} party={party.replace(' ', '_')}" for _, actor, party in pairs]


def _words(of: Any) -> Pipeline:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    return make_pipeline(FunctionTransformer(of), vectorizer)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=2000, random_state=0)


def make_baselines() -> dict[str, Any]:
    """Return the unfitted rivals by name, each a scikit-learn estimator over ``Pair`` lists."""
    actor_and_text = FeatureUnion([("name", _words(_name)), ("text", _words(_text))])
    return {
        "majority": DummyClassifier(strategy="most_frequent"),
        "actor name only": make_pipeline(_words(_name), _regression()),
        "text only, TF-IDF + LR": make_pipeline(_words(_text), _regression()),
        "actor + text, TF-IDF + LR": make_pipeline(actor_and_text, _regression()),
    }


class Baselines:
    """The rivals that need no encoder, fitted on the training rows."""

    def __init__(self, train: Dataset) -> None:
        known, labels = _pairs(train), list(train["label"])
        self._models = {name: model.fit(known, labels) for name, model in make_baselines().items()}

    def guess(self, rows: Dataset) -> dict[str, list[str]]:
        """Return each rival's labels for the rows, in their order."""
        asked = _pairs(rows)
        return {name: list(model.predict(asked)) for name, model in self._models.items()}


class FrozenRival:
    """Logistic regression on the mean token vectors of the recipe's encoder, which stays as pretrained."""

    def __init__(self, train: Dataset, settings: Settings) -> None:
        """Load the encoder and fit on the training rows.

        Raises:
            EncoderError: the encoder is missing or unreachable.
        """
        model, tokenizer = load_encoder(settings.encoder, settings.labels, train["text"])
        self._tokenizer = PairTokenizer.of(tokenizer)
        self._encoder = model.base_model.eval()
        self._settings = settings
        regression = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, random_state=0))
        self._regression = regression.fit(self._vectors(train), list(train["label"]))

    def guess(self, rows: Dataset) -> list[str]:
        """Return a label for each row."""
        return list(self._regression.predict(self._vectors(rows)))

    def _vectors(self, rows: Dataset) -> np.ndarray:
        return _vectors(rows, self._encoder, self._tokenizer, self._settings)


def _vectors(rows: Dataset, encoder: Any, tokenizer: PairTokenizer, settings: Settings) -> np.ndarray:
    spans = list(zip(rows["start"], rows["end"], strict=True))
    encoded = encode(tokenizer, list(rows["text"]), list(rows["actor"]), settings.encoding, spans)
    vectors = np.empty((len(rows), encoder.config.hidden_size), dtype=np.float32)
    for batch in batches([len(ids) for ids in encoded["input_ids"]], CPU_BUDGET):
        padded = {name: torch.from_numpy(values) for name, values in tokenizer.pad(encoded, batch).items()}
        with torch.inference_mode():
            hidden = encoder(**padded).last_hidden_state
        mask = padded["attention_mask"].unsqueeze(-1)
        vectors[batch] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return vectors


def _pairs(rows: Dataset) -> list[Pair]:
    return list(zip(rows["text"], rows["actor"], rows["party"], strict=True))

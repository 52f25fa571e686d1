"""The stance classifier: a run folder in, predictions out."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from parley.actors import first_actor
from parley.config import Settings, settings_of
from parley.data.encoding import UNKNOWN, Span, encode
from parley.data.renaming import mask
from parley.errors import ParleyError
from parley.model.backends import Backend, BackendName, kept_in_config, load_backend, softmax
from parley.model.batching import batches

if TYPE_CHECKING:
    from datasets import Dataset

    from parley.reading.reading import Reading

CHUNK = 8192
"""Rows that are tokenised and sorted by length at a time, so that memory does not grow with their number."""


@dataclass(frozen=True)
class Prediction:
    """What one sentence shows of one actor.

    Attributes:
        text: the sentence.
        actor: who was asked about.
        label: the most probable label, or ``None`` where its probability is below the ``min_confidence`` asked for.
        probabilities: label to probability, in label order; they sum to 1.
        confidence: probability of the most probable label.
    """

    text: str
    actor: str
    label: str | None
    probabilities: dict[str, float]
    confidence: float


class StanceClassifier:
    """Reads how an actor stands toward negotiations; made by ``from_pretrained``.

    Attributes:
        labels: label names; columns of ``predict_proba`` stand in this order.
        settings: the recipe that the run was trained with.
        backend: what runs the model; its ``name`` is ``torch``, ``onnx-fp32`` or ``onnx-int8``.
        temperature: what the logits were divided by after training, fitted on validation; it is in the weights already.
        thresholds: for each stated risk (share of wrong answers) the ``min_confidence`` chosen on validation and the
            share of rows it answers there.
        mask_names: whether the model reads "the group" where the sentence has the words that name the actor.
    """

    def __init__(self, backend: Backend, settings: Settings, kept: Mapping[str, Any], mask_names: bool = False) -> None:
        self.backend = backend
        self.mask_names = mask_names
        self.settings = settings
        self.labels: list[str] = settings.labels
        self.temperature: float = kept.get("temperature", 1.0)
        self.thresholds: list[dict[str, float]] = kept.get("thresholds", [])

    @classmethod
    def from_pretrained(
        cls, run: str | Path, backend: BackendName = "auto", threads: int | None = None, mask_names: bool = False
    ) -> "StanceClassifier":
        """Load a run folder.

        Args:
            run: folder written by ``parley train``.
            backend: ``auto`` takes ONNX Runtime (on the CPU) where the run was exported, else PyTorch (on the GPU where
                there is one); ``onnx`` and ``torch`` insist on one, ``onnx-fp32`` and ``onnx-int8`` on one file.
            threads: threads to compute with; by default as many as the process has cores.
            mask_names: let the model read "the group" where the sentence has the words that name the actor; see
                ``parley.data.renaming.mask``. ``parley audit`` measures what that costs. ``temperature`` and
                ``thresholds`` were fitted on rows with their names.

        Raises:
            RunError: the folder is missing or incomplete, or not exported though ONNX was asked for.
            PackageError: the backend's package is not installed.
        """
        run = Path(run)
        loaded = load_backend(run, backend, threads)
        return cls(loaded, settings_of(run), kept_in_config(run), mask_names)

    @overload
    def predict(  # type: ignore[overload-overlap]
        self, texts: str, actors: str | None = None, *, actor: str | None = None, min_confidence: float = 0.0
    ) -> Prediction: ...
    @overload
    def predict(
        self, texts: Sequence[str], actors: Sequence[str], *, min_confidence: float = 0.0
    ) -> list[Prediction]: ...
    def predict(self, texts: Any, actors: Any = None, *, actor: str | None = None, min_confidence: float = 0.0) -> Any:
        """Predict the stance of one actor in one sentence, or of many in many.

        Args:
            texts: a sentence, or a sequence of n sentences.
            actors: its actor, or a sequence of n actors. For a single sentence it may be left out: then the first
                party that the alias table finds in it is asked, and ``Prediction.actor`` says which.
            actor: the same as ``actors``, for a single sentence.
            min_confidence: probability, from 0 to 1, below which a prediction abstains: its ``label`` is ``None``.
                ``thresholds`` names the one to ask for a stated risk.

        Returns:
            A ``Prediction`` for a sentence, a list of n in the same order for a sequence.

        Raises:
            ParleyError: a text or actor is not a non-empty string, their numbers differ, or ``min_confidence`` is no
                probability.
        """
        if not 0.0 <= min_confidence <= 1.0:
            raise ParleyError(f"min_confidence: expected a probability from 0 to 1, found {min_confidence!r}")
        if isinstance(texts, str):
            asked = actor if actors is None else actors
            actors = [_first_actor(texts) if asked is None else asked]
            return self.predict([texts], actors, min_confidence=min_confidence)[0]
        texts = _as_list(texts, "texts")
        if actors is None:
            raise ParleyError(
                "actors: expected one for each text, found none; call predict(texts, actors) with two lists"
            )
        actors = _as_list(actors, "actors")
        rows = self.predict_proba(texts, actors)
        return [
            self._prediction(text, asked, row, min_confidence)
            for text, asked, row in zip(texts, actors, rows, strict=True)
        ]

    def read(self, article: str) -> "Reading":
        """Read an article: each sentence, each party and speaker in it; see ``parley.reading.reading.read``."""
        from parley.reading.reading import read

        return read(self, article)

    def predict_proba(
        self, texts: Sequence[str], actors: Sequence[str], spans: Sequence[Span] | None = None
    ) -> NDArray[np.float32]:
        """Return the probability of each label for each pair.

        Args:
            texts: n sentences.
            actors: n actors.
            spans: character offsets of each actor, where known; otherwise its mentions are looked up.

        Returns:
            Array of shape (n, classes), columns in label order, rows summing to 1.

        Raises:
            ParleyError: a text or actor is not a non-empty string, or their numbers differ.
        """
        texts, actors = _as_list(texts, "texts"), _as_list(actors, "actors")
        if len(texts) != len(actors):
            raise ParleyError(f"expected as many actors as texts, found {len(texts)} texts and {len(actors)} actors")
        result = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            rows = slice(start, start + CHUNK)
            result[rows] = self._chunk(texts[rows], actors[rows], spans[rows] if spans else None)
        return result

    def predict_rows(self, rows: "Dataset") -> NDArray[np.float32]:
        """Return ``predict_proba`` of rows as ``read_rows`` gives them, each actor at its own offsets."""
        spans = list(zip(rows["start"], rows["end"], strict=True))
        return self.predict_proba(list(rows["text"]), list(rows["actor"]), spans)

    def _chunk(self, texts: list[str], actors: list[str], spans: Sequence[Span] | None) -> NDArray[np.float32]:
        if self.mask_names:
            masked = [mask(*row) for row in zip(texts, actors, spans or [UNKNOWN] * len(texts), strict=True)]
            texts, actors = [row.text for row in masked], [row.actor for row in masked]
            spans = [row.span for row in masked]
        tokenizer = self.backend.tokenizer
        columns = encode(tokenizer, texts, actors, self.settings.encoding, spans)
        result = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        groups = batches([len(ids) for ids in columns["input_ids"]], self.backend.budget)
        workers = min(self.backend.workers, len(groups))
        with ThreadPoolExecutor(workers) as pool:
            spread = map if workers == 1 else pool.map
            answers = spread(self.backend.logits, (tokenizer.pad(columns, batch) for batch in groups))
            for batch, logits in zip(groups, answers, strict=True):
                result[batch] = softmax(logits)
        return result

    def _prediction(self, text: str, actor: str, row: NDArray[np.float32], min_confidence: float) -> Prediction:
        probabilities = dict(zip(self.labels, row.tolist(), strict=True))
        confidence = float(row.max())
        label = self.labels[int(row.argmax())] if confidence >= min_confidence else None
        return Prediction(text, actor, label, probabilities, confidence)


def _as_list(values: Any, name: str) -> list[str]:
    if isinstance(values, str) or values is None:
        raise ParleyError(f"{name}: expected a sequence of strings, found {values!r}")
    values = list(values)
    for i, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise ParleyError(f"{name}[{i}]: expected a non-empty string, found {value!r}")
    return values


def _first_actor(text: str) -> str:
    found = first_actor(text)
    if found is None:
        raise ParleyError(f"no actor given, and no known party found in {text[:80]!r}; name one with actor=...")
    return found

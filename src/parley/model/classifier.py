"""The stance classifier: a run folder in, predictions out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from parley.actors import first_actor
from parley.config import Settings, parse_settings
from parley.data.encoding import Span, encode
from parley.errors import ParleyError, RunError

if TYPE_CHECKING:
    from parley.reading.reading import Reading

TOKENS_PER_BATCH = 2048
MOST_PER_BATCH = 64


@dataclass(frozen=True)
class Prediction:
    """What one sentence shows of one actor.

    Attributes:
        text: the sentence.
        actor: who was asked about.
        label: the most probable label.
        probabilities: label to probability, in label order; they sum to 1.
        confidence: probability of ``label``.
    """

    text: str
    actor: str
    label: str
    probabilities: dict[str, float]
    confidence: float


class StanceClassifier:
    """Reads how an actor stands toward negotiations; made by ``from_pretrained``.

    Attributes:
        labels: label names; columns of ``predict_proba`` stand in this order.
        settings: the recipe that the run was trained with.
    """

    def __init__(self, model: Any, tokenizer: Any, settings: Settings) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.settings = settings
        self.labels: list[str] = settings.labels

    @classmethod
    def from_pretrained(cls, run: str | Path, backend: Literal["auto", "torch"] = "auto") -> "StanceClassifier":
        """Load a run folder, on the GPU where there is one.

        Args:
            run: folder written by ``parley train``.
            backend: ``auto`` or ``torch``.

        Raises:
            RunError: the folder is missing or incomplete.
        """
        run = Path(run)
        if backend not in ("auto", "torch"):
            raise RunError(f"backend {backend!r}: expected 'auto' or 'torch'")
        missing = [
            name
            for name in ("config.json", "model.safetensors", "tokenizer.json", "run.yaml")
            if not (run / name).is_file()
        ]
        if missing:
            raise RunError(
                f"{run}: expected a run folder, found no {', '.join(missing)}; "
                f"train one with: parley train --config configs/default.yaml --output {run}"
            )
        record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
        settings = parse_settings(record["config"], str(run / "run.yaml"))
        model = AutoModelForSequenceClassification.from_pretrained(run, dtype="float32", use_safetensors=True)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model.to(device), AutoTokenizer.from_pretrained(run), settings)

    @overload
    def predict(  # type: ignore[overload-overlap]
        self, texts: str, actors: str | None = None, *, actor: str | None = None
    ) -> Prediction: ...
    @overload
    def predict(self, texts: Sequence[str], actors: Sequence[str]) -> list[Prediction]: ...
    def predict(self, texts: Any, actors: Any = None, *, actor: str | None = None) -> Any:
        """Predict the stance of one actor in one sentence, or of many in many.

        Args:
            texts: a sentence, or a sequence of n sentences.
            actors: its actor, or a sequence of n actors. For a single sentence it may be left out: then the first
                party that the alias table finds in it is asked, and ``Prediction.actor`` says which.
            actor: the same as ``actors``, for a single sentence.

        Returns:
            A ``Prediction`` for a sentence, a list of n in the same order for a sequence.

        Raises:
            ParleyError: a text or actor is not a non-empty string, or their numbers differ.
        """
        if isinstance(texts, str):
            asked = actor if actors is None else actors
            return self.predict([texts], [_first_actor(texts) if asked is None else asked])[0]
        texts = _as_list(texts, "texts")
        if actors is None:
            raise ParleyError(
                "actors: expected one for each text, found none; call predict(texts, actors) with two lists"
            )
        actors = _as_list(actors, "actors")
        rows = self.predict_proba(texts, actors)
        return [self._prediction(text, asked, row) for text, asked, row in zip(texts, actors, rows, strict=True)]

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
        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        encoded = encode(self.tokenizer, texts, actors, self.settings.encoding, spans)
        lengths = [len(ids) for ids in encoded["input_ids"]]
        result = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        for batch in _batches(lengths):
            columns = {name: [values[i] for i in batch] for name, values in encoded.items()}
            padded = self.tokenizer.pad(columns, return_tensors="pt").to(self.model.device)
            with torch.inference_mode():
                result[batch] = self.model(**padded).logits.float().softmax(-1).cpu().numpy()
        return result

    def _prediction(self, text: str, actor: str, row: NDArray[np.float32]) -> Prediction:
        probabilities = dict(zip(self.labels, row.tolist(), strict=True))
        label = self.labels[int(row.argmax())]
        return Prediction(text, actor, label, probabilities, probabilities[label])


def _batches(lengths: list[int]) -> list[list[int]]:
    """Group indices by length so that a padded batch stays within the token budget."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        last = batches[-1] if batches else []
        if last and (len(last) + 1) * lengths[i] <= TOKENS_PER_BATCH and len(last) < MOST_PER_BATCH:
            last.append(i)
        else:
            batches.append([i])
    return batches


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

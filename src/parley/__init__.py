"""Parley reads how an actor in a sentence of conflict reporting stands toward negotiations."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parley.model.classifier import Prediction, StanceClassifier

__version__ = "0.1.0"
__all__ = ["Prediction", "StanceClassifier", "predict"]

DEFAULT_RUN = "runs/default"

_default: dict[str, Any] = {}


def predict(text: Any, actor: Any = None, min_confidence: float = 0.0) -> Any:
    """Predict with the default run, ``runs/default`` below the working folder, loaded once.

    Takes and returns what ``StanceClassifier.predict`` does: a sentence and its actor, or two lists.

    Raises:
        ParleyError: there is no default run yet (the message names the training command), or the input is wrong.
    """
    from parley.model.classifier import StanceClassifier

    if DEFAULT_RUN not in _default:
        _default[DEFAULT_RUN] = StanceClassifier.from_pretrained(DEFAULT_RUN)
    return _default[DEFAULT_RUN].predict(text, actor, min_confidence=min_confidence)


def __getattr__(name: str) -> Any:
    if name in ("Prediction", "StanceClassifier"):
        from parley.model import classifier

        return getattr(classifier, name)
    raise AttributeError(f"module 'parley' has no attribute {name!r}")

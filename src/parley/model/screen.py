"""The first stage: a linear model over a sentence's word pieces that discards only what is surely ``none``.

It asks of a sentence whether any actor in it takes a stance, at a small part of the classifier's cost, and needs
nothing but numpy and the run's tokenizer. ``parley.model.screening`` fits it.
"""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from parley.errors import RunError
from parley.labels import NONE

FILE = "screen.npz"
BUCKETS = 1 << 17
"""Places that pairs of neighbouring pieces are hashed into."""

LONG = 300
"""Characters from which on a text is also screened sentence by sentence: one stance among many must not drown."""

_BORDER = re.compile(r"(?<=[.!?])[”\"’')]*\s+(?=[A-Z“\"‘'(])")


def features(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the features of n texts: each piece and each hashed pair of neighbours, once a text.

    Args:
        tokenizer: of size V, without padding and truncation.
        texts: n texts.

    Returns:
        The row (0 to n - 1, ascending) and the column (a piece below V, a pair from V to V + ``BUCKETS``) of each.
    """
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    lengths = np.fromiter(map(len, ids), np.int64, len(ids))
    pieces = np.fromiter(chain.from_iterable(ids), np.int64, int(lengths.sum()))
    rows = np.repeat(np.arange(len(ids)), lengths)
    inside = rows[:-1] == rows[1:]
    size, width = tokenizer.get_vocab_size(), tokenizer.get_vocab_size() + BUCKETS
    pairs = size + ((pieces[:-1] * 1_000_003) ^ (pieces[1:] * 31_337)) % BUCKETS
    found = np.unique(np.concatenate([rows * width + pieces, (rows[:-1] * width + pairs)[inside]]))
    return found // width, found % width


class Screen:
    """The first stage of a run; made by ``from_run``.

    Attributes:
        tokenizer: the run's own.
        weights: array of shape (V + ``BUCKETS``,).
        bias: added to each score.
        threshold: a text scoring below it is discarded.
    """

    def __init__(self, tokenizer: Tokenizer, weights: NDArray[np.float32], bias: float, threshold: float) -> None:
        self.tokenizer, self.weights, self.bias, self.threshold = tokenizer, weights, bias, threshold

    @classmethod
    def from_run(cls, run: str | Path, labels: Sequence[str]) -> "Screen":
        """Load the first stage of a run folder; ``labels`` are the run's.

        Raises:
            RunError: the run has none, for want of a label ``none`` or since it was not fitted, or one that does not
                fit its tokenizer.
        """
        path = Path(run) / FILE
        if NONE not in labels:
            raise RunError(
                f"{run}: expected a run with the label {NONE!r}, which a first stage needs to discard sentences, "
                f"found {', '.join(labels)}; go on without a first stage: leave --screen out, or say --no-screen"
            )
        if not path.is_file():
            raise RunError(
                f"{run}: expected a first stage ({FILE}), found none; fit it with: "
                f"parley screen {run} --fit data/general.txt, or go on without: leave --screen out, or say --no-screen"
            )
        tokenizer = load_tokenizer(run)
        with np.load(path, allow_pickle=False) as kept:
            weights, (bias, threshold) = kept["weights"], kept["bias_and_threshold"].tolist()
        if len(weights) != tokenizer.get_vocab_size() + BUCKETS:
            raise RunError(
                f"{path}: expected {tokenizer.get_vocab_size() + BUCKETS} weights for this tokenizer, found "
                f"{len(weights)}; fit it again with: parley screen {run} --fit data/general.txt"
            )
        return cls(tokenizer, weights, bias, threshold)

    def save(self, run: Path) -> None:
        """Write the first stage into a run folder."""
        numbers = np.array([self.bias, self.threshold])
        temporary = run / f"{FILE}.tmp"
        with temporary.open("wb") as file:
            np.savez_compressed(file, weights=self.weights, bias_and_threshold=numbers)
        temporary.replace(run / FILE)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the log-odds of a stance by any actor of a text, of a long text its best sentence's; shape (n,)."""
        parts = [[text, *_BORDER.split(text)] if len(text) > LONG else [text] for text in texts]
        owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        best = np.full(len(parts), -np.inf)
        np.maximum.at(best, owner, self._plain([sentence for part in parts for sentence in part]))
        return best

    def passes(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each text is to be read by the classifier; shape (n,). The others are surely ``none``."""
        return self.scores(texts) >= self.threshold

    def _plain(self, texts: Sequence[str]) -> NDArray[np.float64]:
        rows, columns = features(self.tokenizer, texts)
        counts = np.bincount(rows, minlength=len(texts))
        sums = np.bincount(rows, self.weights[columns], minlength=len(texts))
        return sums / np.sqrt(np.maximum(counts, 1)) + self.bias


def load_tokenizer(run: str | Path) -> Tokenizer:
    """Load the tokenizer of a run folder, without padding and truncation."""
    tokenizer = Tokenizer.from_file(str(Path(run) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer

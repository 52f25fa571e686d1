"""Tokenisation by the `tokenizers` library alone: pairs of strings in, columns of token ids out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

Pair = tuple[str, str | None]
Columns = dict[str, list[list[int]]]

ATTRIBUTES = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
"""The model inputs that are known, and what an ``Encoding`` calls them."""


class PairTokenizer:
    """A fast tokenizer without the library that trained it; the same token ids as ``transformers`` gives.

    Attributes:
        pieces: the tokenizer.
        names: the columns that the model takes.
        pad_id: token id of padding.
    """

    def __init__(self, pieces: Tokenizer, names: Sequence[str], pad_id: int) -> None:
        pieces.no_truncation()
        pieces.no_padding()
        self.pieces = pieces
        self.names = [name for name in ATTRIBUTES if name in names]
        self.pad_id = pad_id

    @classmethod
    def from_file(cls, path: Path, names: Sequence[str], pad_id: int) -> "PairTokenizer":
        """Read a ``tokenizer.json``."""
        return cls(Tokenizer.from_file(str(path)), names, pad_id)

    @classmethod
    def of(cls, tokenizer: Any) -> "PairTokenizer":
        """Take over a fast tokenizer of ``transformers``."""
        return cls(tokenizer.backend_tokenizer, tokenizer.model_input_names, tokenizer.pad_token_id or 0)

    def encode(self, pairs: Sequence[Pair]) -> list[Encoding]:
        """Tokenise pairs (or single strings, whose second part is ``None``) with the special tokens around them."""
        inputs = [first if second is None else (first, second) for first, second in pairs]
        return self.pieces.encode_batch_fast(inputs)

    def cut(self, pair: Pair, max_length: int) -> Encoding:
        """Tokenise a pair and take tokens from the end of its longer part until ``max_length`` are left."""
        parts = [self.pieces.encode(part, add_special_tokens=False) for part in pair if part is not None]
        room = max_length - self.pieces.num_special_tokens_to_add(len(parts) == 2)
        for part, most in zip(parts, _longest_first([len(part) for part in parts], room), strict=True):
            part.truncate(most)
        return self.pieces.post_process(parts[0], parts[1] if len(parts) == 2 else None)

    def count(self, text: str) -> int:
        """Return the number of tokens of a text, special tokens left out."""
        return len(self.pieces.encode(text, add_special_tokens=False))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return the character span of each token of a text, end exclusive."""
        return self.pieces.encode(text, add_special_tokens=False).offsets

    def columns(self, encodings: Sequence[Encoding]) -> Columns:
        """Return the columns that the model takes, a list of ids for each pair."""
        return {name: [getattr(encoding, ATTRIBUTES[name]) for encoding in encodings] for name in self.names}

    def pad(self, columns: Mapping[str, Sequence[Sequence[int]]], rows: Sequence[int]) -> dict[str, NDArray[np.int64]]:
        """Return some rows of the columns, padded on the right to the longest: shape (rows, length)."""
        length = max(len(columns["input_ids"][i]) for i in rows)
        padded = {}
        for name, values in columns.items():
            array = np.full((len(rows), length), self.pad_id if name == "input_ids" else 0, dtype=np.int64)
            for place, i in enumerate(rows):
                array[place, : len(values[i])] = values[i]
            padded[name] = array
        return padded


def _longest_first(lengths: list[int], room: int) -> list[int]:
    """Share the room out: the longer part gives way until both are alike (``longest_first`` of ``tokenizers``)."""
    if sum(lengths) <= room:
        return lengths
    if len(lengths) == 1:
        return [room]
    half, shorter = room // 2, min(lengths)
    if shorter <= half:
        return [shorter if n == shorter else room - shorter for n in lengths]
    small, large = half, room - half
    return [small, large] if lengths[0] <= lengths[1] else [large, small]

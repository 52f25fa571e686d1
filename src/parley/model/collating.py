"""Batches for the Trainer: padded, and in training with other parties' names in the place of some actors'."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from parley.actors import default_table
from parley.config import EncodingSettings, TrainingSettings
from parley.data.encoding import TARGET, encode, place_of
from parley.data.renaming import Renamed, known_name, names_by_shape, rename, stand_ins
from parley.data.tokenizing import PairTokenizer

MODEL_COLUMNS = ("input_ids", "token_type_ids", "attention_mask")


class Collator:
    """Pads encoded rows; a share of those that come with their text is encoded anew, another party's name in it.

    Where the recipe asks for consistency, these stand after the rows as they are, in the same order; ``labels`` are
    not repeated. Which rows and names are changed follows from the seed, the epoch and the row alone, so that a run
    that was killed and resumed sees what an unbroken one sees.

    Attributes:
        epoch: the epoch under way, from 0; ``EpochTeller`` sets it.
    """

    def __init__(self, tokenizer: Any, encoding: EncodingSettings, training: TrainingSettings) -> None:
        self.tokenizer = tokenizer
        self.pieces = PairTokenizer.of(tokenizer)
        self.encoding = encoding
        self.training = training
        self.epoch = 0
        self._names = names_by_shape(default_table().aliases) if training.swap_names else {}

    def __call__(self, features: list[dict[str, Any]]) -> Any:
        """Return the batch as padded tensors; ``labels`` are indices, or probabilities where the rows were taught."""
        columns = [{name: row[name] for name in MODEL_COLUMNS if name in row} for row in features]
        labels = [row.get(TARGET, row["labels"]) for row in features]
        again = self._under_other_names(features, columns)
        twice = self.training.consistency and "text" in features[0]
        batch = self.tokenizer.pad([*columns, *again] if twice else again, return_tensors="pt")
        return batch | {"labels": torch.tensor(labels)}

    def _under_other_names(self, features: list[dict[str, Any]], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
        renamed = {i: new for i, row in enumerate(features) if (new := self._renamed(row)) is not None}
        again = list(columns)
        if renamed:
            rows = list(renamed.values())
            encoded = encode(
                self.pieces,
                [row.text for row in rows],
                [row.actor for row in rows],
                self.encoding,
                [row.span for row in rows],
            )
            for place, i in enumerate(renamed):
                again[i] = {name: values[place] for name, values in encoded.items()}
        return again

    def _renamed(self, row: dict[str, Any]) -> Renamed | None:
        """Return the row under another name, or ``None`` where it stays as it is."""
        if not self.training.swap_names or "text" not in row:
            return None
        draw = random.Random(f"{self.training.seed} {self.epoch} {row['actor']} {row['text']}")
        if draw.random() >= self.training.swap_names:
            return None
        span = place_of(row["text"], row["actor"], (row["start"], row["end"]))
        mention = known_name(row["actor"])
        if span[0] < 0 or mention is None:
            return None
        others = list(stand_ins(row["text"], mention, self._names).values())
        return rename(row["text"], row["actor"], span, mention, draw.choice(others)) if others else None


class EpochTeller(TrainerCallback):
    """Tells a collator, and whatever else has an ``epoch``, which one begins."""

    def __init__(self, told: Sequence[Any]) -> None:
        self.told = told

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Pass the number of the epoch on."""
        for one in self.told:
            one.epoch = int(state.epoch or 0)

"""Batches for the Trainer: padded, and in training with other parties' names in the place of some actors'."""

import random
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from parley.actors import default_table
from parley.config import EncodingSettings
from parley.data.encoding import encode, place_of
from parley.data.renaming import Renamed, known_name, names_by_shape, rename, stand_ins

MODEL_COLUMNS = ("input_ids", "token_type_ids", "attention_mask", "labels")


class Collator:
    """Pads encoded rows; a share of those that come with their text is encoded anew, another party's name in it.

    Which rows and names are changed follows from the seed, the epoch and the row alone, so that a run that was killed
    and resumed sees what an unbroken one sees.

    Attributes:
        epoch: the epoch under way, from 0; ``EpochTeller`` sets it.
    """

    def __init__(self, tokenizer: Any, settings: EncodingSettings, swap_names: float, seed: int) -> None:
        self.tokenizer = tokenizer
        self.settings = settings
        self.swap_names = swap_names
        self.seed = seed
        self.epoch = 0
        self._names = names_by_shape(default_table().aliases) if swap_names else {}

    def __call__(self, features: list[dict[str, Any]]) -> Any:
        """Return the batch as padded tensors."""
        renamed = {i: new for i, row in enumerate(features) if (new := self._renamed(row)) is not None}
        columns = [{name: row[name] for name in MODEL_COLUMNS if name in row} for row in features]
        if renamed:
            rows = list(renamed.values())
            encoded = encode(
                self.tokenizer,
                [row.text for row in rows],
                [row.actor for row in rows],
                self.settings,
                [row.span for row in rows],
            )
            for place, i in enumerate(renamed):
                columns[i] |= {name: values[place] for name, values in encoded.items()}
        return self.tokenizer.pad(columns, return_tensors="pt")

    def _renamed(self, row: dict[str, Any]) -> Renamed | None:
        """Return the row under another name, or ``None`` where it stays as it is."""
        if not self.swap_names or "text" not in row:
            return None
        draw = random.Random(f"{self.seed} {self.epoch} {row['actor']} {row['text']}")
        if draw.random() >= self.swap_names:
            return None
        span = place_of(row["text"], row["actor"], (row["start"], row["end"]))
        mention = known_name(row["actor"])
        if span[0] < 0 or mention is None:
            return None
        others = list(stand_ins(row["text"], mention, self._names).values())
        return rename(row["text"], row["actor"], span, mention, draw.choice(others)) if others else None


class EpochTeller(TrainerCallback):
    """Tells a collator which epoch begins."""

    def __init__(self, collator: Collator) -> None:
        self.collator = collator

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Pass the number of the epoch on."""
        self.collator.epoch = int(state.epoch or 0)

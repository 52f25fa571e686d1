"""A made-up corpus to measure on: mostly ordinary news, some conflict reporting, a few sentences that carry a stance.

The sentences with a stance and those of conflict reporting without one come from labelled rows that no run has learned
from; ordinary news comes from a list that no first stage has learned from. Numbers, weekdays and the names and cities
of that list are drawn anew for each row, so that few rows are the same.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.data.rows import read_rows
from parley.labels import LABELS, NONE
from parley.model.screening import read_general

STANCE, CONFLICT = 0.02, 0.08
"""Shares of rows with a stance, and of rows of conflict reporting without one; the rest is ordinary news."""

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_NAMES = ["Novak", "Larsen", "Okafor", "Lindqvist", "Moretti", "Schneider", "Dubois", "Castillo", "Tanaka", "Keller"]
_CITIES = ["Lisbon", "Oslo", "Toronto", "Lima", "Nairobi", "Osaka", "Turin", "Bergen", "Denver", "Lagos", "Gdansk"]
_DRAWN = re.compile(rf"\b(?:(\d+)|({'|'.join(_DAYS)})|({'|'.join(_NAMES)})|({'|'.join(_CITIES)}))\b")


@dataclass(frozen=True)
class Sources:
    """What rows are drawn from, as (text, actor)."""

    stance: Sequence[tuple[str, str]]
    conflict: Sequence[tuple[str, str]]
    general: Sequence[tuple[str, str]]


def read_sources(rows: Sequence[Path], general: Path) -> Sources:
    """Sort labelled rows into those with a stance and those of sentences without any, and read ordinary news."""
    found = [
        (row["text"], row["actor"], row["label"])  # type: ignore[index]
        for path in rows
        for row in read_rows(path, LABELS)
    ]
    carrying = {text for text, _, label in found if label != NONE}
    return Sources(
        stance=[(text, actor) for text, actor, label in found if label != NONE],
        conflict=[(text, actor) for text, actor, _ in found if text not in carrying],
        general=[(text, _subject(text)) for text in read_general(general)],
    )


def make_corpus(sources: Sources, path: Path, rows: int, seed: int = 0) -> Path:
    """Write so many rows as JSONL: ``id``, ``text``, ``actor`` and ``kind``, in an order drawn by the seed."""
    draw = random.Random(seed)
    stance, conflict = round(rows * STANCE), round(rows * CONFLICT)
    kinds = ["stance"] * stance + ["conflict"] * conflict + ["general"] * (rows - stance - conflict)
    draw.shuffle(kinds)
    with path.open("w", encoding="utf-8") as file:
        for number, kind in enumerate(kinds):
            text, actor = draw.choice(getattr(sources, kind))
            if kind != "stance":
                text, actor = _redrawn(text, actor, draw)
            row = {"id": f"{kind}-{number}", "text": text, "actor": actor, "kind": kind}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def _subject(text: str) -> str:
    """Return the first name in a sentence, or its first words."""
    name = re.search(rf"\b(?:{'|'.join(_NAMES + _CITIES)})\b", text)
    return name[0] if name else " ".join(text.strip('"').split()[:2])


def _redrawn(text: str, actor: str, draw: random.Random) -> tuple[str, str]:
    """Draw numbers, days, names and cities anew, an actor among them alike in both."""
    drawn: dict[str, str] = {}

    def another(match: re.Match[str]) -> str:
        word = match[0]
        if match[1]:
            new = word if len(word) > 6 else str(draw.randint(10 ** (len(word) - 1), 10 ** len(word) - 1))
        else:
            new = draw.choice(_DAYS if match[2] else _NAMES if match[3] else _CITIES)
        return drawn.setdefault(word, new)

    return _DRAWN.sub(another, text), _DRAWN.sub(another, actor)

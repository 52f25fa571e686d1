"""How (text, actor) becomes model input: the actor as a segment, bracketed in the text, or both."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parley.config import EncodingSettings
from parley.data.tokenizing import Columns, Pair, PairTokenizer

if TYPE_CHECKING:
    from datasets import Dataset

Span = tuple[int, int]
TOKENISED = ("text", "actor", "start", "end")
TARGET = "target"
"""The column of rows that were taught: a probability for each label."""
ARTICLE = r"(?i:the|an?)\s+"
"""What may stand before a name, as a pattern."""
UNKNOWN: Span = (-1, -1)
"""The span of an actor whose offsets are not given; its mentions are then looked up in the text."""


def bare(name: str) -> str:
    """Return a name without its article."""
    return re.sub(f"^{ARTICLE}", "", name)


def mentions(text: str, actor: str) -> list[Span]:
    """Find the actor's mentions on word borders: as written, else in any case, else without its article.

    Returns:
        Character spans (start, end), end exclusive, in order; empty where the actor is not in the text.
    """
    name = actor.strip()
    for form, flags in ((name, 0), (name, re.IGNORECASE), (bare(name), re.IGNORECASE)):
        pattern = rf"(?<!\w){re.escape(form)}(?!\w)"
        if form and (found := [match.span() for match in re.finditer(pattern, text, flags)]):
            return found
    return []


def place_of(text: str, actor: str, span: Span = UNKNOWN) -> Span:
    """Return the offsets of the actor: those given, else of its first mention, else ``UNKNOWN``."""
    return span if span[0] >= 0 else next(iter(mentions(text, actor)), UNKNOWN)


def segments(text: str, actor: str, form: str, span: Span = UNKNOWN) -> Pair:
    """Return the one or two strings a tokenizer is given for this pair.

    Args:
        text: the sentence.
        actor: who is asked about, as the sentence has it; may be missing from it.
        form: see ``EncodingSettings.form``.
        span: offsets of the actor in the text, or ``UNKNOWN`` to mark each mention found.
    """
    if form == "blind":
        return text, None
    if form == "pair":
        return actor, text
    spans = [span] if span[0] >= 0 else mentions(text, actor)
    marked = _mark(text, spans)
    if form == "both":
        return actor, marked
    return (marked if spans else f"[ {actor} ] {text}"), None


def encode(
    tokenizer: PairTokenizer,
    texts: Sequence[str],
    actors: Sequence[str],
    settings: EncodingSettings,
    spans: Sequence[Span] | None = None,
) -> Columns:
    """Tokenise pairs, without padding; a pair longer than ``max_length`` keeps a window of text around the actor.

    Returns:
        The model's columns (``input_ids``, ``attention_mask``, ...), one list of token ids per pair.
    """
    spans = spans or [UNKNOWN] * len(texts)
    encodings = tokenizer.encode(
        [segments(text, actor, settings.form, span) for text, actor, span in zip(texts, actors, spans, strict=True)]
    )
    for i in [i for i, encoding in enumerate(encodings) if len(encoding) > settings.max_length]:
        text, span = _window(tokenizer, texts[i], actors[i], spans[i], settings.max_length)
        encodings[i] = tokenizer.cut(segments(text, actors[i], settings.form, span), settings.max_length)
    return tokenizer.columns(encodings)


def encode_rows(
    rows: "Dataset", tokenizer: PairTokenizer, settings: EncodingSettings, labels: Sequence[str]
) -> "Dataset":
    """Tokenise rows for training: the model's columns, plus ``labels`` as an index and ``length`` in tokens.

    What was tokenised stays beside it in ``text``, ``actor``, ``start`` and ``end``, and ``target`` where there is one.
    """

    def batch(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        spans = list(zip(columns["start"], columns["end"], strict=True))
        encoded = encode(tokenizer, columns["text"], columns["actor"], settings, spans)
        encoded["length"] = [len(ids) for ids in encoded["input_ids"]]  # type: ignore[misc]
        encoded["labels"] = [labels.index(label) for label in columns["label"]]  # type: ignore[misc]
        return encoded

    other = [name for name in rows.column_names if name not in (*TOKENISED, TARGET)]
    return rows.map(batch, batched=True, remove_columns=other, desc="Tokenising")


def _mark(text: str, spans: Sequence[Span]) -> str:
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], "[ ", text[start:end], " ]"]
        last = end
    return "".join([*parts, text[last:]])


def _window(tokenizer: PairTokenizer, text: str, actor: str, span: Span, max_length: int) -> tuple[str, Span]:
    """Cut the text to as many tokens as fit beside the actor, centred on its first mention."""
    first = place_of(text, actor, span)
    offsets = tokenizer.offsets(text)
    budget = max(max_length - tokenizer.count(actor) - 8, max_length // 2)
    covered = [i for i, (start, end) in enumerate(offsets) if end > max(first[0], 0) and start < max(first[1], 1)]
    middle, width = (covered[0] + covered[-1]) // 2, len(covered)
    left = middle - budget // 2 if width <= budget else covered[0]
    left = max(0, min(left, len(offsets) - budget))
    start, end = offsets[left][0], offsets[min(left + budget, len(offsets)) - 1][1]
    if span[0] < 0:
        return text[start:end], UNKNOWN
    return text[start:end], (span[0] - start, min(span[1], end) - start)

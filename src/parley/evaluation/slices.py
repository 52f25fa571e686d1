"""Scores of parts of a file: by conflict, source kind, seen and unseen parties, one and several actors a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datasets import Dataset

from parley.evaluation.bootstrap import Interval, Resampler
from parley.evaluation.metrics import Score, score, wilson


@dataclass(frozen=True)
class Slice(Score):
    """Scores over the rows that share a value; ``name`` is the value."""

    name: str = ""


@dataclass(frozen=True)
class PairCorrect:
    """Sentences labelled for two or more actors, right only if every actor of them is.

    Attributes:
        sentences: number of such sentences.
        share: share of them that is wholly right; ``interval`` is its Wilson 95 % interval.
    """

    sentences: int
    share: float
    interval: Interval


def slices(
    rows: Dataset,
    guess: Sequence[str],
    draws: Resampler,
    seen: Iterable[str] | None = None,
    min_support: int = 10,
) -> dict[str, list[Slice]]:
    """Score the parts of a file.

    Args:
        rows: n labelled rows.
        guess: guessed labels.
        draws: bootstrap draws of the same n rows.
        seen: parties that stand in the training rows, where known.
        min_support: conflicts with fewer rows are left out; they are in every other slice.

    Returns:
        Slices by heading, the largest first.
    """
    several = {text for text, places in places_of(rows["text"]).items() if len(places) > 1}
    values: dict[str, list[str]] = {
        "conflict": [conflict or "(none)" for conflict in rows["conflict"]],
        "kind": [kind or "(not given)" for kind in rows["kind"]],
        "kind of none": list(rows["none_kind"]),
        "actors in the sentence": ["two or more" if text in several else "one" for text in rows["text"]],
    }
    if seen is not None:
        known = set(seen)
        values["party in training"] = ["seen" if party in known else "unseen" for party in rows["party"]]
    found = {name: _sliced(column, list(rows["label"]), guess, draws) for name, column in values.items()}
    found["conflict"] = [part for part in found["conflict"] if part.support >= min_support]
    return {name: parts for name, parts in found.items() if parts}


def places_of(column: Iterable[str]) -> dict[str, list[int]]:
    """Return the indices at which each value stands, values in the order of their first."""
    found: dict[str, list[int]] = {}
    for i, value in enumerate(column):
        found.setdefault(value, []).append(i)
    return found


def pair_correct(rows: Dataset, guess: Sequence[str]) -> PairCorrect | None:
    """Return how many sentences of two or more actors are wholly right; ``None`` where there are none."""
    truth = list(rows["label"])
    whole = [
        all(truth[i] == guess[i] for i in places) for places in places_of(rows["text"]).values() if len(places) > 1
    ]
    if not whole:
        return None
    return PairCorrect(len(whole), sum(whole) / len(whole), wilson(sum(whole), len(whole)))


def _sliced(column: Sequence[str], truth: Sequence[str], guess: Sequence[str], draws: Resampler) -> list[Slice]:
    parts = [
        Slice(**vars(score([truth[i] for i in at], [guess[i] for i in at], draws=draws.of(at))), name=value)
        for value, at in places_of(column).items()
        if value
    ]
    return sorted(parts, key=lambda part: (-part.support, part.name))
